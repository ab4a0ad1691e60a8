/** Which messages a deletion, a timeout or a ban removed. */
import type { DatabaseSync } from "node:sqlite";
import type { ChatEvent } from "../../chat/events.ts";
import { firstIdAt, receivedAt } from "../../chat/ids.ts";
import { KINDS } from "../../chat/events.ts";
import { WRITTEN } from "./counters.ts";
import { type PackedId, packId, sameId } from "./message_ids.ts";
import { LazyStatement } from "./index_health.ts";
import { matchExpression } from "./search_index.ts";
import type { WriterIndexes } from "./writer_indexes.ts";

/** How many of a person's newest messages in the channel are looked at: Twitch's own chat holds far fewer. */
const MOST_CANDIDATES = 500;
/** Where there is no index, so many of the newest messages are looked through: some 10 ms. */
const MOST_SCANNED = 20_000;
/** A timeout or ban reaches back this far; older messages were read long ago, and stay as they are. */
const REACH_MS = 24 * 60 * 60 * 1000;

export class Removals {
  readonly #candidates;
  readonly #scanned;
  readonly #mark;
  readonly #indexes: WriterIndexes;

  constructor(db: DatabaseSync, indexes: WriterIndexes) {
    this.#indexes = indexes;
    this.#candidates = new LazyStatement(db, CANDIDATES);
    this.#scanned = db.prepare(SCANNED_CANDIDATES);
    this.#mark = db.prepare("INSERT OR IGNORE INTO removals (message_id, removed_by) VALUES (?, ?)");
  }

  /**
   * Marks what the event with this id removed, and tells the ids. A `clear` marks nothing: it empties the screens of
   * who is watching, says nothing about any message, and would touch everything; the event itself stands in the
   * timeline.
   */
  mark(event: ChatEvent, id: number, channelId: number, userId: number): number[] {
    const find = () =>
      event.kind === "deletion"
        ? this.#deleted(event.uuid, id, channelId, userId)
        : event.kind === "timeout" || event.kind === "ban"
        ? this.#recent(id, channelId, userId)
        : [];
    const found = this.#indexes.use("messages_index", find);
    for (const removed of found) this.#mark.run(removed, id);
    return found;
  }

  #deleted(uuid: string | undefined, before: number, channelId: number, userId: number): number[] {
    if (uuid === undefined) return [];
    const wanted = packId(uuid);
    for (const row of this.#rows(channelId, userId, before, 0)) {
      if (WRITTEN.has(KINDS[row.kind]!) && sameId(row.uuid, wanted)) return [row.id];
    }
    return [];
  }

  /** Back to the timeout or ban before: that one has marked what was before it. */
  #recent(before: number, channelId: number, userId: number): number[] {
    const found: number[] = [];
    for (const row of this.#rows(channelId, userId, before, firstIdAt(receivedAt(before) - REACH_MS))) {
      const kind = KINDS[row.kind]!;
      if (kind === "timeout" || kind === "ban") break;
      if (WRITTEN.has(kind) && row.removed_by === null) found.push(row.id);
    }
    return found;
  }

  /** Newest first; most often the first few are enough. */
  #rows(channelId: number, userId: number, before: number, from: number): Iterable<Candidate> {
    if (!this.#indexes.isUsable("messages_index")) {
      return this.#scanned.iterate({ channelId, userId, before, from, most: MOST_SCANNED }) as Iterable<
        unknown
      > as Iterable<Candidate>;
    }
    return this.#candidates.statement.iterate(
      matchExpression({ channelId, userId }),
      // As bigints, or FTS5 would walk the whole list (see `matchExpression`).
      BigInt(before),
      BigInt(from),
      MOST_CANDIDATES,
    ) as Iterable<unknown> as Iterable<Candidate>;
  }
}

interface Candidate {
  id: number;
  kind: number;
  uuid: PackedId | null;
  removed_by: number | null;
}

export const CANDIDATES = `
  SELECT m.id, s.kind, m.uuid, x.removed_by
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN removals AS x ON x.message_id = m.id
  WHERE messages_index MATCH ? AND messages_index.rowid < ? AND messages_index.rowid >= ?
  ORDER BY messages_index.rowid DESC
  LIMIT ?`;

/** The same without the index, among the newest messages of all channels. */
const SCANNED_CANDIDATES = `
  SELECT m.id, s.kind, m.uuid, x.removed_by
  FROM (
    SELECT id, channel_id, author_id, shape_id, uuid
    FROM messages
    WHERE id < :before AND id >= :from
    ORDER BY id DESC
    LIMIT :most
  ) AS m
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN removals AS x ON x.message_id = m.id
  WHERE m.channel_id = :channelId AND m.author_id IN (SELECT id FROM authors WHERE user_id = :userId)
  ORDER BY m.id DESC`;
