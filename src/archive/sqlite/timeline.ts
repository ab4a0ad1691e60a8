/** Pages of the timeline. */
import type { DatabaseSync } from "node:sqlite";
import type { TimelinePage, TimelineQuery } from "../archive.ts";
import { type Kind, KINDS, type StoredEvent } from "../../chat/events.ts";
import { searchableText } from "../../chat/terms.ts";
import { Emotes } from "./emotes.ts";
import { Finder, type TextRow } from "./finder.ts";
import { EVENT_COLUMNS, EVENT_JOINS, eventOf, type EventRow } from "./rows.ts";

export const EVENT_BY_ID = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id = ?`;

export const EVENTS_BY_ID = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id IN (SELECT value FROM json_each(?))
  ORDER BY m.id DESC`;

export class Timeline {
  readonly #db: DatabaseSync;
  readonly #emotes: Emotes;
  readonly #finder: Finder;
  readonly #sql;
  /** Of the shapes that were met; a shape never changes. */
  readonly #kinds = new Map<number, Kind>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#emotes = new Emotes(db);
    this.#finder = new Finder(db, (row) => this.#searchable(row));
    this.#sql = {
      event: db.prepare(EVENT_BY_ID),
      events: db.prepare(EVENTS_BY_ID),
      kind: db.prepare("SELECT kind FROM shapes WHERE id = ?"),
      begin: db.prepare("BEGIN"),
      end: db.prepare("COMMIT"),
    };
  }

  event(id: number): StoredEvent | undefined {
    const row = this.#sql.event.get(id);
    return row && eventOf(row as unknown as EventRow, this.#emotes);
  }

  page(query: TimelineQuery): TimelinePage {
    // Pages of the index belong together only as they are at one moment.
    this.#sql.begin.run();
    try {
      return this.#page(query);
    } finally {
      if (this.#db.isTransaction) this.#sql.end.run();
    }
  }

  #page(query: TimelineQuery): TimelinePage {
    const { page = 1, limit, skip = (page - 1) * limit } = query;
    const { ids, stoppedAt, skipped } = this.#finder.find(
      query,
      query.after === undefined ? skip : 0,
      limit + 1,
    );
    const events = this.#sql.events.all(JSON.stringify(ids.slice(0, limit)))
      .map((row) => eventOf(row as unknown as EventRow, this.#emotes));
    return stoppedAt === undefined
      ? { events, more: ids.length > limit }
      : { events, more: true, stoppedAt, skipped };
  }

  #searchable([id, text, shape]: TextRow): string {
    let kind = this.#kinds.get(shape);
    if (kind === undefined) this.#kinds.set(shape, kind = KINDS[this.#sql.kind.get(shape)!.kind as number]!);
    return kind === "message" ? text : searchableText(this.event(id)!);
  }
}
