/**
 * Filling gaps: finds the events that the archive does not have, gives them ids in the past, and stores their source.
 * Every method runs inside the caller's transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Kind, KINDS, WRITTEN } from "../../../chat/events.ts";
import { firstIdAt, receivedAt } from "../../../chat/ids.ts";
import type { FilledEvent, NewFill } from "../../coverage.ts";
import { LazyStatement } from "../fts5/health.ts";
import { type PackedId, unpackId } from "../codec/twitch_message_id.ts";
import { matchExpression } from "../search/terms.ts";
import { textOf } from "../codec/repeated_texts.ts";
import { DAY_MS } from "../../../clock.ts";
import { SERVICE_SKEW_MS } from "../../../chat/coverage.ts";

/** A timeout or ban removes messages of at most this age (see `removals.ts`). */
const REACH_MS = DAY_MS;

const KNOWN = `
  SELECT m.id, m.uuid, m.sent, ${textOf("m")} AS text, s.kind, a.login
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN authors AS a ON a.id = m.author_id
  WHERE messages_index MATCH ? AND messages_index.rowid >= ? AND messages_index.rowid < ?
  ORDER BY messages_index.rowid`;

const LATER = `
  SELECT m.id, m.uuid, s.kind
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN shapes AS s ON s.id = m.shape_id
  WHERE messages_index MATCH ? AND messages_index.rowid > ? AND messages_index.rowid < ?
  ORDER BY messages_index.rowid`;

export class Fills {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      known: new LazyStatement(db, KNOWN),
      later: new LazyStatement(db, LATER),
      namesakes: db.prepare("SELECT id FROM users WHERE login = ? AND id <> ?"),
      taken: db.prepare("SELECT 1 FROM messages WHERE id = ?"),
      insert: db.prepare(`
        INSERT INTO fills (channel_id, from_at, to_at, source, messages, filled_at)
        VALUES (?, ?, ?, ?, 0, ?)`),
      count: db.prepare("UPDATE fills SET messages = ? WHERE id = ?"),
      mark: db.prepare("INSERT INTO filled_messages (message_id, fill_id) VALUES (?, ?)"),
      removed: db.prepare("INSERT OR IGNORE INTO removals (message_id, removed_by) VALUES (?, ?)"),
    };
  }

  /** Returns the events that the archive does not have, without duplicates. @param events by ascending time */
  unknown(channelId: number, events: readonly FilledEvent[]): FilledEvent[] {
    if (events.length === 0) return [];
    const from = firstIdAt(events[0]!.receivedAt - SERVICE_SKEW_MS);
    const to = firstIdAt(events.at(-1)!.receivedAt + SERVICE_SKEW_MS);
    const known = new Set<string>();
    // Bigints, or FTS5 would read the whole posting list (see `matchExpression`).
    const rows = this.#sql.known.statement.all(matchExpression({ channelId }), BigInt(from), BigInt(to));
    for (const { id, uuid, sent, text, kind, login } of rows as unknown as KnownRow[]) {
      const at = receivedAt(id);
      known.add(identity({
        kind: KINDS[kind]!,
        uuid: unpackId(uuid),
        sentAt: sent === null ? undefined : at - sent,
        text,
        login: login ?? undefined,
      }, at));
    }
    return events.filter(({ event, receivedAt }) => {
      const key = identity({ ...event, login: event.author?.login }, receivedAt);
      return !known.has(key) && known.add(key);
    });
  }

  /** Inserts the fill and returns its id. */
  begin({ channelId, from, to, source, filledAt }: NewFill): number {
    return Number(this.#sql.insert.run(channelId, from, to, source, filledAt).lastInsertRowid);
  }

  /** The first free id at or after a time and above another id. */
  freeId(at: number, above: number): number {
    let id = Math.max(firstIdAt(at), above + 1);
    while (this.#sql.taken.get(id)) id++;
    return id;
  }

  mark(fillId: number, messageId: number): void {
    this.#sql.mark.run(messageId, fillId);
  }

  end(fillId: number, messages: number): void {
    this.#sql.count.run(messages, fillId);
  }

  /**
   * Marks messages that were removed from Twitch's chat according to the service. Each is marked with the first event
   * after it that could have removed it, at most {@link REACH_MS} after the user's last message here.
   */
  markRemoved(channelId: number, messages: readonly RemovedMessage[]): void {
    for (const [userId, theirs] of Map.groupBy(messages, ({ userId }) => userId)) {
      const [first, last] = [theirs[0]!.id, theirs.at(-1)!.id];
      // Several users may have had the login over time, and a deletion names only the login.
      const namesakes = this.#sql.namesakes.all(theirs[0]!.login, userId).map((row) => row.id as number);
      const events = [userId, ...namesakes]
        .flatMap((userId) => this.#moderation(channelId, userId, first, last))
        .sort((a, b) => a.id - b.id);
      for (const { id, uuid } of theirs) {
        const by = events.find((event) =>
          event.id > id &&
          (event.kind === "deletion" ? uuid !== undefined && event.uuid === uuid : event.userId === userId)
        );
        if (by) this.#sql.removed.run(id, by.id);
      }
    }
  }

  /** The moderation of a user in a channel from the first message to {@link REACH_MS} after the last one. */
  #moderation(channelId: number, userId: number, first: number, last: number): ModerationEvent[] {
    const rows = this.#sql.later.statement.all(
      matchExpression({ channelId, userId }),
      BigInt(first),
      BigInt(last + firstIdAt(REACH_MS)),
    ) as unknown as Pick<KnownRow, "id" | "uuid" | "kind">[];
    const events: ModerationEvent[] = [];
    for (const { id, uuid, kind: code } of rows) {
      const kind = KINDS[code]!;
      if (kind === "deletion" || kind === "timeout" || kind === "ban") {
        events.push({ id, kind, userId, uuid: unpackId(uuid) });
      }
    }
    return events;
  }
}

/** A message that a service says was removed. */
export interface RemovedMessage {
  id: number;
  uuid?: string;
  userId: number;
  login: string;
}

interface ModerationEvent {
  id: number;
  kind: "deletion" | "timeout" | "ban";
  userId: number;
  /** For a deletion: Twitch's id of the deleted message. */
  uuid?: string;
}

interface KnownRow {
  id: number;
  uuid: PackedId | null;
  sent: number | null;
  text: string;
  kind: number;
  login: string | null;
}

interface Identified {
  kind: Kind;
  uuid?: string;
  sentAt?: number;
  text: string;
  login?: string;
}

/** The deduplication key of an event: Twitch's id, else every value that does not depend on the receiver. */
function identity({ kind, uuid, sentAt, text, login }: Identified, at: number): string {
  if (WRITTEN.has(kind) && uuid !== undefined) return uuid;
  // The tags of a raw line may differ or be in another order, so its key is the id and the text after the tags.
  if (kind === "raw" && uuid !== undefined) return `${kind} ${uuid} ${text.slice(text.indexOf(" ") + 1)}`;
  if (kind === "deletion") return `${kind} ${uuid}`;
  return sentAt === undefined ? `${kind} ${at} ${text}` : `${kind} at ${sentAt} ${login} ${text}`;
}
