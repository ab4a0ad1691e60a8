/**
 * Counters of messages by channel, user, minute and hour. They are collected in memory and written together every few seconds,
 * with the id up to which they are complete. After a crash, the rest is counted from the messages.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Kind, KINDS, WRITTEN } from "../../../chat/events.ts";
import { receivedAt } from "../../../chat/ids.ts";
import { HOUR_MS, MINUTE_MS } from "../../../clock.ts";
import { HourCounts, type UserCount } from "../statistics/hour_counts.ts";

/** Stands for the hours of messages that are not yet counted by hour: there is no chat from 1970. */
const UNCOUNTED_HOUR = 0;
/** Number of uncounted messages that are read at once. */
const UNCOUNTED_ROWS = 10_000;

/** The counters of a channel, or of a user in a channel. */
interface Count {
  messages: number;
  /** Epoch milliseconds. */
  firstAt: number;
  lastAt: number;
}

export interface Counted {
  id: number;
  channelId: number;
  userId: number | undefined;
  kind: Kind;
}

export class Counters {
  readonly #channels = new Map<number, Count>();
  readonly #users = new UserCounts();
  readonly #minutes = new Map<number, Map<number, number>>();
  readonly #hours: HourCounts;
  /** Older messages are counted by hour later (`hour_upgrade.ts`). */
  readonly #hoursFrom: number;
  #upto = -1;
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#hours = new HourCounts(db);
    this.#hoursFrom = this.#hours.countedFrom;
    this.#sql = {
      upto: db.prepare("SELECT counters_upto FROM archive"),
      uncounted: db.prepare(`
        SELECT m.id, m.channel_id, s.kind, a.user_id
        FROM messages AS m
        JOIN shapes AS s ON s.id = m.shape_id
        LEFT JOIN authors AS a ON a.id = m.author_id
        WHERE m.id > ?
        ORDER BY m.id
        LIMIT ?`),
      setUpto: db.prepare("UPDATE archive SET counters_upto = max(counters_upto, ?)"),
      channel: db.prepare(`
        UPDATE channels
        SET messages = messages + ?1, first_at = min(ifnull(first_at, ?2), ?2), last_at = max(ifnull(last_at, ?3), ?3)
        WHERE id = ?4`),
      user: db.prepare(`
        UPDATE users
        SET messages = messages + ?1, first_at = min(ifnull(first_at, ?2), ?2), last_at = max(ifnull(last_at, ?3), ?3)
        WHERE id = ?4`),
      userChannel: db.prepare(`
        INSERT INTO user_channels (user_id, channel_id, messages, last_at)
        VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, last_at = max(last_at, excluded.last_at)`),
      minute: db.prepare(`
        INSERT INTO channel_minutes (channel_id, minute, messages)
        VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET messages = messages + excluded.messages`),
    };
  }

  /** The number of users, each in each hour of each channel: memory and the time of `write` are proportional to it. */
  get size(): number {
    return this.#users.size;
  }

  /**
   * Counts messages that were committed but not counted when the last writer ended.
   * @param write called for every {@link UNCOUNTED_ROWS} of them; writes the counters
   */
  catchUp(write: () => void): void {
    let upto = this.#sql.upto.get()!.counters_upto as number;
    for (let rows = UNCOUNTED_ROWS; rows === UNCOUNTED_ROWS;) {
      const uncounted = this.#sql.uncounted.all(upto, UNCOUNTED_ROWS);
      for (const row of uncounted) {
        upto = row.id as number;
        this.add({
          id: upto,
          channelId: row.channel_id as number,
          userId: row.user_id as number ?? undefined,
          kind: KINDS[row.kind as number]!,
        });
      }
      rows = uncounted.length;
      if (rows > 0) write();
    }
  }

  add({ id, channelId, userId, kind }: Counted): void {
    const at = receivedAt(id);
    this.#upto = Math.max(this.#upto, id);
    const channel = this.#channels.get(channelId);
    if (channel) countMessage(channel, at);
    else this.#channels.set(channelId, { messages: 1, firstAt: at, lastAt: at });
    const minutes = inner(this.#minutes, channelId);
    const minute = Math.floor(at / MINUTE_MS);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    if (userId === undefined || !WRITTEN.has(kind)) return;
    const hour = id >= this.#hoursFrom ? Math.floor(at / HOUR_MS) : UNCOUNTED_HOUR;
    this.#users.add(userId, channelId, at, hour);
  }

  /** Writes the counters inside the caller's transaction. Call {@link clear} once that is committed. */
  write(): void {
    for (const [id, c] of this.#channels) this.#sql.channel.run(c.messages, c.firstAt, c.lastAt, id);
    this.#writeUsers();
    for (const { channelId, hour, users } of this.#users.byHour()) {
      if (hour !== UNCOUNTED_HOUR) this.#hours.change(channelId, hour, users);
    }
    for (const [channelId, minutes] of this.#minutes) {
      for (const [minute, messages] of minutes) this.#sql.minute.run(channelId, minute, messages);
    }
    if (this.#upto >= 0) this.#sql.setUpto.run(this.#upto);
  }

  clear(): void {
    this.#channels.clear();
    this.#users.clear();
    this.#minutes.clear();
  }

  /** Writes in the order of the tables, so that neighbouring rows are on one page. */
  #writeUsers(): void {
    let user: Count & { id: number } | undefined;
    const writeUser = () => {
      if (user) this.#sql.user.run(user.messages, user.firstAt, user.lastAt, user.id);
    };
    for (const { userId, channelId, messages, firstAt, lastAt } of this.#users.sorted()) {
      this.#sql.userChannel.run(userId, channelId, messages, lastAt);
      if (user?.id === userId) {
        user.messages += messages;
        user.firstAt = Math.min(user.firstAt, firstAt);
        user.lastAt = Math.max(user.lastAt, lastAt);
      } else {
        writeUser();
        user = { id: userId, messages, firstAt, lastAt };
      }
    }
    writeUser();
  }
}

/** Counters by user, channel and hour, as columns: tens of thousands of objects took three times the memory. */
class UserCounts {
  /** By channel, by hour, then by user: the index into the columns. */
  readonly #places = new Map<number, Map<number, Map<number, number>>>();
  #size = 0;
  #userIds = new Float64Array(1_024);
  #channelIds = new Float64Array(1_024);
  #messages = new Float64Array(1_024);
  #firstAt = new Float64Array(1_024);
  #lastAt = new Float64Array(1_024);

  get size(): number {
    return this.#size;
  }

  add(userId: number, channelId: number, at: number, hour: number): void {
    const users = inner(inner(this.#places, channelId), hour);
    const place = users.get(userId);
    if (place === undefined) {
      users.set(userId, this.#append(userId, channelId, at));
      return;
    }
    this.#messages[place]!++;
    if (at < this.#firstAt[place]!) this.#firstAt[place] = at;
    if (at > this.#lastAt[place]!) this.#lastAt[place] = at;
  }

  /** By channel and hour. */
  *byHour(): Iterable<{ channelId: number; hour: number; users: Iterable<UserCount> }> {
    for (const [channelId, hours] of this.#places) {
      for (const [hour, users] of hours) {
        const counts = users.entries().map(([userId, place]) => [userId, this.#messages[place]!] as const);
        yield { channelId, hour, users: counts };
      }
    }
  }

  /** By user, then by channel; once for each hour. */
  *sorted(): Iterable<Count & { userId: number; channelId: number }> {
    const [userIds, channelIds] = [this.#userIds, this.#channelIds];
    const places = Uint32Array.from({ length: this.#size }, (_, place) => place)
      .sort((a, b) => userIds[a]! - userIds[b]! || channelIds[a]! - channelIds[b]!);
    for (const place of places) {
      yield {
        userId: userIds[place]!,
        channelId: channelIds[place]!,
        messages: this.#messages[place]!,
        firstAt: this.#firstAt[place]!,
        lastAt: this.#lastAt[place]!,
      };
    }
  }

  clear(): void {
    this.#places.clear();
    this.#size = 0;
  }

  #append(userId: number, channelId: number, at: number): number {
    const place = this.#size++;
    if (place === this.#userIds.length) this.#grow();
    this.#userIds[place] = userId;
    this.#channelIds[place] = channelId;
    this.#messages[place] = 1;
    this.#firstAt[place] = this.#lastAt[place] = at;
    return place;
  }

  #grow(): void {
    const twice = (column: Float64Array<ArrayBuffer>) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.#userIds = twice(this.#userIds);
    this.#channelIds = twice(this.#channelIds);
    this.#messages = twice(this.#messages);
    this.#firstAt = twice(this.#firstAt);
    this.#lastAt = twice(this.#lastAt);
  }
}

function countMessage(count: Count, at: number): void {
  count.messages++;
  count.firstAt = Math.min(count.firstAt, at);
  count.lastAt = Math.max(count.lastAt, at);
}

function inner<V>(outer: Map<number, Map<number, V>>, key: number): Map<number, V> {
  let found = outer.get(key);
  if (!found) outer.set(key, found = new Map());
  return found;
}
