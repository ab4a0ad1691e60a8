/** What crosses the border between two threads: calls one way; answers, and news that nobody asked for, the other. */
import { type EncodedError, encodeError } from "./error_codec.ts";

export interface Call {
  /** Its number; the answer has the same. */
  call: number;
  method: string;
  args: readonly unknown[];
}

export type Answer =
  | { call: number; ok: true; value: unknown }
  | { call: number; ok: false; error: EncodedError };

/** The end of a border: a port, a Worker seen from outside, or the scope of one seen from inside. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
}

/** Of an interface with the methods that a thread answers: what each takes, and what comes back. */
export type Method<Methods> = keyof Methods & string;
export type Args<Methods, M extends keyof Methods> = Methods[M] extends (...args: infer A) => unknown ? A
  : never;
export type Value<Methods, M extends keyof Methods> = Methods[M] extends (...args: never[]) => infer V
  ? Awaited<V>
  : never;

/** Does a call. A method may return a promise; the answer's value is that promise then. */
export function answerTo(methods: object, { call, method, args }: Call): Answer {
  try {
    const run = (methods as Record<string, (...args: readonly unknown[]) => unknown>)[method]!;
    return { call, ok: true, value: run(...args) };
  } catch (error) {
    return failed(call, error);
  }
}

export function failed(call: number, error: unknown): Answer {
  return { call, ok: false, error: encodeError(error) };
}
