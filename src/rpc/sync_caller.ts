/** Calls to another thread that block until the answer arrives, and calls that do not wait, in one order. */
import { receiveMessageOnPort } from "node:worker_threads";
import { decodeError } from "./error_codec.ts";
import { type Answer, answerTo, type Args, type Call, type Method, type Value } from "./protocol.ts";

/** One end of the border. Its ports have to be transferred with it. */
export interface SyncLink {
  /** Carries calls, in order, and an answer to each. */
  port: MessagePort;
  /** Signals that answers have arrived. */
  wakeup: MessagePort;
  /** Number of answers: a caller without an event loop waits with Atomics until it changes. */
  answers: SharedArrayBuffer;
}

/** A value or an error. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: Error };

/** Creates both ends: one for the calling thread, one for the answering thread. */
export function createSyncLink(): { caller: SyncLink; answerer: SyncLink } {
  const [calls, wakeups] = [new MessageChannel(), new MessageChannel()];
  const answers = new SharedArrayBuffer(4);
  return {
    caller: { port: calls.port1, wakeup: wakeups.port1, answers },
    answerer: { port: calls.port2, wakeup: wakeups.port2, answers },
  };
}

/**
 * Calls methods of another thread and can block until they are answered: not for a thread that serves pages.
 * @template Methods the methods that it answers
 */
export class SyncCaller<Methods> {
  readonly #port: MessagePort;
  /** How many answers were given, written by the other thread. */
  readonly #answers: Int32Array;
  /** The callbacks of the next answers, in the order of the calls. */
  readonly #pending: ((outcome: Outcome<unknown>) => void)[] = [];
  #lastCall = 0;

  /** Takes answers whenever the other thread signals them. */
  constructor({ port, wakeup, answers }: SyncLink) {
    this.#port = port;
    this.#answers = new Int32Array(answers);
    // Answers are only taken from the port by hand: a blocking wait would never see an answer that the event loop had
    // taken but not delivered yet.
    wakeup.onmessage = () => {
      while (this.#take());
    };
  }

  /**
   * Calls, and blocks until the answer arrives, after the answers to all earlier calls.
   * @throws what the method throws there; an Error if there is no answer within `timeoutMs`
   */
  call<M extends Method<Methods>>(
    method: M,
    args: Args<Methods, M>,
    timeoutMs?: number,
  ): Value<Methods, M> {
    // Handle earlier answers first: their callbacks may make another call.
    this.settle();
    let outcome: Outcome<Value<Methods, M>> | undefined;
    this.send(method, args, (given) => outcome = given);
    while (outcome === undefined) this.#wait(timeoutMs);
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  /**
   * Calls without waiting. `answered` is called in the order of the calls, by the event loop or during a blocking
   * call.
   */
  send<M extends Method<Methods>>(
    method: M,
    args: Args<Methods, M>,
    answered: (outcome: Outcome<Value<Methods, M>>) => void,
  ): void {
    this.#pending.push(answered as (outcome: Outcome<unknown>) => void);
    this.#port.postMessage({ call: ++this.#lastCall, method, args } satisfies Call);
  }

  /** Waits until every call is answered. */
  settle(): void {
    while (this.#pending.length > 0) this.#wait();
  }

  /** Takes an answer that has arrived. */
  #take(): boolean {
    const received = receiveMessageOnPort(
      this.#port as unknown as Parameters<typeof receiveMessageOnPort>[0],
    );
    if (!received) return false;
    const answer = received.message as Answer;
    this.#pending.shift()!(answer.ok ? answer : { ok: false, error: decodeError(answer.error) });
    return true;
  }

  /** Blocks until the next answer arrives, and takes it. */
  #wait(timeoutMs?: number): void {
    while (true) {
      // Read the number before checking the port: an answer that arrives in between changes it, so the wait returns
      // at once.
      const answers = Atomics.load(this.#answers, 0);
      if (this.#take()) return;
      if (Atomics.wait(this.#answers, 0, answers, timeoutMs) === "timed-out") {
        throw new Error(`the other thread did not answer within ${timeoutMs} ms`);
      }
    }
  }
}

/** Answers the calls that come over a link, one after the other. No method may return a promise. */
export function answerSyncCalls<Methods extends object>(
  { port, wakeup, answers }: SyncLink,
  methods: Methods,
): void {
  const answered = new Int32Array(answers);
  port.onmessage = ({ data }: MessageEvent<Call>) => {
    port.postMessage(answerTo(methods, data));
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
    wakeup.postMessage(undefined);
  };
}
