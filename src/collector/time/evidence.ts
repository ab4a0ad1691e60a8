/** Lines whose time contradicts the clock, until enough of them agree with each other. */

/** Lines that must agree. */
const LINES = 3;
/** How far lines may differ from each other: how late they come hardly ever differs by more. */
const SPREAD_MS = 2_000;
/** Lines of a tenth of the span that is asked for are looked at together. */
const SLOTS = 10;
/** Slots that are kept, the newest. */
const KEPT = 12;

export interface Contradiction {
  /** `sentMs` less `at`: what epoch time less monotonic time is by this line. */
  told: number;
  /** Twitch's time, epoch milliseconds. */
  sentMs: number;
  /** When it came, monotonic. */
  at: number;
}

/** Lines that came close after each other. */
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

  /** Whether lines contradict each other: a replay at another speed, or lines that were held up. */
  get isContradictory(): boolean {
    const lines = this.#slots.reduce((sum, slot) => sum + slot.lines, 0);
    return lines >= LINES && this.#agreeing().length * 2 < this.#slots.length + 1;
  }

  /** @param spanMs for how long lines are to agree */
  add(line: Contradiction, spanMs: number): void {
    const { told, at, sentMs } = line;
    const slot = this.#slots.at(-1);
    if (!slot || at - slot.from >= spanMs / SLOTS) {
      this.#slots.push({ from: at, first: line, last: line, lines: 1, least: told, most: told });
      if (this.#slots.length > KEPT) this.#slots.shift();
      return;
    }
    if (sentMs !== slot.last.sentMs) slot.lines++;
    slot.last = line;
    slot.least = Math.min(slot.least, told);
    slot.most = Math.max(slot.most, told);
  }

  clear(): void {
    this.#slots = [];
  }

  /**
   * Epoch time less monotonic time, where at least three lines agree within 2 s, went on with the monotonic clock for
   * `spanMs`, and are most of what was heard. Lines come late, never early: the largest is the closest to the truth.
   */
  verdict(spanMs: number): number | undefined {
    const agreeing = this.#agreeing();
    const lines = agreeing.reduce((sum, slot) => sum + slot.lines, 0);
    if (lines < LINES || agreeing.length * 2 <= this.#slots.length) return undefined;
    const [first, last] = [agreeing[0]!.first, agreeing.at(-1)!.last];
    const ranMs = last.at - first.at;
    // A time that is the same in every line does not go on.
    if (ranMs < spanMs || last.sentMs - first.sentMs < ranMs / 2) return undefined;
    return Math.max(...agreeing.map(({ most }) => most));
  }

  /** Those that agree with the newest. */
  #agreeing(): Slot[] {
    const newest = this.#slots.at(-1);
    if (!newest) return [];
    return this.#slots.filter(({ least, most }) =>
      most - least <= SPREAD_MS && Math.abs(most - newest.most) <= SPREAD_MS
    );
  }
}
