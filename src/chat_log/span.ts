/**
 * Which messages belong to a span of a log: those that Twitch sent in it, as the `timestamp` of messages says, so that clients
 * can page by timestamps. The archive orders messages by the time of receipt, which is a little later.
 */
import { receivedAt } from "../chat/ids.ts";
import { MINUTE_MS } from "../clock.ts";

/** Further apart, the time of sending is not believed: the message belongs to its time of receipt. */
const MAX_DELAY_MS = 5 * MINUTE_MS;

/** A span of time in epoch milliseconds: at or after `from`, before `to`. */
export interface LogSpan {
  /** Missing if the span has no beginning. */
  from?: number;
  /** Missing if the span has no end. */
  to?: number;
}

/** The span of receipt in which all messages of a span were received. */
export function spanOfReceipt({ from, to }: LogSpan): LogSpan {
  return {
    ...from !== undefined && { from: Math.max(0, from - MAX_DELAY_MS) },
    ...to !== undefined && { to: to + MAX_DELAY_MS },
  };
}

/** The time to which a message belongs. @param at when it was sent or, if that is unknown, received */
export function timeOf(id: number, at: number): number {
  const received = receivedAt(id);
  return Math.abs(received - at) <= MAX_DELAY_MS ? at : received;
}

/** Whether a message belongs to a span. @param at when it was sent or, if that is unknown, received */
export function isInSpan({ from = 0, to = Infinity }: LogSpan, id: number, at: number): boolean {
  const time = timeOf(id, at);
  return time >= from && time < to;
}

/** Whether a message belongs to the span, whenever it was sent, because it was received far from both ends. */
export function isSurelyInSpan({ from = -Infinity, to = Infinity }: LogSpan, id: number): boolean {
  const received = receivedAt(id);
  return received >= from + MAX_DELAY_MS && received < to - MAX_DELAY_MS;
}
