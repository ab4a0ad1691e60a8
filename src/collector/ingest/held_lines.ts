/** Lines that wait for a moment, because they contradict the clock, and it is about to be judged what time it is. */
import { numberInLine } from "../../irc/syntax/tags.ts";
import type { TimeJudge } from "../time/judge.ts";

/** More are not held: they are stored by the time that is judged right so far. */
const MAX_HELD = 2_000;
/** Lines at the end of what came at once that are looked at for a time. */
const LOOKED_AT = 8;

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
    this.#time.giveUp();
    this.release();
  }

  /** Called several times a second, and when lines have told the time. */
  tick(): void {
    if (this.#held.length > 0 && !this.#time.isContested) this.release();
  }

  /** Takes all that are held, in their order. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const line of held) this.#take(line);
  }
}

/** When Twitch sent one of the last lines, epoch milliseconds; `undefined` where none of them says it. */
export function lastSentAt(lines: readonly string[]): number | undefined {
  for (let i = lines.length - 1; i >= Math.max(0, lines.length - LOOKED_AT); i--) {
    const sentAt = numberInLine(lines[i]!, "tmi-sent-ts");
    if (sentAt !== undefined) return sentAt;
  }
  return undefined;
}
