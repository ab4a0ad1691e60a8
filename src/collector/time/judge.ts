/**
 * What time it is, judged by the wall clock, the monotonic clock and the times that Twitch puts on lines (docs/time.md).
 * Everything in the collector is measured by the monotonic clock; what is stored or shown is converted here.
 */
import { EARLIEST_MS } from "../../chat/earliest.ts";
import type { Clock } from "../../clock.ts";
import { EpochMapping } from "./epoch_mapping.ts";
import { TimeEvidence } from "./evidence.ts";

/** A wall clock that differs by more is implausible. Lines come a few seconds after they were sent, at most. */
export const TOLERANCE_MS = 10_000;
/** The wall clock may be corrected by so much at once without being judged anew. */
const STEP_MS = 3_000;
/** Lines must contradict a clock that lines confirmed before for so long: until then they count as delayed. */
const CONFIRMED_SPAN_MS = 300_000;
/** The same for a clock that no line has confirmed yet. */
const UNCONFIRMED_SPAN_MS = 1_000;
/** How long lines are held at most while they contradict a clock that none has confirmed. */
export const DECIDE_MS = 5_000;

export interface TimeStatus {
  /** What the machine's wall clock says, and what is judged right: epoch milliseconds. */
  wallMs: number;
  judgedMs: number;
  /** Whether the wall clock agrees with what is judged right. */
  plausible: boolean;
}

export interface TimeJudgeOptions {
  /** False where lines are replayed: their times say nothing, and the wall clock is right. */
  linesTell?: boolean;
  /** The time was put right: `epochOf` answers differently for moments in the past, too, if `retroactive`. */
  changed?: (change: { byMs: number; retroactive: boolean }) => void;
}

export class TimeJudge {
  readonly #options: TimeJudgeOptions;
  readonly #evidence = new TimeEvidence();
  /** As judged. */
  readonly #mapping: EpochMapping;
  /** Whether the judged time follows the wall clock; else it runs on by the monotonic clock. */
  #followsWall = true;
  /** Whether a line agreed with the judged time, and the wall clock was not set since. */
  #confirmed: boolean;
  /** The wall clock was set, and no line has told yet who is right. */
  #stepped = false;
  /** When (monotonic) a line first contradicted a clock that no line has confirmed. */
  #contestedSince: number | undefined;
  /** Lines came that say nothing: of old captures, or such as contradict each other. */
  #linesTellNothing = false;

  constructor(readonly clock: Clock, options: TimeJudgeOptions = {}) {
    this.#options = options;
    this.#mapping = new EpochMapping(this.#wallOffset());
    this.#confirmed = options.linesTell === false;
  }

  /** Whether lines have confirmed the judged time. Nothing is deleted by age before they have. */
  get isCertain(): boolean {
    return this.#confirmed && !this.#stepped;
  }

  /** Whether no line has told yet what time it is, though one may. */
  get isUnconfirmed(): boolean {
    return !this.#confirmed && !this.#linesTellNothing;
  }

  /** Whether lines contradict the clock, and a few more of them will tell. For at most {@link DECIDE_MS}. */
  get isContested(): boolean {
    return this.isUnconfirmed && this.#contestedSince !== undefined &&
      this.clock.monotonicMs() - this.#contestedSince < DECIDE_MS;
  }

  /** The archive's newest message, where the wall clock is certainly wrong: it is later than that. */
  isAtLeast(epochMs: number): void {
    if (!this.#confirmed && this.now() < EARLIEST_MS && epochMs >= EARLIEST_MS) {
      this.#change(epochMs - this.clock.monotonicMs(), { followsWall: false });
    }
  }

