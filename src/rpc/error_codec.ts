/** Encodes errors for other threads. Structured cloning would lose their class and fields. */
import { AppError, type ErrorCode } from "../chat/errors.ts";

/** An error as plain data. */
export interface EncodedError {
  /** The code of an {@link AppError}; missing for other errors. */
  code?: ErrorCode;
  /** Its class name. */
  name: string;
  /** Its message. */
  message: string;
  /** Its stack in the thread that threw it. */
  stack: string | undefined;
  /** Its own fields that can be cloned. */
  fields: Record<string, unknown>;
  /** Its cause. */
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
