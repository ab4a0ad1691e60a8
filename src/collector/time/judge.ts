/**
 * Determines the time from the wall clock, the monotonic clock and Twitch's times on lines (docs/time.md). The collector
 * measures everything by the monotonic clock; this module converts what is stored or shown to epoch time.
 */
import { type Clock, EARLIEST_MS } from "../../clock.ts";
import { EpochMapping } from "./epoch_mapping.ts";
import { type Contradiction, TimeEvidence } from "./evidence.ts";

/** A wall clock that differs by more is implausible. Lines arrive at most a few seconds after Twitch sent them. */
export const TOLERANCE_MS = 10_000;
/** A step of the wall clock up to this is a correction. After a larger step the clock must be confirmed again. */
const STEP_MS = 3_000;
/** Lines must contradict a confirmed clock for this long. Until then such lines are taken for delayed ones. */
const CONFIRMED_SPAN_MS = 300_000;
/** The same for a clock that no line has confirmed yet. */
const UNCONFIRMED_SPAN_MS = 1_000;
/** `HeldLines` keeps lines for at most this long while they contradict an unconfirmed clock. */
const DECIDE_MS = 5_000;

/** The judged time and the wall clock. */
export interface TimeStatus {
  /** The machine's wall clock, epoch milliseconds. */
  wallMs: number;
  /** The judged time, epoch milliseconds. */
  judgedMs: number;
  /** Whether the wall clock agrees with the judged time. */
  plausible: boolean;
}

/** A correction of the judged time. */
export interface TimeChange {
  /** How much later the judged time is now, milliseconds. */
  byMs: number;
  /** Whether `epochOf` has changed for past moments, too. */
  retroactive: boolean;
}

/** See {@link TimeJudge}. */
export interface TimeJudgeOptions {
  /** False if lines are replayed: their times are meaningless, and the wall clock is right. */
  useLineTimes?: boolean;
  /** Called when the judged time was corrected. */
  changed?: (change: TimeChange) => void;
}

/** Decides what time it is. */
export class TimeJudge {
  readonly #options: TimeJudgeOptions;
  readonly #evidence = new TimeEvidence();
  /** The judged time. */
  readonly #mapping: EpochMapping;
  /** Whether the judged time follows the wall clock; else it follows the monotonic clock. */
  #followsWall = true;
  /** Whether a line has confirmed the judged time. */
  #confirmed: boolean;
  /** Whether the wall clock was set, and no line has decided yet which time is right. */
  #stepped = false;
  /** When (monotonic) a line first contradicted an unconfirmed clock. */
  #contestedSince: number | undefined;
  /** Whether the lines' times are unusable: they come from old captures, or contradict each other. */
  #linesUnusable = false;

  /** Believes the wall clock until lines contradict it. */
  constructor(readonly clock: Clock, options: TimeJudgeOptions = {}) {
    this.#options = options;
    this.#mapping = new EpochMapping(this.#wallOffset());
    this.#confirmed = options.useLineTimes === false;
  }

  /** Whether lines have confirmed the judged time. Retention deletes nothing by age before that. */
  get isCertain(): boolean {
    return this.#confirmed && !this.#stepped;
  }

  /** Whether no line has confirmed the time yet, but one still may. */
  get isUnconfirmed(): boolean {
    return !this.#confirmed && !this.#linesUnusable;
  }

  /** Whether lines contradict an unconfirmed clock, and a few more will decide. True for at most {@link DECIDE_MS}. */
  get isContested(): boolean {
    return this.isUnconfirmed && this.#contestedSince !== undefined &&
      this.clock.monotonicMs() - this.#contestedSince < DECIDE_MS;
  }

  /** If the wall clock is certainly wrong, starts from this time, that of the archive's newest message. */
  startNotBefore(epochMs: number): void {
    if (!this.#confirmed && this.now() < EARLIEST_MS && epochMs >= EARLIEST_MS) {
      this.#change(epochMs - this.clock.monotonicMs(), { followsWall: false });
    }
  }

