/**
 * The archive's writer on its own thread. The thread commits batches while the caller reads the next lines; all other
 * methods wait for their result.
 */
import type { AppendOutcome, AppendResult, ArchiveWriter, OverflowPosition } from "../../writer.ts";
import type { Received } from "../../../chat/events.ts";
import { startWorker } from "../../../rpc/start_worker.ts";
import { createSyncLink, type Outcome, SyncCaller, type SyncLink } from "../../../rpc/sync_caller.ts";
import type { WriterOptions } from "../file/connection.ts";
import { BatchBuilder } from "../messages/batch.ts";
import { appendResult, type Committed } from "../batch_committer.ts";
import type { WaitedMethod, WriterCalls } from "./writer_calls.ts";

/** Maximum duration of the thread's start. */
const START_MS = 30_000;

/** The methods that wait. The type requires all of them. */
const WAITED: Readonly<Record<WaitedMethod, true>> = {
  overflowPosition: true,
  channels: true,
  createChannel: true,
  setEnabled: true,
  identifyChannel: true,
  deleteChannel: true,
  flushCounters: true,
  attached: true,
  storeCoverage: true,
  newestAt: true,
  correctClock: true,
  unfilledGaps: true,
  fill: true,
  quarantine: true,
  quarantined: true,
  replayQuarantined: true,
  change: true,
  emoteSetSize: true,
  applyOptOuts: true,
  maintain: true,
};

export interface StartedThread extends Disposable {
  /** For the thread that writes: post it there with its ports as transferables. */
  link: SyncLink;
}

/**
 * Starts the writer's thread, on behalf of the thread that writes: a thread that blocks delays the start of its own Worker
 * by a second.
 * @param died called with the bug that ended it
 */
export function startWriterThread(died: (error: Error) => void): StartedThread {
  const worker = startWorker(new URL("./writer_worker.ts", import.meta.url), "writer", died);
  const { caller, answerer } = createSyncLink();
  worker.postMessage(answerer, [answerer.port, answerer.wakeup]);
  return { link: caller, [Symbol.dispose]: () => worker.terminate() };
}

/** Calls the writer's thread. Not for a thread that serves pages, because calls block. */
export class WriterThread {
  readonly #caller: SyncCaller<WriterCalls>;
  #archives = 0;

  constructor(link: SyncLink) {
    this.#caller = new SyncCaller(link);
  }

  /** Opens or creates an archive. @throws AppError wrong_file, unavailable */
  open(options: WriterOptions): ArchiveWriter {
    const caller = this.#caller;
    const archive = ++this.#archives;
    caller.call("open", [archive, options], START_MS);
    const waited = Object.keys(WAITED).map((method) => [
      method,
      (...args: unknown[]) => caller.call("run", [archive, method as WaitedMethod, args]),
    ]);
    const batches = new Batches(caller, archive);
    return {
      ...Object.fromEntries(waited) as Pick<ArchiveWriter, WaitedMethod>,
      append: (...call) => batches.append(...call),
      appendLater: (...call) => batches.appendLater(...call),
      settle: () => caller.settle(),
      storeCoverageLater: (changes, knownAt, replaceAll, done) =>
        caller.send(
          "run",
          [archive, "storeCoverage", [changes, knownAt, replaceAll]],
          (outcome) => done(outcome.ok ? undefined : outcome.error),
        ),
      [Symbol.dispose]: () => caller.call("close", [archive]),
    };
  }
}

/** The batches of one archive. */
class Batches {
  readonly #packer = new BatchBuilder();
  #inFlight = 0;

  constructor(readonly caller: SyncCaller<WriterCalls>, readonly archive: number) {}

  append(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflow?: OverflowPosition,
  ): AppendResult {
    // Wait for earlier batches: the thread would skip this one if one of them failed.
    this.caller.settle();
    const committed = this.caller.call("commit", this.#pack(batch, announce, overflow));
    return appendResult(batch, committed as Committed);
  }

  appendLater(...[batch, announce, overflow, done]: Parameters<ArchiveWriter["appendLater"]>): void {
    const args = this.#pack(batch, announce, overflow);
    this.#inFlight++;
    this.caller.send("commit", args, (outcome) => {
      this.#inFlight--;
      done(outcomeOf(batch, outcome));
    });
  }

  #pack(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflow: OverflowPosition | undefined,
  ): Parameters<WriterCalls["commit"]> {
    return [this.archive, this.#inFlight > 0, this.#packer.pack(batch), announce, overflow];
  }
}

function outcomeOf(batch: readonly Received[], outcome: Outcome<Committed | "skipped">): AppendOutcome {
  if (!outcome.ok) return outcome;
  const { value } = outcome;
  return value === "skipped" ? { ok: false, skipped: true } : { ok: true, ...appendResult(batch, value) };
}
