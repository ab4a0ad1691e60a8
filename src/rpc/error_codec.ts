/** Errors across threads, where structured cloning would take their class and their fields. */
import { AppError, type ErrorCode } from "../chat/errors.ts";

export interface EncodedError {
  /** Of an {@link AppError}; missing for any other error. */
  code?: ErrorCode;
  name: string;
  message: string;
  stack: string | undefined;
  /** Its own fields, as far as they can be copied. */
  fields: Record<string, unknown>;
  cause?: EncodedError;
}

/** Anything thrown, as a value that every port takes. */
export function encodeError(thrown: unknown): EncodedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack, cause } = error;
  return {
    code: error instanceof AppError ? error.code : undefined,
    name,
    message,
    stack,
    fields: Object.fromEntries(Object.entries(error).filter(([, value]) => isCloneable(value))),
    cause: cause instanceof Error ? encodeError(cause) : undefined,
  };
}

/** The error with its code, its fields, and the stack of the thread that threw it. Classes below AppError are not rebuilt. */
export function decodeError({ code, name, message, stack, fields, cause }: EncodedError): Error {
  const options = cause && { cause: decodeError(cause) };
  const error = code === undefined ? new Error(message, options) : new AppError(code, message, options);
  return Object.assign(error, fields, { name, stack });
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