  /** Reads the wall clock. Call it several times a second, and before lines are processed. */
  tick(): void {
    const wall = this.#wallOffset();
    const stepMs = wall - this.#mapping.offsetMs;
    const isSmall = Math.abs(stepMs) <= STEP_MS;
    if (this.#followsWall) {
      if (isSmall) this.#follow(wall);
      else if (this.#confirmed) this.#leaveWall();
      // Set before any confirmation, for example when a machine without a battery-backed clock reaches its time server.
      else if (this.now() < EARLIEST_MS || this.#options.useLineTimes === false) this.#change(wall);
      else this.#leaveWall();
    } else if (isSmall) {
      this.#followsWall = true;
      this.#stepped = false;
      this.#follow(wall);
    } else if (!this.#confirmed && this.now() < EARLIEST_MS) this.#change(wall);
    if (this.#options.useLineTimes === false && !this.#followsWall) this.#change(wall);
  }

  /** Ends the wait for a confirmation, because no more lines can be held. */
  stopWaiting(): void {
    this.#linesUnusable = true;
  }

  /** Takes a line that arrived at `at` (monotonic) and that Twitch sent at `sentMs` (epoch). */
  heard(sentMs: number, at: number): void {
    if (this.#options.useLineTimes === false) return;
    if (sentMs < EARLIEST_MS) return void (this.#linesUnusable = true);
    this.tick();
    const offsetMs = sentMs - at;
    const wall = this.#wallOffset();
    const fromJudged = Math.abs(offsetMs - this.#mapping.offsetMs);
    const fromWall = Math.abs(offsetMs - wall);
    if (this.#isKnown() && fromJudged <= TOLERANCE_MS && (this.#followsWall || fromJudged <= fromWall)) {
      return this.#noteAgreement(offsetMs);
    }
    if (fromWall <= TOLERANCE_MS && this.#isPossible(wall)) return this.#change(wall, { confirmed: true });
    this.#noteContradiction({ offsetMs, sentMs, at });
  }

  /** The judged time, epoch milliseconds. */
  now(): number {
    return this.epochOf(this.clock.monotonicMs());
  }

  /** The epoch milliseconds of a monotonic moment. */
  epochOf(monotonicMs: number): number {
    return this.#mapping.epochOf(monotonicMs);
  }

  /**
   * The time of receipt (epoch milliseconds) of a line that arrived at `at` (monotonic). If the clock is unconfirmed and
   * the line's own time contradicts it, returns the earlier of the two that is plausible, so that no row is in the future.
   */
  receivedAt(at: number, sentMs: number | undefined): number {
    const judged = this.epochOf(at);
    const hasConsistentEvidence = !this.#evidence.isEmpty && !this.#evidence.isContradictory;
    if (this.#confirmed || !hasConsistentEvidence || sentMs === undefined || sentMs < EARLIEST_MS) {
      return judged;
    }
    if (judged < EARLIEST_MS) return sentMs;
    return judged - sentMs > TOLERANCE_MS ? sentMs : judged;
  }

  /** For pages, `/readyz` and `/metrics`. */
  status(): TimeStatus {
    const [wallMs, judgedMs] = [this.clock.wallMs(), this.now()];
    const differs = Math.abs(wallMs - judgedMs) > TOLERANCE_MS;
    return {
      wallMs,
      judgedMs,
      plausible: !differs && (wallMs >= EARLIEST_MS || this.#options.useLineTimes === false),
    };
  }

  /** The wall clock was set: follows the monotonic clock until a line decides which time is right. */
  #leaveWall(): void {
    this.#followsWall = false;
    this.#stepped = true;
  }

  /** Whether lines confirmed the judged time, or it was right until the wall clock was set. */
  #isKnown(): boolean {
    return this.#confirmed || this.#stepped;
  }

  #noteAgreement(offsetMs: number): void {
    // Lines arrive late, never early, so the largest offset is the best.
    if (!this.#followsWall && offsetMs > this.#mapping.offsetMs) this.#follow(offsetMs);
    this.#confirmed = true;
    this.#stepped = false;
    this.#contestedSince = undefined;
    this.#evidence.clear();
  }

  #noteContradiction(line: Contradiction): void {
    if (!this.#confirmed) this.#contestedSince ??= line.at;
    const spanMs = this.#confirmed && this.#followsWall ? CONFIRMED_SPAN_MS : UNCONFIRMED_SPAN_MS;
    this.#evidence.add(line, spanMs);
    if (this.#evidence.isContradictory) this.#linesUnusable = true;
    const offset = this.#evidence.verdict(spanMs);
    if (offset !== undefined) this.#change(offset, { confirmed: true, followsWall: false });
  }

  #change(offset: number, { confirmed = false, followsWall = true } = {}): void {
    const byMs = offset - this.#mapping.offsetMs;
    const isSmall = Math.abs(byMs) <= STEP_MS;
    const retroactive = !this.#confirmed;
    // A difference that the wall clock's own jitter makes must not move what was stored before.
    if (isSmall) this.#follow(offset);
    else this.#mapping.replace(offset);
    this.#followsWall = followsWall;
    this.#stepped = false;
    if (confirmed || this.#options.useLineTimes === false) {
      this.#confirmed = true;
      this.#linesUnusable = false;
      this.#contestedSince = undefined;
      this.#evidence.clear();
    }
    if (!isSmall) this.#options.changed?.({ byMs, retroactive });
  }

  /** Applies a small correction from now on. */
  #follow(offset: number): void {
    this.#mapping.follow(offset, this.clock.monotonicMs());
  }

  #isPossible(offset: number): boolean {
    return this.clock.monotonicMs() + offset >= EARLIEST_MS;
  }

  #wallOffset(): number {
    return Math.round(this.clock.wallMs() - this.clock.monotonicMs());
  }
}
