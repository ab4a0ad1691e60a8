/** Holds lines that contradict the clock for a moment, until `TimeJudge` has decided which time is right. */
import { numberInLine } from "../../irc/syntax/tags.ts";
import type { TimeJudge } from "../time/judge.ts";

/** With more lines, all are stored with the time judged so far. */
const MAX_HELD = 2_000;
/** Number of lines, from the last, that are searched for a time. */
const MAX_SEARCHED = 8;

export class HeldLines<Line> {
  readonly #time: TimeJudge;
  readonly #take: (line: Line) => void;
  #held: Line[] = [];

  /** @param take stores a line */
  constructor(time: TimeJudge, take: (line: Line) => void) {
    this.#time = time;
    this.#take = take;
  }

  /** Takes a line, or holds it. */
  take(line: Line): void {
    if (!this.#time.isContested) return this.#take(line);
    this.#held.push(line);
    if (this.#held.length < MAX_HELD) return;
    this.#time.stopWaiting();
    this.release();
  }

  /** Releases the lines if the time is decided. Call it several times a second, and after lines with a time. */
  tick(): void {
    if (this.#held.length > 0 && !this.#time.isContested) this.release();
  }

  /** Takes all held lines, in their order. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const line of held) this.#take(line);
  }
}

/** When Twitch sent one of the last lines, epoch milliseconds; `undefined` if none of them has a time. */
export function lastSentAt(lines: readonly string[]): number | undefined {
  for (let i = lines.length - 1; i >= Math.max(0, lines.length - MAX_SEARCHED); i--) {
    const sentAt = numberInLine(lines[i]!, "tmi-sent-ts");
    if (sentAt !== undefined) return sentAt;
  }
  return undefined;
}
