/**
 * A message's id is the time at which it was received, in ticks of 1/64 ms since the Unix epoch: unique, rising
 * while live, and far below 2^53 until the year 6429. Newest first is `ORDER BY id DESC`, a date range an id range.
 */

/** Ticks in a millisecond: as many messages a second × 1000 may arrive before ids run ahead of the clock. */
export const TICKS = 64;

/** The first id that a message received at `ms` (epoch milliseconds) may have. */
export function firstIdAt(ms: number): number {
  return Math.max(0, Math.floor(ms)) * TICKS;
}

/** When the message with this id was received, in epoch milliseconds. */
export function receivedAt(id: number): number {
  return Math.floor(id / TICKS);
}

/** The id that follows `lastId` for a message received at `ms`: a hybrid logical clock, never falling. */
export function nextId(ms: number, lastId: number): number {
  return Math.max(firstIdAt(ms), lastId + 1);
}

/** Reads an id out of an address; `undefined` for anything that is not a whole number from 0 to 2^53 - 1. */
export function parseId(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : undefined;
}
