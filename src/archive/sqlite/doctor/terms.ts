/** The expected and the present terms of the two full-text indexes, for the doctor. */
import type { DatabaseSync } from "node:sqlite";
import { Emotes } from "../codec/emotes.ts";
import { schemaOf } from "./rebuild.ts";
import { termsOfName } from "../users/name_index.ts";
import { EVENT_COLUMNS, EVENT_JOINS, eventOf, type EventRow } from "../codec/event_row.ts";
import { MessageTerms } from "../upgrade/message_terms.ts";

/** The expected row of an index: its id, and the text for the tokenizer. */
export interface IndexedRow {
  id: number;
  terms: string;
}

export interface Indexed {
  index: "messages_index" | "names_index";
  /** The nouns for one row and for many. */
  nouns: [one: string, many: string];
  /** The indexed table. */
  table: "messages" | "user_names";
  /** The rows from this id on, by id. Read them to the end before writing. */
  rowsFrom(id: number): Iterable<IndexedRow>;
  /** The row with this id, else the next one. */
  rowFrom(id: number): IndexedRow | undefined;
  splitter: Splitter;
}

type About = Pick<Indexed, "index" | "nouns" | "table">;

const MESSAGE = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id >= ? AND s.id IS NOT NULL
  ORDER BY m.id`;

const NAME = `
  SELECT id, login, name
  FROM user_names
  WHERE id >= ?
  ORDER BY id`;

export function indexedMessages(db: DatabaseSync): Indexed {
  const about: About = { index: "messages_index", nouns: ["message", "messages"], table: "messages" };
  return { ...about, ...rowsOf(db, MESSAGE, messageRow(db)), splitter: new Splitter(db, about.index) };
}

/** Returns a function for the index terms of the message with an id. */
export function termsOfMessages(db: DatabaseSync): (id: number) => string {
  const select = db.prepare(`${MESSAGE} LIMIT 1`);
  const row = messageRow(db);
  return (id) => row(select.get(id)!).terms;
}

function messageRow(db: DatabaseSync): (raw: Record<string, unknown>) => IndexedRow {
  const emotes = new Emotes(db);
  const terms = new MessageTerms(db);
  return (raw) => {
    const event = eventOf(raw as unknown as EventRow, emotes);
    return { id: event.id, terms: terms.of(event) };
  };
}

export function indexedNames(db: DatabaseSync): Indexed {
  const about: About = { index: "names_index", nouns: ["name", "names"], table: "user_names" };
  const row = ({ id, login, name }: Record<string, unknown>): IndexedRow => ({
    id: id as number,
    terms: termsOfName(login as string, name as string),
  });
  return { ...about, ...rowsOf(db, NAME, row), splitter: new Splitter(db, about.index) };
}

function rowsOf(
  db: DatabaseSync,
  sql: string,
  row: (raw: Record<string, unknown>) => IndexedRow,
): Pick<Indexed, "rowsFrom" | "rowFrom"> {
  const rowFrom = (id: number) => {
    const raw = db.prepare(`${sql} LIMIT 1`).get(id);
    return raw && row(raw);
  };
  return {
    rowFrom,
    *rowsFrom(id) {
      for (const raw of db.prepare(sql).iterate(id)) {
        yield row(raw);
        id = raw.id as number + 1;
      }
      // In Deno, an iteration ends without an error if SQLite fails; reading the next row throws it.
      rowFrom(id);
    },
  };
}

/** A term of a row of an index. */
export interface Place {
  term: string;
  doc: number;
}

/** The number of rows with a term, and two sums of their ids. */
export interface TermSum {
  term: string;
  rows: number;
  low: number;
  high: number;
}

/** Small enough that no sum over all rows passes 2^53. */
const TERM_SUMS = `
  SELECT term, count(*) AS rows, sum(doc % 1048573) AS low, sum(doc / 1024 % 1048571) AS high
  FROM `;

/** Splits texts into terms by the index's own tokenizer, in a temporary table. */
class Splitter {
  readonly #clear;
  readonly #insert;
  readonly #places;
  readonly #sums;

  constructor(db: DatabaseSync, index: Indexed["index"]) {
    const { sql } = schemaOf(index);
    const options = sql.slice(sql.indexOf("("));
    const table = `${index}_split`;
    db.exec(`
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table} USING fts5 ${options};
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table}_terms USING fts5vocab(temp, ${table}, instance);`);
    this.#clear = db.prepare(`INSERT INTO temp.${table} (${table}) VALUES ('delete-all')`);
    this.#insert = db.prepare(`INSERT INTO temp.${table} (rowid, terms) VALUES (?, ?)`);
    this.#places = db.prepare(`SELECT term, doc FROM temp.${table}_terms`);
    this.#sums = db.prepare(`${TERM_SUMS} temp.${table}_terms GROUP BY term`);
  }

  /** The terms of rows, sorted by term; each term of a row once. */
  split(rows: readonly IndexedRow[]): Generator<Place> {
    return this.#with(rows, () => this.#places.iterate() as Iterable<unknown> as Iterable<Place>);
  }

  /** The same as sums, which SQLite computes many times faster than it returns rows. */
  sums(rows: readonly IndexedRow[]): Generator<TermSum> {
    return this.#with(rows, () => this.#sums.iterate() as Iterable<unknown> as Iterable<TermSum>);
  }

  *#with<T>(rows: readonly IndexedRow[], read: () => Iterable<T>): Generator<T> {
    for (const { id, terms } of rows) this.#insert.run(id, terms);
    yield* read();
    this.#clear.run();
  }
}

/** All entries of an index, by term. */
export function places(db: DatabaseSync, indexed: Indexed): Iterable<Place> {
  const rows = db.prepare(`SELECT term, doc FROM ${termsTable(db, indexed)}`).iterate();
  return rows as Iterable<unknown> as Iterable<Place>;
}

export function placeSums(db: DatabaseSync, indexed: Indexed): Iterable<TermSum> {
  const rows = db.prepare(`${TERM_SUMS} ${termsTable(db, indexed)} GROUP BY term`).iterate();
  return rows as Iterable<unknown> as Iterable<TermSum>;
}

function termsTable(db: DatabaseSync, { index }: Indexed): string {
  db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_terms USING fts5vocab(main, ${index}, instance)`);
  return `temp.${index}_terms`;
}