  /** Looks at the wall clock. Called several times a second, and before lines are taken. */
  tick(): void {
    const wall = this.#wallOffset();
    const stepMs = wall - this.#mapping.offsetMs;
    const isSmall = Math.abs(stepMs) <= STEP_MS;
    if (this.#followsWall) {
      if (isSmall) this.#follow(wall);
      else if (this.#confirmed) [this.#followsWall, this.#stepped] = [false, true];
      // Set before anything told the time, as when a machine without a battery-backed clock finds its time server.
      else if (this.now() < EARLIEST_MS || this.#options.linesTell === false) this.#change(wall);
      else [this.#followsWall, this.#stepped] = [false, true];
    } else if (isSmall) {
      [this.#followsWall, this.#stepped] = [true, false];
      this.#follow(wall);
    } else if (!this.#confirmed && this.now() < EARLIEST_MS) this.#change(wall);
    if (this.#options.linesTell === false && !this.#followsWall) this.#change(wall);
  }

  /** More lines wait for a verdict than can be held. */
  giveUp(): void {
    this.#linesTellNothing = true;
  }

  /** A line came at `at` (monotonic) that Twitch sent at `sentMs` (epoch). */
  heard(sentMs: number, at: number): void {
    if (this.#options.linesTell === false) return;
    if (sentMs < EARLIEST_MS) return void (this.#linesTellNothing = true);
    this.tick();
    const told = sentMs - at;
    const wall = this.#wallOffset();
    const fromJudged = Math.abs(told - this.#mapping.offsetMs);
    const fromWall = Math.abs(told - wall);
    if (this.#isKnown() && fromJudged <= TOLERANCE_MS && (this.#followsWall || fromJudged <= fromWall)) {
      return this.#agreed(told);
    }
    if (fromWall <= TOLERANCE_MS && this.#isPossible(wall)) return this.#change(wall, { confirmed: true });
    this.#contested(told, sentMs, at);
  }

  /** The present moment, epoch milliseconds. */
  now(): number {
    return this.epochOf(this.clock.monotonicMs());
  }

  /** The epoch milliseconds of a moment of the monotonic clock. */
  epochOf(monotonicMs: number): number {
    return this.#mapping.epochOf(monotonicMs);
  }

  /**
   * When a line was received that came at `at` (monotonic). While nothing has confirmed the clock and the line's own time
   * contradicts it, the earlier of the two that is possible: no row may stand in the future.
   */
  receivedAt(at: number, sentMs: number | undefined): number {
    const judged = this.epochOf(at);
    const isTold = !this.#evidence.isEmpty && !this.#evidence.isContradictory;
    if (this.#confirmed || !isTold || sentMs === undefined || sentMs < EARLIEST_MS) return judged;
    if (judged < EARLIEST_MS) return sentMs;
    return judged - sentMs > TOLERANCE_MS ? sentMs : judged;
  }

  status(): TimeStatus {
    const [wallMs, judgedMs] = [this.clock.wallMs(), this.now()];
    const differs = Math.abs(wallMs - judgedMs) > TOLERANCE_MS;
    return {
      wallMs,
      judgedMs,
      plausible: !differs && (wallMs >= EARLIEST_MS || this.#options.linesTell === false),
    };
  }

  /** A judged time that lines confirmed, or that was right until the wall clock was set. */
  #isKnown(): boolean {
    return this.#confirmed || this.#stepped;
  }

  #agreed(told: number): void {
    // Lines come late, never early: the largest is the closest to the truth.
    if (!this.#followsWall && told > this.#mapping.offsetMs) this.#follow(told);
    this.#confirmed = true;
    this.#stepped = false;
    this.#contestedSince = undefined;
    this.#evidence.clear();
  }

  #contested(told: number, sentMs: number, at: number): void {
    if (!this.#confirmed) this.#contestedSince ??= at;
    const spanMs = this.#confirmed && this.#followsWall ? CONFIRMED_SPAN_MS : UNCONFIRMED_SPAN_MS;
    this.#evidence.add({ told, sentMs, at }, spanMs);
    if (this.#evidence.isContradictory) this.#linesTellNothing = true;
    const offset = this.#evidence.verdict(spanMs);
    if (offset !== undefined) this.#change(offset, { confirmed: true, followsWall: false });
  }

  #change(offset: number, { confirmed = false, followsWall = true } = {}): void {
    const byMs = offset - this.#mapping.offsetMs;
    const retroactive = !this.#confirmed;
    this.#mapping.replace(offset);
    this.#followsWall = followsWall;
    this.#stepped = false;
    if (confirmed || this.#options.linesTell === false) {
      this.#confirmed = true;
      this.#linesTellNothing = false;
      this.#contestedSince = undefined;
      this.#evidence.clear();
    }
    if (byMs !== 0) this.#options.changed?.({ byMs, retroactive });
  }

  /** A small correction, which applies from now on. */
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
