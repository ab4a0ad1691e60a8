/**
 * Counters of messages by channel, user and minute. They are collected in memory and written together every few seconds,
 * with the id up to which they are complete. After a crash, the rest is counted from the messages.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Kind, KINDS, WRITTEN } from "../../../chat/events.ts";
import { receivedAt } from "../../../chat/ids.ts";

interface Count {
  messages: number;
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
  /** By user, then by channel. */
  readonly #users = new Map<number, Map<number, Count>>();
  readonly #minutes = new Map<number, Map<number, number>>();
  #upto = -1;
  #entries = 0;
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      upto: db.prepare("SELECT counters_upto FROM archive"),
      uncounted: db.prepare(`
        SELECT m.id, m.channel_id, s.kind, a.user_id
        FROM messages AS m
        JOIN shapes AS s ON s.id = m.shape_id
        LEFT JOIN authors AS a ON a.id = m.author_id
        WHERE m.id > ?
        ORDER BY m.id`),
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

  /** The number of rows that `write` would touch, which is proportional to the memory in use. */
  get size(): number {
    return this.#entries;
  }

  /** Counts messages that were committed but not counted when the last writer ended; calls `step` if there were any. */
  catchUp(step: () => void): void {
    let upto = this.#sql.upto.get()!.counters_upto as number;
    let rows = 0;
    for (const row of this.#sql.uncounted.iterate(upto)) {
      upto = row.id as number;
      this.add({
        id: upto,
        channelId: row.channel_id as number,
        userId: row.user_id as number ?? undefined,
        kind: KINDS[row.kind as number]!,
      });
      rows++;
    }
    if (rows > 0) step();
  }

  add({ id, channelId, userId, kind }: Counted): void {
    const at = receivedAt(id);
    this.#upto = Math.max(this.#upto, id);
    this.#count(this.#channels, channelId, at);
    const minutes = inner(this.#minutes, channelId);
    const minute = Math.floor(at / 60_000);
    const before = minutes.get(minute) ?? 0;
    if (before === 0) this.#entries++;
    minutes.set(minute, before + 1);
    if (userId === undefined || !WRITTEN.has(kind)) return;
    const channels = inner(this.#users, userId);
    if (channels.size === 0) this.#entries++;
    this.#count(channels, channelId, at);
  }

  #count(counts: Map<number, Count>, key: number, at: number): void {
    const count = counts.get(key);
    if (!count) {
      counts.set(key, { messages: 1, firstAt: at, lastAt: at });
      this.#entries++;
      return;
    }
    count.messages++;
    count.firstAt = Math.min(count.firstAt, at);
    count.lastAt = Math.max(count.lastAt, at);
  }

  /** Writes the counters inside the caller's transaction. Call {@link clear} once that is committed. */
  write(): void {
    for (const [id, c] of this.#channels) this.#sql.channel.run(c.messages, c.firstAt, c.lastAt, id);
    for (const [userId, channels] of this.#users) {
      const all = sumOf([...channels.values()]);
      this.#sql.user.run(all.messages, all.firstAt, all.lastAt, userId);
      for (const [channelId, c] of channels) {
        this.#sql.userChannel.run(userId, channelId, c.messages, c.lastAt);
      }
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
    this.#entries = 0;
  }
}

function inner<V>(outer: Map<number, Map<number, V>>, key: number): Map<number, V> {
  let found = outer.get(key);
  if (!found) outer.set(key, found = new Map());
  return found;
}

function sumOf(counts: Count[]): Count {
  return {
    messages: counts.reduce((sum, { messages }) => sum + messages, 0),
    firstAt: Math.min(...counts.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...counts.map(({ lastAt }) => lastAt)),
  };
}
