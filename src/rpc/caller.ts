/** Asynchronous calls to another thread. */
import { AppError } from "../chat/errors.ts";
import { decodeError } from "./error_codec.ts";
import {
  type Answer,
  answerTo,
  type Args,
  type Call,
  failed,
  type Method,
  type Port,
  type Value,
} from "./protocol.ts";

/** Options of one call. */
export interface CallOptions {
  /** Objects to transfer instead of copying them. */
  transfer?: Transferable[];
  /** Rejects with `too_slow` after this many milliseconds. The other thread is not interrupted. */
  deadlineMs?: number;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Calls methods of another thread.
 * @template Methods the methods that it answers
 * @template News messages that it sends without being asked
 */
export class Caller<Methods, News = never> {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #lastCall = 0;
  #ended: Error | undefined;

  /** Calls `onNews` with every message that is not an answer. */
  constructor(port: Port, onNews: (news: News) => void = () => {}) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Answer | News>) => {
      if (isAnswer(data)) this.#answered(data);
      else onNews(data);
    };
  }

  /** Rejects with what the method throws, with AppError too_slow after the deadline, or with the error of {@link cancel}. */
  call<M extends Method<Methods>>(
    method: M,
    args: Args<Methods, M>,
    { transfer = [], deadlineMs }: CallOptions = {},
  ): Promise<Value<Methods, M>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const call = ++this.#lastCall;
    const tooSlow = () =>
      this.#take(call)?.reject(new AppError("too_slow", `${method} took longer than ${deadlineMs} ms`));
    const timer = deadlineMs === undefined ? undefined : setTimeout(tooSlow, deadlineMs);
    this.#pending.set(call, { resolve, reject, timer });
    this.#port.postMessage({ call, method, args } satisfies Call, transfer);
    return promise as Promise<Value<Methods, M>>;
  }

  /** Rejects all calls that wait, and every later one: the other thread has ended, or is about to. */
  cancel(error: Error): void {
    this.#ended ??= error;
    for (const call of [...this.#pending.keys()]) this.#take(call)!.reject(error);
  }

  #answered(answer: Answer): void {
    const pending = this.#take(answer.call);
    if (answer.ok) pending?.resolve(answer.value);
    else pending?.reject(decodeError(answer.error));
  }

  /** Undefined if no caller waits for it any more. */
  #take(call: number): Pending | undefined {
    const pending = this.#pending.get(call);
    clearTimeout(pending?.timer);
    this.#pending.delete(call);
    return pending;
  }
}

/** Answers the calls that arrive at a port. A slow call does not delay later ones. */
export function answerCalls<Methods extends object>(port: Port, methods: Methods): void {
  port.onmessage = async ({ data }: MessageEvent<Call>) => {
    let answer = answerTo(methods, data);
    try {
      if (answer.ok) answer.value = await answer.value;
    } catch (error) {
      answer = failed(data.call, error);
    }
    port.postMessage(answer);
  };
}

function isAnswer(data: unknown): data is Answer {
  return typeof data === "object" && data !== null && "call" in data;
}
