/** Marks messages that a deletion, timeout or ban removed. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import { type ChatEvent, type Kind, KINDS, WRITTEN } from "../../../chat/events.ts";
import { firstIdAt, receivedAt } from "../../../chat/ids.ts";
import { type PackedId, packId, sameId } from "../codec/twitch_message_id.ts";
import { LazyStatement } from "../fts5/health.ts";
import { PendingRemovals } from "./pending_removals.ts";
import { matchExpression, type Scopes } from "../search/terms.ts";
import type { WriterIndexes } from "../fts5/writer_indexes.ts";
import { DAY_MS } from "../../../clock.ts";

/** Messages examined in the event's own transaction: about 2 ms. `step` examines the rest: 40 steps for 20,000 messages. */
const FIRST_ROWS = 500;
/** The same for a deletion, among messages of all users, if it was not found among its author's newest. */
const FIRST_ROWS_OF_ALL = 200;
/** The first rows that are read at once; each further page has four times as many. */
const FIRST_PAGE = 20;
/** Without an index, only this many of the newest messages before an id are scanned: about 10 ms. */
const MAX_SCANNED = 20_000;
/** Maximum number of users with the same login that are searched. */
const MAX_NAMESAKES = 10;
/** A timeout or ban removes messages of at most this age. */
const REACH_MS = DAY_MS;
/**
 * A deleted message is searched among messages of all users of at most this age: Twitch lets moderators delete messages
 * up to six hours old (https://dev.twitch.tv/docs/api/reference/#delete-chat-messages).
 */
const DELETION_REACH_MS = 7 * 60 * 60 * 1000;

/** A message that an event removed. */
export interface Target {
  id: number;
  /** Missing for a raw line. */
  userId?: number;
  login?: string;
}

export class Removals {
  readonly #pending: PendingRemovals;
  readonly #indexes: WriterIndexes;
  readonly #candidates;
  readonly #sql;

  constructor(db: DatabaseSync, indexes: WriterIndexes) {
    this.#pending = new PendingRemovals(db);
    this.#indexes = indexes;
    this.#candidates = new LazyStatement(db, CANDIDATES);
    this.#sql = {
      scanned: db.prepare(SCANNED_CANDIDATES),
      namesakes: db.prepare(NAMESAKES),
      mark: db.prepare("INSERT OR IGNORE INTO removals (message_id, removed_by) VALUES (?, ?)"),
    };
  }

  /**
   * The message that a deletion with this id removes, by its channel and Twitch's id. The login only decides which
   * messages are searched first. Undefined for other events, or if the message is not found within the first rows.
   */
  target(event: ChatEvent, id: number, channelId: number): Target | undefined {
    const wanted = event.kind === "deletion" ? packId(event.uuid) : null;
    if (wanted === null) return undefined;
    const namesakes = event.author ? this.#namesakes(event.author.login) : [];
    for (const userId of namesakes) {
      const { found } = this.#find(wanted, { channelId, userId }, { from: 0, before: id }, FIRST_ROWS);
      if (found) return found;
    }
    return this.#find(wanted, { channelId }, reachOf(id, DELETION_REACH_MS), FIRST_ROWS_OF_ALL).found;
  }

  /**
   * Marks messages that the event with this id removed, among the first rows, and returns their ids. `step` marks the
   * rest; until then, readers treat it as marked. A timeout or ban removes the user's messages in the channel since
   * {@link REACH_MS} before it, or since the previous timeout or ban. A `clear` marks nothing: it clears the viewers'
   * screens, and would apply to every message.
   * @param target the result of {@link target}
   */
  mark(event: ChatEvent, id: number, channelId: number, userId?: number, target?: Target): number[] {
    if (event.kind === "deletion") {
      // The first removal counts, so a second deletion of the message marks nothing.
      if (target) return this.#sql.mark.run(target.id, id).changes === 1 ? [target.id] : [];
      if (event.uuid !== undefined) {
        this.#pending.add({ by: id, channelId, ...reachOf(id, DELETION_REACH_MS) });
      }
      return [];
    }
    if ((event.kind !== "timeout" && event.kind !== "ban") || userId === undefined) return [];
    const reach = reachOf(id, REACH_MS);
    const { ids, next } = this.#written({ channelId, userId }, reach, FIRST_ROWS);
    for (const removed of ids) this.#sql.mark.run(removed, id);
    if (next !== undefined) this.#pending.add({ by: id, channelId, userId, from: reach.from, before: next });
    return ids;
  }

  /** Examines at most `rows` messages for pending removals. @returns whether more are pending */
  step(rows: number): boolean {
    const pending = this.#pending.first();
    if (!pending) return false;
    const { by, channelId, userId, uuid } = pending;
    let next: number | undefined;
    if (userId !== undefined) {
      const written = this.#written({ channelId, userId }, pending, rows);
      for (const removed of written.ids) this.#sql.mark.run(removed, by);
      next = written.next;
    } else {
      const search = this.#find(uuid, { channelId }, pending, rows);
      if (search.found) this.#sql.mark.run(search.found.id, by);
      next = search.next;
    }
    if (next === undefined) this.#pending.done(by);
    else this.#pending.move(by, next);
    return next !== undefined || this.#pending.first() !== undefined;
  }

  /** The user's messages, back to the previous timeout or ban, which has marked those before it. */
  #written(scopes: Scopes, span: Span, rows: number): { ids: number[]; next?: number } {
    return this.#indexes.use<{ ids: number[]; next?: number }>("messages_index", () => {
      const ids: number[] = [];
      let last: number | undefined;
      let examined = 0;
      for (const row of this.#rows(scopes, span, rows)) {
        const kind = KINDS[row.kind]!;
        if (kind === "timeout" || kind === "ban") return { ids };
        if (WRITTEN.has(kind) && row.removed_by === null) ids.push(row.id);
        last = row.id;
        examined++;
      }
      return examined < rows ? { ids } : { ids, next: last };
    });
  }

  /** The message with this id of Twitch's, or the id before which to continue. */
  #find(
    wanted: PackedId | null,
    scopes: Scopes,
    span: Span,
    rows: number,
  ): { found?: Target; next?: number } {
    return this.#indexes.use("messages_index", () => {
      let last: number | undefined;
      let examined = 0;
      for (const { id, kind, uuid, user_id, login } of this.#rows(scopes, span, rows)) {
        if (isMessage(KINDS[kind]!) && sameId(uuid, wanted)) {
          return { found: { id, userId: user_id ?? undefined, login: login ?? undefined } };
        }
        last = id;
        examined++;
      }
      return examined < rows ? {} : { next: last };
    });
  }

  #namesakes(login: string): number[] {
    const rows = this.#sql.namesakes.all(login, login, MAX_NAMESAKES);
    return [...new Set(rows.map((row) => row.id as number))];
  }

  /** At most this many rows, newest first, in growing pages, because mostly the first few are enough. */
  *#rows(scopes: Scopes, { from, before }: Span, rows: number): Generator<Candidate> {
    const { channelId, userId = null } = scopes;
    if (!this.#indexes.isUsable("messages_index")) {
      const scan = { channelId: channelId!, userId, before, from, rows, most: MAX_SCANNED };
      return yield* this.#sql.scanned.all(scan) as unknown[] as Candidate[];
    }
    for (let size = FIRST_PAGE; rows > 0; size *= 4) {
      const limit = Math.min(size, rows);
      // Bigints, or FTS5 would read the whole posting list (see `matchExpression`).
      const bounds = [BigInt(before), BigInt(from), limit];
      const page = this.#candidates.statement.all(
        matchExpression(scopes),
        ...bounds,
      ) as unknown[] as Candidate[];
      yield* page;
      if (page.length < limit) return;
      rows -= limit;
      before = page.at(-1)!.id;
    }
  }
}

