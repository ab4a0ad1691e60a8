/**
 * Counts the people who wrote in a span of a channel: by the counters of whole hours, and by the rows at both ends of
 * the span.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Chatter, ChatterQuery, Chatters } from "../../statistics.ts";
import { firstIdAt, receivedAt } from "../../../chat/ids.ts";
import { HOUR_MS } from "../../../clock.ts";
import { WRITTEN_CODES } from "../codec/event_row.ts";
import { prepareArrays } from "../file/connection.ts";
import { LazyStatement } from "../fts5/health.ts";
import { matchExpression } from "../search/terms.ts";
import { hourId, hourOf, readCounts, type UserCount } from "./hour_counts.ts";
import { UserTotals } from "./user_totals.ts";

/**
 * `budgetMs`: counting ends after this time, which is enough for ten years of a large channel. `hoursAtOnce`: hours
 * that are read between two checks of the clock.
 */
const PACE = { budgetMs: 500, hoursAtOnce: 200 };

const STATE = `
  SELECT counters_upto AS countedUpto, hours_from AS hoursFrom, (SELECT ifnull(max(id), 0) FROM messages) AS last
  FROM archive`;

const HOURS = `
  SELECT id, users
  FROM channel_hours
  WHERE id >= ? AND id < ?
  ORDER BY id DESC
  LIMIT ?`;

const ROWS = `
  SELECT a.user_id
  FROM messages AS m
  JOIN shapes AS s ON s.id = m.shape_id
  JOIN authors AS a ON a.id = m.author_id
  WHERE m.id >= ? AND m.id < ? AND m.channel_id = ? AND s.kind IN (${WRITTEN_CODES})`;

/** The same by the index, which costs four times as much for each row of the channel, and nothing for those of others. */
const INDEXED_ROWS = `
  SELECT a.user_id
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN shapes AS s ON s.id = m.shape_id
  JOIN authors AS a ON a.id = m.author_id
  WHERE messages_index.rowid >= ? AND messages_index.rowid < ? AND messages_index MATCH ? AND s.kind IN (${WRITTEN_CODES})`;
const MIN_SHARE = 0.25;

const SHARE = `
  SELECT messages / (SELECT max(1.0, sum(messages)) FROM channels) AS share
  FROM channels
  WHERE id = ?`;

const NAMES = `
  SELECT id, login, display_name
  FROM users
  WHERE id IN (SELECT value FROM json_each(?))`;

/** How far the counters reach. */
interface State {
  /** The id up to which messages are counted. */
  countedUpto: number;
  /** The id from which on messages are counted by hour. */
  hoursFrom: number;
  /** The id of the newest message. */
  last: number;
}

export class ChatterQueries {
  readonly #sql;
  readonly #isIndexed: () => boolean;

  /** @param isIndexed whether the index can be used, and has every message */
  constructor(db: DatabaseSync, isIndexed: () => boolean) {
    this.#isIndexed = isIndexed;
    this.#sql = {
      state: db.prepare(STATE),
      hours: prepareArrays(db, HOURS),
      rows: prepareArrays(db, ROWS),
      indexedRows: new LazyStatement(db, INDEXED_ROWS),
      share: db.prepare(SHARE),
      names: prepareArrays(db, NAMES),
    };
  }

  /** Call it inside a transaction: the counters belong to the rows of one moment. See `ArchiveReader.chatters`. */
  chatters(
    { channelId, from, to, userId }: ChatterQuery,
    limit: number,
    { budgetMs, hoursAtOnce } = PACE,
  ): Chatters {
    const state = this.#sql.state.get() as unknown as State;
    const totals = new UserTotals();
    const found = (from: number) => {
      const named = userId === undefined ? totals.top(limit) : [[userId, totals.of(userId)] as const];
      return this.#found(totals, named, from);
    };
    const deadline = performance.now() + budgetMs;
    const [first, end] = [firstIdAt(from), Math.min(firstIdAt(to), state.last + 1)];
    const firstHour = Math.ceil(from / HOUR_MS);
    // The hour of the newest message is whole if the span has that message.
    const endHour = end > state.last ? hourAt(end) + 1 : hourAt(end);
    if (endHour <= firstHour) {
      this.#addRows(totals, channelId, first, end);
      return found(from);
    }
    const [hours, afterHours] = [firstIdAt(firstHour * HOUR_MS), firstIdAt(endHour * HOUR_MS)];
    this.#addRows(totals, channelId, afterHours, end);
    this.#addRows(totals, channelId, Math.max(state.countedUpto + 1, hours), Math.min(afterHours, end));
    const reached = this.#addHours(totals, channelId, [firstHour, endHour], deadline, hoursAtOnce);
    if (reached !== undefined) return found(reached * HOUR_MS);
    if (state.hoursFrom > hours) return found(receivedAt(state.hoursFrom));
    this.#addRows(totals, channelId, first, hours);
    return found(from);
  }

  #addRows(totals: UserTotals, channelId: number, from: number, to: number): void {
    if (from >= to) return;
    for (const userId of this.#indexedUsers(channelId, from, to) ?? this.#users(channelId, from, to)) {
      totals.add(userId, 1);
    }
  }

  /** The authors of the rows of a span. It reads the rows of all channels. */
  #users(channelId: number, from: number, to: number): number[] {
    return (this.#sql.rows.all(from, to, channelId) as unknown as [number][]).map(([userId]) => userId);
  }

  /** The same by the index; undefined if that would take longer, or the index cannot be used. */
  #indexedUsers(channelId: number, from: number, to: number): number[] | undefined {
    const { share = 0 } = this.#sql.share.get(channelId) as { share: number } | undefined ?? {};
    if (share >= MIN_SHARE || !this.#isIndexed()) return undefined;
    // Bigints, or FTS5 would read the whole posting list (see `matchExpression`).
    const bounds = [BigInt(from), BigInt(Math.min(to, Number.MAX_SAFE_INTEGER))] as const;
    return this.#sql.indexedRows.statement.all(...bounds, matchExpression({ channelId }))
      .map((row) => row.user_id as number);
  }

  /** @returns the hour that was counted last if the deadline passed before the first one */
  #addHours(
    totals: UserTotals,
    channelId: number,
    [from, to]: [from: number, to: number],
    deadline: number,
    hoursAtOnce: number,
  ): number | undefined {
    let before = hourId(channelId, to);
    while (true) {
      const hours = this.#sql.hours.all(hourId(channelId, from), before, hoursAtOnce) as unknown as [
        id: number,
        users: Uint8Array,
      ][];
      for (const [, users] of hours) readCounts(users, (userId, messages) => totals.add(userId, messages));
      if (hours.length < hoursAtOnce) return undefined;
      before = hours.at(-1)![0];
      if (performance.now() > deadline) return hourOf(before);
    }
  }

  #found(totals: UserTotals, top: readonly UserCount[], from: number): Chatters {
    const rows = this.#sql.names.all(JSON.stringify(top.map(([id]) => id)));
    const names = new Map(
      (rows as unknown as [number, string, string][]).map(([id, ...name]) => [id, name]),
    );
    return {
      messages: totals.messages,
      people: totals.size,
      top: top.flatMap(([id, messages]): Chatter[] => {
        const [login, displayName] = names.get(id) ?? [];
        return login === undefined ? [] : [{ id, login, displayName: displayName!, messages }];
      }),
      from,
    };
  }
}

function hourAt(id: number): number {
  return Math.floor(receivedAt(id) / HOUR_MS);
}
