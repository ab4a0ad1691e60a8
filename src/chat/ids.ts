/**
 * A message's id is its time of receipt in ticks of 1/64 ms since the Unix epoch. Ids are unique, ascend while live, and
 * stay below 2^53 until the year 6429. `ORDER BY id DESC` is newest first, and a range of time is a range of ids.
 */

/** Ticks in a millisecond. At more than 64,000 messages a second, ids run ahead of the clock. */
export const TICKS = 64;

/** Ids are ahead of the clock by at most this, unless the clock was wrong: no message rate explains more. */
export const MAX_AHEAD_MS = 60_000;

/** The first id that a message received at `ms` (epoch milliseconds) may have. */
export function firstIdAt(ms: number): number {
  return Math.max(0, Math.floor(ms)) * TICKS;
}

/** The time of receipt of the message with this id, in epoch milliseconds. */
export function receivedAt(id: number): number {
  return Math.floor(id / TICKS);
}

/** The id after `lastId` of a message received at `ms`: a hybrid logical clock, which never decreases. */
export function nextId(ms: number, lastId: number): number {
  return Math.max(firstIdAt(ms), lastId + 1);
}

/** Parses an id in an address; `undefined` for anything but an integer from 0 to 2^53 - 1. */
export function parseId(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : undefined;
}