/** Ids from `from` (included) to `before` (excluded). */
interface Span {
  from: number;
  before: number;
}

function reachOf(id: number, ms: number): Span {
  return { from: firstIdAt(receivedAt(id) - ms), before: id };
}

/** Whether a deletion can remove an event of this kind: a raw line may be a message. */
function isMessage(kind: Kind): boolean {
  return kind === "raw" || WRITTEN.has(kind);
}

interface Candidate {
  id: number;
  kind: number;
  uuid: PackedId | null;
  user_id: number | null;
  login: string | null;
  removed_by: number | null;
}

const CANDIDATES = `
  SELECT m.id, s.kind, m.uuid, a.user_id, a.login, x.removed_by
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN authors AS a ON a.id = m.author_id
  LEFT JOIN removals AS x ON x.message_id = m.id
  WHERE messages_index MATCH ? AND messages_index.rowid < ? AND messages_index.rowid >= ?
  ORDER BY messages_index.rowid DESC
  LIMIT ?`;

/** Users who have or had a login. */
const NAMESAKES = `
  SELECT id
  FROM users
  WHERE login = ?
  UNION ALL
  SELECT user_id AS id
  FROM user_names
  WHERE login = ?
  LIMIT ?`;

/** The candidates without the index, among the newest messages of all channels. */
const SCANNED_CANDIDATES = `
  SELECT m.id, s.kind, m.uuid, a.user_id, a.login, x.removed_by
  FROM (
    SELECT id, channel_id, author_id, shape_id, uuid
    FROM messages
    WHERE id < :before AND id >= :from
    ORDER BY id DESC
    LIMIT :most
  ) AS m
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN authors AS a ON a.id = m.author_id
  LEFT JOIN removals AS x ON x.message_id = m.id
  WHERE m.channel_id = :channelId AND (:userId IS NULL OR a.user_id = :userId)
  ORDER BY m.id DESC
  LIMIT :rows`;
