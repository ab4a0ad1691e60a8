/**
 * The archive's writer on a thread of its own. Batches are handed over and committed there, while here the next lines
 * are read; everything else is asked for and waited for, as if it were done here.
 */
import { receiveMessageOnPort } from "node:worker_threads";
import {
  type AppendOutcome,
  type AppendResult,
  type ArchiveWriter,
  type SpoolPosition,
  UnavailableError,
} from "../archive.ts";
import type { Received } from "../../chat/events.ts";
import type { WriterOptions } from "./connection.ts";
import { WrongFileError } from "./migrations.ts";
import { Packer } from "./packed.ts";
import { appendResult, type Committed } from "./writer.ts";
import type { WaitedMethod, WriterAnswer, WriterCall, WriterSetup } from "./writer_calls.ts";

/** How long the thread may take to start. */
const START_MS = 30_000;

/** Opens or creates the archive. Not for a thread that serves pages: it waits. @throws WrongFileError, UnavailableError */
export function openWriterThread(options: WriterOptions): ArchiveWriter {
  const thread = new WriterThread();
  try {
    thread.ask({ method: "open", args: [options] }, START_MS);
  } catch (error) {
    thread.end();
    throw error;
  }
  const ask = <M extends WaitedMethod>(method: M) => (...args: Parameters<ArchiveWriter[M]>) =>
    thread.ask({ method, args } as WriterCall) as ReturnType<ArchiveWriter[M]>;
  return {
    append: (...call) => thread.append(...call),
    appendLater: (...call) => thread.appendLater(...call),
    settle: () => thread.settle(),
    spooled: ask("spooled"),
    channels: ask("channels"),
    createChannel: ask("createChannel"),
    setEnabled: ask("setEnabled"),
    identifyChannel: ask("identifyChannel"),
    deleteChannel: ask("deleteChannel"),
    deleteStep: ask("deleteStep"),
    flushCounters: ask("flushCounters"),
    tidy: ask("tidy"),
    attached: ask("attached"),
    listen: ask("listen"),
    unfilledGaps: ask("unfilledGaps"),
    fill: ask("fill"),
    quarantine: ask("quarantine"),
    quarantined: ask("quarantined"),
    replayQuarantined: ask("replayQuarantined"),
    setRetention: ask("setRetention"),
    retentionStep: ask("retentionStep"),
    mergeStep: ask("mergeStep"),
    reclaimStep: ask("reclaimStep"),
    [Symbol.dispose]: () => thread.close(),
  };
}

class WriterThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  /** How many answers were given, written by the thread. */
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  /** Who waits for the next answers, in the order of the calls. */
  readonly #pending: ((answer: WriterAnswer) => void)[] = [];
  readonly #packer = new Packer();
  /** How many batches are under way. */
  #batches = 0;

  constructor() {
    this.#worker = new Worker(new URL("./writer_worker.ts", import.meta.url), {
      type: "module",
      name: "writer",
    });
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    // Answers are only ever taken off the port by hand: one that the event loop had taken, and not handed out yet, would
    // be waited for in vain. What comes this way says no more than that there are some.
    this.#worker.onmessage = () => {
      while (this.#take());
    };
    const setup: WriterSetup = { port: port2, answers: this.#answers.buffer as SharedArrayBuffer };
    this.#worker.postMessage(setup, [port2]);
  }

  append(batch: readonly Received[], announce: ReadonlySet<number>, spooled?: SpoolPosition): AppendResult {
    return appendResult(batch, this.ask(this.#commit(batch, announce, spooled)) as Committed);
  }

  appendLater(...[batch, announce, spooled, done]: Parameters<ArchiveWriter["appendLater"]>): void {
    const call = this.#commit(batch, announce, spooled);
    this.#batches++;
    this.#send(call, (answer) => {
      this.#batches--;
      done(outcomeOf(batch, answer));
    });
  }

  #commit(batch: readonly Received[], announce: ReadonlySet<number>, spooled?: SpoolPosition): WriterCall {
    return {
      method: "commit",
      args: [this.#packer.pack(batch), announce, spooled],
      isNext: this.#batches > 0,
    };
  }

  settle(): void {
    while (this.#pending.length > 0) this.#wait();
  }

  /** Calls, and waits for the answer. @throws what the call throws there */
  ask(call: WriterCall, timeoutMs?: number): unknown {
    // Those before are dealt with before: what they lead to may be another call.
    this.settle();
    if (call.method === "commit") call.isNext = false;
    let answer: WriterAnswer | undefined;
    this.#send(call, (given) => answer = given);
    while (answer === undefined) this.#wait(timeoutMs);
    if (!answer.ok) {
      throw "skipped" in answer ? new Error("the writer's thread skipped a call") : rebuilt(answer);
    }
    return answer.value;
  }

  close(): void {
    try {
      this.ask({ method: "close", args: [] });
    } finally {
      this.end();
    }
  }

  end(): void {
    this.#port.close();
    this.#worker.terminate();
  }

  #send(call: WriterCall, answered: (answer: WriterAnswer) => void): void {
    this.#pending.push(answered);
    this.#port.postMessage(call);
  }

  /** Takes an answer that is there. */
  #take(): boolean {
    const received = receiveMessageOnPort(
      this.#port as unknown as Parameters<typeof receiveMessageOnPort>[0],
    );
    if (received) this.#pending.shift()!(received.message as WriterAnswer);
    return received !== undefined;
  }

  /** Waits for the next answer, without the event loop, and takes it. */
  #wait(timeoutMs?: number): void {
    while (true) {
      // Read before the port is looked at: an answer that comes in between changes it, and is not slept through.
      const answers = Atomics.load(this.#answers, 0);
      if (this.#take()) return;
      if (Atomics.wait(this.#answers, 0, answers, timeoutMs) === "timed-out") {
        throw new Error(`the writer's thread did not answer within ${timeoutMs} ms`);
      }
    }
  }
}

function outcomeOf(batch: readonly Received[], answer: WriterAnswer): AppendOutcome {
  if (answer.ok) return { ok: true, ...appendResult(batch, answer.value as Committed) };
  return "skipped" in answer ? answer : { ok: false, error: rebuilt(answer) };
}

/** Errors lose their class on the way between threads; those that are told apart get it back. */
function rebuilt({ error, name }: Extract<WriterAnswer, { ok: false; name: string }>): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (name === "UnavailableError") return new UnavailableError(cause.message, { cause });
  if (name === "WrongFileError") return new WrongFileError(cause.message, { cause });
  return cause;
}
