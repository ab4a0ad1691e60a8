/**
 * Reports when the machine's clock is wrong, and corrects the archive once the time is certain: rows of this run that have
 * no time of their own are moved, and coverage of the future is removed (docs/time.md).
 */
import type { ArchiveWriter } from "../archive/writer.ts";
import { isUnavailable } from "../chat/errors.ts";
import type { CollectorLog } from "./log.ts";
import type { CoverageTracker } from "./coverage/tracker.ts";
import type { TimeChange, TimeJudge } from "./time/judge.ts";

/** Pause between two counts of messages in the future, while there are any or the archive is unavailable. */
const LOOK_AHEAD_MS = 60_000;

export interface ClockWatchOptions {
  time: TimeJudge;
  /** @throws AppError unavailable while the archive cannot be written */
  writer: () => Pick<ArchiveWriter, "correctClock">;
  coverage: CoverageTracker;
  log: CollectorLog;
}

export class ClockWatch {
  readonly #options: ClockWatchOptions;
  #isClockWrong = false;
  /** The correction that the archive has not received yet, milliseconds. */
  #shiftMs = 0;
  #ahead = 0;
  /** When (monotonic) the archive is corrected next. */
  #dueAt = -Infinity;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
  }

  /** Number of messages in the archive that are in the future. */
  get ahead(): number {
    return this.#ahead;
  }

  /** The judged time was corrected. */
  corrected({ byMs, retroactive }: TimeChange): void {
    if (retroactive) {
      this.#options.coverage.rewriteAll();
      this.#shiftMs += byMs;
    }
    this.#dueAt = -Infinity;
  }

  /** Call it several times a second, and before lines are stored. @param now monotonic */
  tick(now: number): void {
    this.#reportClock();
    const { time, writer, coverage, log } = this.#options;
    if (!time.isCertain || now < this.#dueAt) return;
    this.#dueAt = Infinity;
    try {
      const { ahead, changed } = writer().correctClock(time.now(), Math.round(this.#shiftMs));
      this.#shiftMs = 0;
      if (changed) coverage.rewriteAll();
      coverage.confirmed();
      if (ahead !== this.#ahead && ahead > 0) {
        log.warn("{ahead} messages of the archive are in the future", { ahead });
      }
      this.#ahead = ahead;
      if (ahead > 0) this.#dueAt = now + LOOK_AHEAD_MS;
    } catch (error) {
      this.#dueAt = now + LOOK_AHEAD_MS;
      if (!isUnavailable(error)) {
        log.error("correcting times in the archive failed by a bug: {error}", { error });
      }
    }
  }

  #reportClock(): void {
    const { time, log } = this.#options;
    const { plausible, wallMs, judgedMs } = time.status();
    if (plausible !== this.#isClockWrong) return;
    this.#isClockWrong = !plausible;
    const times = { wall: new Date(wallMs).toISOString(), judged: new Date(judgedMs).toISOString() };
    if (plausible) log.info("the machine's clock is right again: {wall}", times);
    else log.warn("the machine's clock is wrong: it says {wall}, and it is {judged}", times);
  }
}
