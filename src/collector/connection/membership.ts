/** One channel on one reader: the state of its JOIN, and its connection. Times are monotonic milliseconds. */
import type { IrcSession } from "./session.ts";
import type { ReconnectingConnection } from "./reconnecting_connection.ts";
import type { ChannelState } from "../recorder.ts";
import { REFUSALS } from "./refusals.ts";

export class ChannelMembership {
  #tries = 0;
  state: Extract<ChannelState, "joining" | "joined" | "refused"> = "joining";
  /** When the state began. */
  since: number;
  /** Why the state is `refused`, or `joining` again. */
  reason: string | undefined;
  /** When a refused channel may be joined again. */
  nextTryAt = -Infinity;
  /** While the channel moves to {@link connection}: the connection that it leaves after it has joined there. */
  previousConnection: ReconnectingConnection | undefined;
  /** When it may move to a connection of its own. */
  mayMoveAt = -Infinity;

  constructor(public connection: ReconnectingConnection, now: number) {
    this.since = now;
  }

  joined(now: number): void {
    this.#tries = 0;
    this.#enter("joined", now);
  }

  /** Its connection has ended. It is joined again at once. */
  lost(reason: string, now: number): void {
    if (this.state === "joined") this.#enter("joining", now, reason);
  }

  /** Twitch refused the channel. The next attempts follow after 1, 2, 4 … 60 minutes. */
  refused(msgId: string, text: string, now: number): void {
    this.#enter("refused", now, REFUSALS.get(msgId) ?? text);
    this.nextTryAt = now + Math.min(60, 2 ** this.#tries++) * 60_000;
  }

  /** Twitch did not answer: perhaps there is no such channel. The next attempts follow after 5, 10, 20 s … 10 minutes. */
  unanswered(now: number): void {
    this.#enter("refused", now, "Twitch did not answer: perhaps there is no such channel");
    this.nextTryAt = now + Math.min(600, 5 * 2 ** this.#tries++) * 1_000;
  }

  /** Refuses a JOIN that has had no answer on this session for `answerMs`. @returns whether it did so now */
  expireJoin(login: string, session: IrcSession, now: number, answerMs: number): boolean {
    const join = session.joins.get(login);
    if (!join || join.isLate || join.confirmedAt !== undefined || now - join.sentAt <= answerMs) return false;
    join.isLate = true;
    const wasRefused = this.state === "refused";
    this.unanswered(now);
    return !wasRefused;
  }

  /** Whether to send the JOIN on this session now. */
  isDue(login: string, session: IrcSession, now: number): boolean {
    const join = session.joins.get(login);
    return (join === undefined || join.isLate === true) && now >= this.nextTryAt &&
      !session.leaving.isReading(login);
  }

  #enter(state: "joining" | "joined" | "refused", now: number, reason?: string): void {
    if (state !== this.state) this.since = now;
    this.state = state;
    this.reason = reason;
  }
}
