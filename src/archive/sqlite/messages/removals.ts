/** Which messages a deletion, a timeout or a ban removed. Everything here runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import { type ChatEvent, type Kind, KINDS, WRITTEN } from "../../../chat/events.ts";
import { firstIdAt, receivedAt } from "../../../chat/ids.ts";
import { type PackedId, packId, sameId } from "../codec/twitch_message_id.ts";
import { LazyStatement } from "../fts5/health.ts";
import { PendingRemovals } from "./pending_removals.ts";
import { matchExpression, type Scopes } from "../search/terms.ts";
import type { WriterIndexes } from "../fts5/writer_indexes.ts";
import { DAY_MS } from "../../../clock.ts";

/**
 * How many messages are looked at in the transaction of the event itself, some 2 ms. The rest is left to `step`: 20,000
 * messages of one user take 40 steps.
 */
const FIRST_ROWS = 500;
/** The same where a deletion's message is looked for among everybody's, because its author's newest did not have it. */
const FIRST_ROWS_OF_ALL = 200;
/** The first rows that are read at once; each further page has four times as many. */
const FIRST_PAGE = 20;
/** Where there is no index, only so many of the newest messages before an id are looked through: some 10 ms. */
const MAX_SCANNED = 20_000;
/** A login that many users had is looked up for this many of them. */
const MAX_NAMESAKES = 10;
/** A timeout or ban reaches back this far; older messages were read long ago, and stay as they are. */
const REACH_MS = DAY_MS;
/**
 * How far back a deleted message is looked for that its author's newest do not have: Twitch lets moderators delete what
 * is at most six hours old (https://dev.twitch.tv/docs/api/reference/#delete-chat-messages).
 */
const DELETION_REACH_MS = 7 * 60 * 60 * 1000;

/** A message that an event removed. */
export interface Target {
  id: number;
  /** Missing for a line that was kept as it came. */
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
   * The message that a deletion which gets this id is about. Its channel and Twitch's id of it decide; the login only
   * says where to look first. Undefined for other events, and where the message is not found within the first rows.
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
   * Marks what the event with this id removed, as far as that is found within the first rows, and tells the ids. What
   * is left is marked by `step`, and until then readers take it for marked. A timeout or ban removes everything that the
   * user wrote in the channel in the {@link REACH_MS} before it, or since the timeout or ban before. A `clear` marks
   * nothing: it empties the screens of who is watching, says nothing about any message, and would touch everything.
   * @param target what `target` found
   */
  mark(event: ChatEvent, id: number, channelId: number, userId?: number, target?: Target): number[] {
    if (event.kind === "deletion") {
      if (target) this.#sql.mark.run(target.id, id);
      else if (event.uuid !== undefined) {
        this.#pending.add({ by: id, channelId, ...reachOf(id, DELETION_REACH_MS) });
      }
      return target ? [target.id] : [];
    }
    if ((event.kind !== "timeout" && event.kind !== "ban") || userId === undefined) return [];
    const reach = reachOf(id, REACH_MS);
    const { ids, next } = this.#written({ channelId, userId }, reach, FIRST_ROWS);
    for (const removed of ids) this.#sql.mark.run(removed, id);
    if (next !== undefined) this.#pending.add({ by: id, channelId, userId, from: reach.from, before: next });
    return ids;
  }

  /** Looks at no more than `rows` messages that events of before have still to mark; true where more are left. */
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

  /** What a user wrote there, back to the timeout or ban before: that one has marked what was before it. */
  #written(scopes: Scopes, span: Span, rows: number): { ids: number[]; next?: number } {
    return this.#indexes.use<{ ids: number[]; next?: number }>("messages_index", () => {
      const ids: number[] = [];
      let last: number | undefined;
      let looked = 0;
      for (const row of this.#rows(scopes, span, rows)) {
        const kind = KINDS[row.kind]!;
        if (kind === "timeout" || kind === "ban") return { ids };
        if (WRITTEN.has(kind) && row.removed_by === null) ids.push(row.id);
        last = row.id;
        looked++;
      }
      return looked < rows ? { ids } : { ids, next: last };
    });
  }

  /** The message with this id of Twitch's, or where to look on. */
  #find(
    wanted: PackedId | null,
    scopes: Scopes,
    span: Span,
    rows: number,
  ): { found?: Target; next?: number } {
    return this.#indexes.use("messages_index", () => {
      let last: number | undefined;
      let looked = 0;
      for (const { id, kind, uuid, user_id, login } of this.#rows(scopes, span, rows)) {
        if (isMessage(KINDS[kind]!) && sameId(uuid, wanted)) {
          return { found: { id, userId: user_id ?? undefined, login: login ?? undefined } };
        }
        last = id;
        looked++;
      }
      return looked < rows ? {} : { next: last };
    });
  }

  #namesakes(login: string): number[] {
    const rows = this.#sql.namesakes.all(login, login, MAX_NAMESAKES);
    return [...new Set(rows.map((row) => row.id as number))];
  }

  /** At most so many rows, newest first, in growing pages: most often the first few are enough. */
  *#rows(scopes: Scopes, { from, before }: Span, rows: number): Generator<Candidate> {
    const { channelId, userId = null } = scopes;
    if (!this.#indexes.isUsable("messages_index")) {
      const scan = { channelId: channelId!, userId, before, from, rows, most: MAX_SCANNED };
      return yield* this.#sql.scanned.all(scan) as unknown[] as Candidate[];
    }
    for (let size = FIRST_PAGE; rows > 0; size *= 4) {
      const limit = Math.min(size, rows);
      // Ids as bigints, or FTS5 would walk the whole list (see `matchExpression`).
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

/** Ids from the first on and before the second one. */
interface Span {
  from: number;
  before: number;
}

function reachOf(id: number, ms: number): Span {
  return { from: firstIdAt(receivedAt(id) - ms), before: id };
}

/** What a deletion can be about: a line that is kept as it came may be a message. */
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

/** Who has or had a login. */
const NAMESAKES = `
  SELECT id
  FROM users
  WHERE login = ?
  UNION ALL
  SELECT user_id AS id
  FROM user_names
  WHERE login = ?
  LIMIT ?`;

/** The same without the index, among the newest messages of all channels. */
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
