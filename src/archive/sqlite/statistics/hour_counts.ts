/**
 * How many messages each user wrote in each hour of a channel. The counters of an hour are one row: by ascending user, the
 * distance to the user before, and the number of messages, both as integers of 7 bits a byte. That takes half a byte of the
 * file for each message (`deno task bench size`); a row for each user and hour would take ten times as much.
 */
import type { DatabaseSync } from "node:sqlite";
import { receivedAt } from "../../../chat/ids.ts";
import { HOUR_MS } from "../../../clock.ts";

/** More hours than there are until the year 3883. */
const HOURS = 2 ** 24;

/** The row of an hour of a channel. The rows of a channel are neighbours, by time. */
export function hourId(channelId: number, hour: number): number {
  return channelId * HOURS + hour;
}

/** The channel of a row. */
export function channelOf(id: number): number {
  return Math.floor(id / HOURS);
}

/** The hour of a row, since the Unix epoch. */
export function hourOf(id: number): number {
  return id % HOURS;
}

/** The hour in which a message was received, since the Unix epoch. */
function hourOfMessage(id: number): number {
  return Math.floor(receivedAt(id) / HOUR_MS);
}

export type UserCount = readonly [userId: number, messages: number];

/** Packs counters of different users, by ascending id. */
export function packCounts(counts: Iterable<UserCount>): Uint8Array {
  let bytes = new Uint8Array(256);
  let length = 0;
  let last: number | undefined;
  const write = (value: number) => {
    for (; value >= 128; value = Math.floor(value / 128)) bytes[length++] = value % 128 + 128;
    bytes[length++] = value;
  };
  for (const [userId, messages] of counts) {
    // Two integers of at most 53 bits take at most 16 bytes.
    if (bytes.length < length + 16) bytes = enlarged(bytes);
    // The first id may be negative: its sign becomes the last bit.
    write(last !== undefined ? userId - last : userId < 0 ? -2 * userId - 1 : 2 * userId);
    write(messages);
    last = userId;
  }
  return bytes.subarray(0, length);
}

function enlarged(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

/** Calls `each` for the counters that {@link packCounts} packed. */
export function readCounts(packed: Uint8Array, each: (userId: number, messages: number) => void): void {
  let at = 0;
  const read = () => {
    let value = 0;
    for (let scale = 1; at < packed.length; scale *= 128) {
      const byte = packed[at++]!;
      value += byte % 128 * scale;
      if (byte < 128) break;
    }
    return value;
  };
  let userId: number | undefined;
  while (at < packed.length) {
    const value = read();
    userId = userId !== undefined ? userId + value : value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    each(userId, read());
  }
}

/** The counters of an hour after changes, which may be negative; users without messages are left out. */
export function changedCounts(before: readonly UserCount[], changes: readonly UserCount[]): UserCount[] {
  const after: UserCount[] = [];
  let at = 0;
  for (const [userId, change] of changes) {
    while (at < before.length && before[at]![0] < userId) after.push(before[at++]!);
    const messages = change + (before[at]?.[0] === userId ? before[at++]![1] : 0);
    if (messages > 0) after.push([userId, messages]);
  }
  while (at < before.length) after.push(before[at++]!);
  return after;
}

/** Writes the counters, inside the caller's transaction. */
export class HourCounts {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      from: db.prepare("SELECT hours_from FROM archive"),
      setFrom: db.prepare("UPDATE archive SET hours_from = ?"),
      users: db.prepare("SELECT users FROM channel_hours WHERE id = ?"),
      set: db.prepare(
        "INSERT INTO channel_hours (id, users) VALUES (?, ?) ON CONFLICT DO UPDATE SET users = excluded.users",
      ),
      remove: db.prepare("DELETE FROM channel_hours WHERE id = ?"),
      removeAll: db.prepare("DELETE FROM channel_hours WHERE id >= ? AND id < ?"),
    };
  }

  /** Messages with ids from this on are counted; older ones will be. */
  get countedFrom(): number {
    return this.#sql.from.get()!.hours_from as number;
  }

  set countedFrom(id: number) {
    this.#sql.setFrom.run(id);
  }

  /** Adds to the counters of an hour. @param changes of different users, in any order; a negative number subtracts */
  change(channelId: number, hour: number, changes: Iterable<UserCount>): void {
    const id = hourId(channelId, hour);
    const before: UserCount[] = [];
    const row = this.#sql.users.get(id);
    if (row) readCounts(row.users as Uint8Array, (...count) => before.push(count));
    const after = changedCounts(before, [...changes].sort(([a], [b]) => a - b));
    if (after.length === 0) this.#sql.remove.run(id);
    else this.#sql.set.run(id, packCounts(after));
  }

  /** Removes all counters of a channel. */
  remove(channelId: number): void {
    this.#sql.removeAll.run(hourId(channelId, 0), hourId(channelId + 1, 0));
  }
}

/** Collects changes of counters by channel and hour. */
export class HourChanges {
  readonly #hours = new Map<number, { channelId: number; hour: number; users: Map<number, number> }>();

  add(channelId: number, userId: number, id: number, messages: number): void {
    const hour = hourOfMessage(id);
    const key = hourId(channelId, hour);
    let place = this.#hours.get(key);
    if (!place) this.#hours.set(key, place = { channelId, hour, users: new Map() });
    place.users.set(userId, (place.users.get(userId) ?? 0) + messages);
  }

  write(counts: HourCounts): void {
    for (const { channelId, hour, users } of this.#hours.values()) counts.change(channelId, hour, users);
    this.#hours.clear();
  }
}
