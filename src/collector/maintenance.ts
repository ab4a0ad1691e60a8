/** Maintenance of the archive between batches: deletes channels and expired messages, and returns free pages. */
import type { ArchiveWriter } from "../archive/archive.ts";
import type { TimeJudge } from "./time/judge.ts";
import { isUnavailable } from "../chat/errors.ts";

/** Messages that are deleted in one transaction. */
const STEP_ROWS = 100;
/** Messages that are examined for removals in one transaction: some 2 ms. */
const REMOVAL_ROWS = 500;
/** Pages that are returned to the file system in one transaction. */
const STEP_PAGES = 64;
/** The steps of a tick end after this time, so that the next batch can be written. */
const BUDGET_MS = 20;
const QUIET_MS = 30_000;
/** If nothing was due, the next check is after this time. */
const REST_MS = 5_000;

/** Does one step. Returns true if there is more to do. */
type Task = (writer: ArchiveWriter, now: number, quietMs: number) => boolean;

/** By urgency. The index is merged before more is deleted, so that there is never much to merge. */
const TASKS: readonly Task[] = [
  (writer) => writer.removalStep(REMOVAL_ROWS),
  (writer) => writer.mergeStep(),
  (writer) => writer.deleteStep(STEP_ROWS),
  (writer, now) => writer.retentionStep(STEP_ROWS, now),
  (writer) => writer.reclaimStep(STEP_PAGES),
  (writer, _, quietMs) => writer.compactStep(quietMs),
];

export class Maintenance {
  readonly #writer: () => ArchiveWriter;
  readonly #time: TimeJudge;
  readonly #broken: (error: unknown) => void;
  readonly #quietMs: number;
  /** Monotonic. */
  #nextAt = -Infinity;

  /**
   * @param writer throws AppError unavailable while the archive cannot be written
   * @param broken called with any other error
   * @param quietMs after this time without messages, the file is compacted
   */
  constructor(
    writer: () => ArchiveWriter,
    time: TimeJudge,
    broken: (error: unknown) => void,
    quietMs = QUIET_MS,
  ) {
    this.#writer = writer;
    this.#time = time;
    this.#broken = broken;
    this.#quietMs = quietMs;
  }

  /** Starts the next tick's work at once, without the pause between checks. */
  hurry(): void {
    this.#nextAt = -Infinity;
  }

  /** Runs due steps for at most {@link BUDGET_MS} and a step. Call it between batches, several times a second. */
  tick(): void {
    const { clock } = this.#time;
    const startedAt = clock.monotonicMs();
    if (startedAt < this.#nextAt) return;
    // While the time is uncertain, no message is too old.
    const now = this.#time.isCertain ? this.#time.now() : 0;
    try {
      const writer = this.#writer();
      for (const task of TASKS) {
        while (task(writer, now, this.#quietMs)) if (clock.monotonicMs() - startedAt >= BUDGET_MS) return;
      }
    } catch (error) {
      // The write loop reports an unavailable archive. A bug here must not end recording.
      if (!isUnavailable(error)) this.#broken(error);
    }
    this.#nextAt = startedAt + REST_MS;
  }
}
