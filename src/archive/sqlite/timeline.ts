/** Pages of the timeline: the index finds candidates by id, and where it must, the text decides. */
import type { DatabaseSync } from "node:sqlite";
import type { TimelinePage, TimelineQuery } from "../archive.ts";
import { type Kind, KINDS, type StoredEvent } from "../../chat/events.ts";
import { firstIdAt } from "../../chat/ids.ts";
import { matcher } from "../../chat/query.ts";
import { searchableText } from "../../chat/terms.ts";
import { Emotes } from "./emotes.ts";
import { EVENT_COLUMNS, EVENT_JOINS, eventOf, type EventRow } from "./rows.ts";
import { matchExpression, mustVerify } from "./search_index.ts";

/**
 * A search whose texts must be looked at ends after this long, and says where: who wants more asks again from there.
 * So one person's rare phrase does not keep a reader from everybody else.
 */
const VERIFY_BUDGET_MS = 8;
/** How many candidates are read at once, growing; the clock is looked at in between. */
const FIRST_CHUNK = 200;
const LARGEST_CHUNK = 800;
/**
 * The index answers a beginning only as a whole: for `th*` it merges the places of all words in `th` before it gives
 * the first, which is slow just where many texts have one. So the texts of so many candidates are tried first.
 */
const TRIED_FIRST = 600;

export type Direction = "ASC" | "DESC";

/** Rows of the timeline, with what must hold for them. Without an expression, those of every channel. */
function rows(columns: string, joins: string, direction: Direction, indexed: boolean): string {
  if (!indexed) {
    return `
      SELECT ${columns}
      FROM messages AS m${joins}
      WHERE m.id >= ? AND m.id < ?
      ORDER BY m.id ${direction}
      LIMIT ?`;
  }
  return `
    SELECT ${columns}
    FROM messages_index
    CROSS JOIN messages AS m ON m.id = messages_index.rowid${joins}
    WHERE messages_index MATCH ? AND messages_index.rowid >= ? AND messages_index.rowid < ?
    ORDER BY messages_index.rowid ${direction}
    LIMIT ?`;
}

/** Whole events. */
export const eventRows = (direction: Direction, indexed: boolean) =>
  rows(EVENT_COLUMNS, EVENT_JOINS, direction, indexed);

/** What is looked at of a candidate: thousands may be, so no more than this. */
export const textRows = (direction: Direction, indexed: boolean) =>
  rows("m.id, m.text, m.shape_id", "", direction, indexed);

/** The id at which the first so many events end, and how many there were. */
export const skippedRows = (indexed: boolean) =>
  indexed
    ? `
    SELECT min(id) AS last, count(*) AS seen
    FROM (
      SELECT rowid AS id
      FROM messages_index
      WHERE messages_index MATCH ? AND rowid >= ? AND rowid < ?
      ORDER BY rowid DESC
      LIMIT ?
    )`
    : `
    SELECT min(id) AS last, count(*) AS seen
    FROM (
      SELECT id
      FROM messages
      WHERE id >= ? AND id < ?
      ORDER BY id DESC
      LIMIT ?
    )`;

