/** Messages between two threads: calls in one direction; answers, and unsolicited news, in the other. */
import { type EncodedError, encodeError } from "./error_codec.ts";

/** A call of a method. */
export interface Call {
  /** Its number; the answer has the same. */
  call: number;
  /** The method's name. */
  method: string;
  /** Its arguments. */
  args: readonly unknown[];
}

/** The answer to a call: a value, or the error that was thrown. */
export type Answer =
  | { call: number; ok: true; value: unknown }
  | { call: number; ok: false; error: EncodedError };

/** One end of the connection: a MessagePort, a Worker, or the global scope inside a Worker. */
export interface Port {
  /** Sends a message to the other end. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** Receives messages of the other end. */
  onmessage: ((event: MessageEvent) => unknown) | null;
}

/** Names of the methods in an interface that a thread answers. */
export type Method<Methods> = keyof Methods & string;
/** The arguments of a method. */
export type Args<Methods, M extends keyof Methods> = Methods[M] extends (...args: infer A) => unknown ? A
  : never;
/** The result of a method, without its promise. */
export type Value<Methods, M extends keyof Methods> = Methods[M] extends (...args: never[]) => infer V
  ? Awaited<V>
  : never;

/** Runs a call. If the method returns a promise, the answer's value is that promise. */
export function answerTo(methods: object, { call, method, args }: Call): Answer {
  try {
    const run = (methods as Record<string, (...args: readonly unknown[]) => unknown>)[method]!;
    return { call, ok: true, value: run(...args) };
  } catch (error) {
    return failed(call, error);
  }
}

/** The answer for a call that threw. */
export function failed(call: number, error: unknown): Answer {
  return { call, ok: false, error: encodeError(error) };
}
