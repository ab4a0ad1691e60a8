/** Collects lines whose times contradict the clock, until enough of them agree with each other. */

/** The number of lines that must agree. */
const LINES = 3;
/** Lines agree if they differ by at most this. The delays of lines hardly ever differ by more. */
const SPREAD_MS = 2_000;
/** The required span is divided into this many slots, and the lines of a slot are combined. */
const SLOTS = 10;
/** The number of slots that are kept, the newest. */
const KEPT = 12;

export interface Contradiction {
  /** Epoch time minus monotonic time according to this line: `sentMs` minus `at`. */
  offsetMs: number;
  /** Twitch's time, epoch milliseconds. */
  sentMs: number;
  /** When the line arrived, monotonic. */
  at: number;
}

/** Lines that arrived within a tenth of the span. */
interface Slot {
  from: number;
  first: Contradiction;
  last: Contradiction;
  lines: number;
  least: number;
  most: number;
}

export class TimeEvidence {
  #slots: Slot[] = [];

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  /** Whether the lines contradict each other, as in a replay at another speed or after delays. */
  get isContradictory(): boolean {
    const lines = this.#slots.reduce((sum, slot) => sum + slot.lines, 0);
    return lines >= LINES && this.#agreeing().length * 2 < this.#slots.length + 1;
  }

  /** @param spanMs how long lines must agree */
  add(line: Contradiction, spanMs: number): void {
    const { offsetMs, at, sentMs } = line;
    const slot = this.#slots.at(-1);
    if (!slot || at - slot.from >= spanMs / SLOTS) {
      this.#slots.push({ from: at, first: line, last: line, lines: 1, least: offsetMs, most: offsetMs });
      if (this.#slots.length > KEPT) this.#slots.shift();
      return;
    }
    if (sentMs !== slot.last.sentMs) slot.lines++;
    slot.last = line;
    slot.least = Math.min(slot.least, offsetMs);
    slot.most = Math.max(slot.most, offsetMs);
  }

  clear(): void {
    this.#slots = [];
  }

  /**
   * Returns epoch time minus monotonic time if at least three lines agree within 2 s, advanced with the monotonic clock
   * for `spanMs`, and are the majority; else undefined. Lines arrive late, never early, so the largest offset is the best.
   */
  verdict(spanMs: number): number | undefined {
    const agreeing = this.#agreeing();
    const lines = agreeing.reduce((sum, slot) => sum + slot.lines, 0);
    if (lines < LINES || agreeing.length * 2 <= this.#slots.length) return undefined;
    const [first, last] = [agreeing[0]!.first, agreeing.at(-1)!.last];
    const ranMs = last.at - first.at;
    // The lines' times must advance: a constant time is no clock.
    if (ranMs < spanMs || last.sentMs - first.sentMs < ranMs / 2) return undefined;
    return Math.max(...agreeing.map(({ most }) => most));
  }

  /** The slots that agree with the newest one. */
  #agreeing(): Slot[] {
    const newest = this.#slots.at(-1);
    if (!newest) return [];
    return this.#slots.filter(({ least, most }) =>
      most - least <= SPREAD_MS && Math.abs(most - newest.most) <= SPREAD_MS
    );
  }
}