export const EVENT_BY_ID = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id = ?`;

interface TextRow {
  id: number;
  text: string;
  shape_id: number;
}

/** What is read: from the first id up to, and without, the second. */
interface Stretch {
  expression: string | undefined;
  from: number;
  to: number;
  direction: Direction;
}

/** Ids that were found, in the order in which they were read. */
interface Found {
  ids: number[];
  /** The last candidate that was looked at, where there may be more. */
  stoppedAt?: number;
}

type Statement = ReturnType<DatabaseSync["prepare"]>;

export class Timeline {
  readonly #emotes: Emotes;
  readonly #event: Statement;
  readonly #shapeKind: Statement;
  /** Of the shapes that were met; a shape never changes. */
  readonly #kinds = new Map<number, Kind>();
  readonly #sql: Record<"plain" | "indexed", Record<"events" | "texts", Record<Direction, Statement>>>;
  readonly #skipped: Record<"plain" | "indexed", Statement>;

  constructor(db: DatabaseSync) {
    this.#emotes = new Emotes(db);
    this.#event = db.prepare(EVENT_BY_ID);
    this.#shapeKind = db.prepare("SELECT kind FROM shapes WHERE id = ?");
    const both = (sql: (direction: Direction, indexed: boolean) => string, indexed: boolean) => ({
      ASC: db.prepare(sql("ASC", indexed)),
      DESC: db.prepare(sql("DESC", indexed)),
    });
    const all = (indexed: boolean) => ({ events: both(eventRows, indexed), texts: both(textRows, indexed) });
    this.#sql = { plain: all(false), indexed: all(true) };
    this.#skipped = { plain: db.prepare(skippedRows(false)), indexed: db.prepare(skippedRows(true)) };
  }

  event(id: number): StoredEvent | undefined {
    const row = this.#event.get(id);
    return row && eventOf(row as unknown as EventRow, this.#emotes);
  }

  page(query: TimelineQuery): TimelinePage {
    const stretch = stretchOf(query);
    const skip = stretch.direction === "DESC" ? ((query.page ?? 1) - 1) * query.limit : 0;
    const count = skip + query.limit + 1;
    const found = query.search && (mustVerify(query.search) || query.search.prefixes.length > 0)
      ? this.#verified(query, stretch, count)
      : undefined;
    const events = found
      ? found.ids.slice(skip, skip + query.limit + 1).map((id) => this.event(id)!)
      : this.#read(stretch, skip, query.limit + 1);
    const more = events.length > query.limit || found?.stoppedAt !== undefined;
    const page = events.slice(0, query.limit);
    if (stretch.direction === "ASC") page.reverse();
    return found?.stoppedAt === undefined
      ? { events: page, more }
      : { events: page, more, stoppedAt: found.stoppedAt };
  }

  #read(stretch: Stretch, skip: number, count: number): StoredEvent[] {
    let to = stretch.to;
    if (skip > 0) {
      const skipped = this.#skipped[way(stretch)].get(...bound(stretch, skip))!;
      if (skipped.seen as number < skip) return [];
      to = skipped.last as number;
    }
    return this.#sql[way(stretch)].events[stretch.direction]
      .all(...bound({ ...stretch, to }, count))
      .map((row) => eventOf(row as unknown as EventRow, this.#emotes));
  }

  /** Up to `count` ids whose texts answer the search. */
  #verified(query: TimelineQuery, stretch: Stretch, count: number): Found {
    const deadline = performance.now() + VERIFY_BUDGET_MS;
    const search = query.search!;
    const accept = matcher(search);
    if (search.prefixes.length === 0) return this.#look(stretch, count, accept, deadline);
    const expression = matchExpression(query, { ...search, prefixes: [] });
    const tried = this.#look({ ...stretch, expression }, count, accept, deadline, TRIED_FIRST);
    if (tried.stoppedAt === undefined || tried.ids.length >= count) return { ids: tried.ids };
    const rest = stretch.direction === "DESC"
      ? { ...stretch, to: tried.stoppedAt }
      : { ...stretch, from: tried.stoppedAt + 1 };
    const found = this.#look(rest, count - tried.ids.length, accept, deadline);
    return { ...found, ids: [...tried.ids, ...found.ids] };
  }

  /**
   * Looks at candidates until enough were accepted, the time is over, or `most` were looked at. They are read a chunk
   * at a time, which is five times as fast as one by one.
   */
  #look(
    stretch: Stretch,
    count: number,
    accept: (text: string) => boolean,
    deadline: number,
    most = Infinity,
  ): Found {
    const ids: number[] = [];
    const rest = { ...stretch };
    let looked = 0;
    for (let size = FIRST_CHUNK;; size = Math.min(size * 4, LARGEST_CHUNK)) {
      const limit = Math.min(size, most - looked);
      const chunk = this.#sql[way(rest)].texts[rest.direction].all(
        ...bound(rest, limit),
      ) as unknown as TextRow[];
      for (const row of chunk) {
        if (accept(this.#searchable(row))) ids.push(row.id);
        if (ids.length === count) return { ids };
      }
      looked += chunk.length;
      if (chunk.length < limit) return { ids };
      const last = chunk.at(-1)!.id;
      if (looked >= most || performance.now() > deadline) return { ids, stoppedAt: last };
      if (rest.direction === "DESC") rest.to = last;
      else rest.from = last + 1;
    }
  }

  #searchable({ id, text, shape_id: shape }: TextRow): string {
    let kind = this.#kinds.get(shape);
    if (kind === undefined) this.#kinds.set(shape, kind = KINDS[this.#shapeKind.get(shape)!.kind as number]!);
    return kind === "message" ? text : searchableText(this.event(id)!);
  }
}

function stretchOf(query: TimelineQuery): Stretch {
  const { from, to, before, after } = query;
  return {
    expression: matchExpression(query, query.search),
    from: Math.max(from === undefined ? 0 : firstIdAt(from), after === undefined ? 0 : after + 1),
    to: Math.min(to === undefined ? Infinity : firstIdAt(to), before ?? Number.MAX_SAFE_INTEGER),
    direction: after === undefined ? "DESC" : "ASC",
  };
}

function way({ expression }: Stretch): "plain" | "indexed" {
  return expression === undefined ? "plain" : "indexed";
}

/**
 * Ids go in as bigints: a number would be bound as a floating-point one, and FTS5 does not narrow its walk by such a
 * bound but reads the whole list and has the rows thrown away afterwards.
 */
function bound({ expression, from, to }: Stretch, limit: number): (string | bigint | number)[] {
  const rest = [BigInt(from), BigInt(to), limit];
  return expression === undefined ? rest : [expression, ...rest];
}
