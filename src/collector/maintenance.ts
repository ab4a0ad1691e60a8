/** What the archive needs done between batches: deleting channels, letting go of what is not kept, giving room back. */
import type { ArchiveWriter } from "../archive/archive.ts";
import type { TimeJudge } from "./time/judge.ts";
import { isUnavailable } from "../chat/errors.ts";

/** Messages that go in one transaction, and pages that are given back in one. */
const STEP_ROWS = 100;
/** Messages that are looked at in one transaction for what removed them: some 2 ms. */
const REMOVAL_ROWS = 500;
const STEP_PAGES = 64;
/** A tick's steps end after this long: then it is a batch's turn. */
const BUDGET_MS = 20;
const QUIET_MS = 30_000;
/** Where nothing was due, it is asked again after this long. */
const REST_MS = 5_000;

/** True = there is more to do. */
type Task = (writer: ArchiveWriter, now: number, quietMs: number) => boolean;

/** By urgency: the index is cleared before more is deleted, so that there is never much to clear. */
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
   * @param broken told of anything else that was thrown
   * @param quietMs where nothing came in for so long, the file is made smaller
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

  /** Something was asked for that is to begin at once. */
  hurry(): void {
    this.#nextAt = -Infinity;
  }

  /** Called between batches, several times a second. */
  tick(): void {
    const { clock } = this.#time;
    const startedAt = clock.monotonicMs();
    if (startedAt < this.#nextAt) return;
    // While it is in doubt what time it is, nothing is too old.
    const now = this.#time.isCertain ? this.#time.now() : 0;
    try {
      const writer = this.#writer();
      for (const chore of TASKS) {
        while (chore(writer, now, this.#quietMs)) if (clock.monotonicMs() - startedAt >= BUDGET_MS) return;
      }
    } catch (error) {
      // That the archive is in trouble is told where messages wait for it. A bug here must not end the recording.
      if (!isUnavailable(error)) this.#broken(error);
    }
    this.#nextAt = startedAt + REST_MS;
  }
}
