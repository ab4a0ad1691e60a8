/** One channel on one reader: how far its JOIN has come. */
import type { IrcSession } from "./session.ts";
import type { ReconnectingConnection } from "./reconnecting_connection.ts";
import type { ChannelState } from "../recorder.ts";
import { REFUSALS } from "./refusals.ts";

export class ChannelMembership {
  #tries = 0;
  state: Extract<ChannelState, "joining" | "joined" | "refused"> = "joining";
  /** Monotonic, as every time here. */
  since: number;
  reason: string | undefined;
  /** The JOIN is not sent again before this. */
  nextTryAt = -Infinity;
  /** The connection that it is to leave once it has joined on the present one. */
  leaving: ReconnectingConnection | undefined;
  /** It stays where it is before this. */
  mayMoveAt = -Infinity;

  constructor(public connection: ReconnectingConnection, now: number) {
    this.since = now;
  }

  joined(now: number): void {
    this.#tries = 0;
    this.#enter("joined", now);
  }

  /** Its connection ended: it is to be joined anew, at once. */
  lost(reason: string, now: number): void {
    if (this.state === "joined") this.#enter("joining", now, reason);
  }

  /** Twitch said no: try again after 1, 2, 4 … 60 minutes. */
  refused(msgId: string, text: string, now: number): void {
    this.#enter("refused", now, REFUSALS.get(msgId) ?? text);
    this.nextTryAt = now + Math.min(60, 2 ** this.#tries++) * 60_000;
  }

  /** Twitch said nothing (no such channel, or the JOIN was dropped): try again after 5, 10, 20 s … 10 minutes. */
  unanswered(now: number): void {
    this.#enter("refused", now, "Twitch did not answer: perhaps there is no such channel");
    this.nextTryAt = now + Math.min(600, 5 * 2 ** this.#tries++) * 1_000;
  }

  /** Whether its JOIN is to go out on this session now. A JOIN that found no answer in time is given up here. */
  isDue(login: string, session: IrcSession, now: number, answerMs: number): boolean {
    const join = session.joins.get(login);
    if (!join || join.isLate) return now >= this.nextTryAt && !session.leaving.isReading(login);
    if (join.confirmedAt === undefined && now - join.sentAt > answerMs) {
      join.isLate = true;
      this.unanswered(now);
    }
    return false;
  }

  #enter(state: "joining" | "joined" | "refused", now: number, reason?: string): void {
    if (state !== this.state) this.since = now;
    this.state = state;
    this.reason = reason;
  }
}
