/**
 * The archive's writer on a thread of its own. Batches are handed over and committed there, while here the next lines
 * are read; everything else is asked for and waited for, as if it were done here.
 */
import { receiveMessageOnPort } from "node:worker_threads";
import type { AppendOutcome, AppendResult, ArchiveWriter, OverflowPosition } from "../../archive.ts";
import type { Received } from "../../../chat/events.ts";
import type { WriterOptions } from "../file/connection.ts";
import { BatchBuilder } from "../messages/batch.ts";
import { appendResult, type Committed } from "../writer.ts";
import type { WaitedMethod, WriterAnswer, WriterLink, WriterRequest } from "./writer_calls.ts";
import { decodeError } from "../../../rpc/error_codec.ts";

/** How long the thread may take to start. */
const START_MS = 30_000;

export interface StartedThread {
  /** To be handed to whoever is to write, its ports as what is transferred. */
  link: WriterLink;
  end(): void;
}

/**
 * Starts the thread, which can be handed to another one then: a thread that waits for a Worker of its own holds up its
 * start, by a second.
 * @param broken told of a bug that ended it
 */
export function startWriterThread(broken: (error: Error) => void): StartedThread {
  const worker = new Worker(new URL("./writer_worker.ts", import.meta.url), {
    type: "module",
    name: "writer",
  });
  worker.onerror = (event) => {
    event.preventDefault();
    broken(new Error(`the writer's thread died: ${event.message}`));
  };
  const [calls, bell] = [new MessageChannel(), new MessageChannel()];
  const answers = new SharedArrayBuffer(4);
  const there: WriterLink = { port: calls.port2, wakeup: bell.port2, answers };
  worker.postMessage(there, [there.port, there.wakeup]);
  return { link: { port: calls.port1, wakeup: bell.port1, answers }, end: () => worker.terminate() };
}

/** The thread, seen from the one that writes. Not for a thread that serves pages: calls are waited for. */
export class WriterThread {
  readonly #port: MessagePort;
  /** How many answers were given, written by the thread. */
  readonly #answers: Int32Array;
  /** Who waits for the next answers, in the order of the calls. */
  readonly #pending: ((answer: WriterAnswer) => void)[] = [];
  #archives = 0;

  constructor({ port, wakeup, answers }: WriterLink) {
    this.#port = port;
    this.#answers = new Int32Array(answers);
    // Answers are only ever taken off the port by hand: one that the event loop had taken, and not handed out yet, would
    // be waited for in vain.
    wakeup.onmessage = () => {
      while (this.#take());
    };
  }

  /** Opens or creates an archive. @throws AppError wrong_file, unavailable */
  open(options: WriterOptions): ArchiveWriter {
    const archive = ++this.#archives;
    this.ask({ method: "open", args: [options], archive }, START_MS);
    const ask = <M extends WaitedMethod>(method: M) => (...args: Parameters<ArchiveWriter[M]>) =>
      this.ask({ method, args, archive } as WriterRequest) as ReturnType<ArchiveWriter[M]>;
    const batches = new Batches(this, archive);
    return {
      append: (...call) => batches.append(...call),
      appendLater: (...call) => batches.appendLater(...call),
      settle: () => this.settle(),
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
      listenLater: (changes, knownAt, anew, done) =>
        this.send(
          { method: "listen", args: [changes, knownAt, anew], archive },
          (answer) => done(errorOf(answer)),
        ),
      newestAt: ask("newestAt"),
      setRight: ask("setRight"),
      unfilledGaps: ask("unfilledGaps"),
      fill: ask("fill"),
      quarantine: ask("quarantine"),
      quarantined: ask("quarantined"),
      replayQuarantined: ask("replayQuarantined"),
      setRetention: ask("setRetention"),
      retentionStep: ask("retentionStep"),
      removalStep: ask("removalStep"),
      mergeStep: ask("mergeStep"),
      compactStep: ask("compactStep"),
      reclaimStep: ask("reclaimStep"),
      [Symbol.dispose]: () => void this.ask({ method: "close", args: [], archive }),
    };
  }

  /** Calls, and waits for the answer. @throws what the call throws there */
  ask(call: WriterRequest, timeoutMs?: number): unknown {
    // Those before are dealt with before: what they lead to may be another call.
    this.settle();
    let answer: WriterAnswer | undefined;
    this.send(call, (given) => answer = given);
    while (answer === undefined) this.#wait(timeoutMs);
    if (answer.ok) return answer.value;
    throw errorOf(answer);
  }

  /** Calls, and goes on. */
  send(call: WriterRequest, answered: (answer: WriterAnswer) => void): void {
    this.#pending.push(answered);
    this.#port.postMessage(call);
  }

  settle(): void {
    while (this.#pending.length > 0) this.#wait();
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

/** The batches of one archive. */
class Batches {
  readonly #packer = new BatchBuilder();
  #underWay = 0;

  constructor(readonly thread: WriterThread, readonly archive: number) {}

  append(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    spooled?: OverflowPosition,
  ): AppendResult {
    this.thread.settle();
    return appendResult(batch, this.thread.ask(this.#commit(batch, announce, spooled)) as Committed);
  }

  appendLater(...[batch, announce, spooled, done]: Parameters<ArchiveWriter["appendLater"]>): void {
    const call = this.#commit(batch, announce, spooled);
    this.#underWay++;
    this.thread.send(call, (answer) => {
      this.#underWay--;
      done(outcomeOf(batch, answer));
    });
  }

  #commit(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    spooled?: OverflowPosition,
  ): WriterRequest {
    return {
      method: "commit",
      args: [this.#packer.pack(batch), announce, spooled],
      isNext: this.#underWay > 0,
      archive: this.archive,
    };
  }
}

function outcomeOf(batch: readonly Received[], answer: WriterAnswer): AppendOutcome {
  if (answer.ok) return { ok: true, ...appendResult(batch, answer.value as Committed) };
  return "skipped" in answer ? answer : { ok: false, error: errorOf(answer) };
}

/** What the call threw there; undefined where it went well. */
function errorOf(answer: WriterAnswer): Error | undefined {
  if (answer.ok) return undefined;
  return "skipped" in answer ? new Error("the writer's thread skipped a call") : decodeError(answer.error);
}
