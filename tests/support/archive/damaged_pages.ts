/** An archive whose search indexes have pages of every kind, ways to damage them, and values to compare after a repair. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteReader } from "./local_reader.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { prepareArrays } from "../../../src/archive/sqlite/file/connection.ts";
import { ordinaryTables } from "../../../src/archive/sqlite/file/migrations.ts";
import { searchOf } from "../search.ts";
import { inventedEvent } from "../chat/invented_events.ts";
import { ANN, BEN, message, NOON, person, timed, timeout } from "./events.ts";
import { wholePage } from "./test_archive.ts";

const PAGE_BYTES = 4_096;

export interface Page {
  /** The name of its tree. */
  name: string;
  /** The kind in `dbstat`: `internal`, `leaf`, `overflow`. */
  kind: string;
  isRoot: boolean;
  /** The page number, from 1. */
  number: number;
}

/**
 * Creates an archive in a single file.
 * @param leafBytes the size of FTS5's leaves: small ones make deep trees, large ones need overflow pages
 */
export function makeArchive(path: string, leafBytes: number): void {
  using writer = SqliteWriter.open({ path, synchronous: "normal" });
  {
    using db = new DatabaseSync(path);
    for (const index of ["messages_index", "names_index"]) {
      db.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('pgsz', ${leafBytes})`);
    }
  }
  writer.createChannel("lake", NOON);
  writer.createChannel("hill", NOON);
  writer.identifyChannel("lake", 9001, NOON);
  const users = Array.from(
    { length: 150 },
    (_, n) => person(1_000 + n, `${(n * 7_919).toString(36)}_user_${n}`),
  );
  const events = Array.from({ length: 600 }, (_, n) => {
    const user = users[n % users.length]!;
    if (n % 60 === 59) return timeout(user.login, user.userId, 60);
    if (n % 5 === 0) return inventedEvent(n, "lake");
    return message(n % 7 ? user : ANN, `hello ${(n * 104_729).toString(36)} and ${n % 50} more of it`);
  });
  writer.append(timed(events), new Set());
  writer.append(timed([message(BEN, "hello hill", { channel: "hill" })], 2_000), new Set());
  writer.storeCoverage([
    { kind: "started", channelId: 1, at: NOON },
    { kind: "ended", channelId: 1, at: NOON + 2_000_000, reason: "connection lost" },
  ], NOON + 3_000_000);
  writer.quarantine({ event: message(ANN, "what about me?"), receivedAt: NOON }, "hiccups");
  writer.flushCounters();
}

/** Every page of a file except those of the schema. */
export function pagesOf(path: string): Page[] {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare(`
    SELECT d.name, d.pagetype AS kind, d.pageno AS number, d.pageno = s.rootpage AS isRoot
    FROM dbstat AS d
    JOIN sqlite_schema AS s ON s.name = d.name
    ORDER BY d.pageno`).all().map(({ name, kind, number, isRoot }) => ({
    name: String(name),
    kind: String(kind),
    isRoot: isRoot === 1,
    number: Number(number),
  }));
}

/** Overwrites pages (numbered from 1) with zeros or with garbage. */
export function overwrite(path: string, pages: readonly number[], isGarbage: boolean): void {
  using file = Deno.openSync(path, { write: true });
  for (const page of pages) {
    file.seekSync((page - 1) * PAGE_BYTES, Deno.SeekMode.Start);
    const bytes = new Uint8Array(PAGE_BYTES);
    if (isGarbage) crypto.getRandomValues(bytes);
    file.writeSync(bytes);
  }
}

/** Every row of every table, with the types of its values, as text. */
export function rowsOf(path: string): Map<string, string[]> {
  using db = new DatabaseSync(path, { readOnly: true });
  return new Map(
    ordinaryTables().map((table) => {
      const columns = db.prepare("SELECT name FROM pragma_table_info(?)").all(table).map(({ name }) => name);
      const types = columns.map((name) => `typeof(${name})`);
      const select = prepareArrays(
        db,
        `SELECT ${[...columns, ...types].join(", ")} FROM ${table} NOT INDEXED`,
      );
      select.setReadBigInts(true);
      return [
        table,
        select.all().map((row) => Deno.inspect(row, { iterableLimit: Infinity, strAbbreviateSize: 1e6 })),
      ];
    }),
  );
}

/** The results of searches for words, users and names. */
export async function found(path: string): Promise<unknown[]> {
  await using reader = openSqliteReader({ path });
  const answers: unknown[] = [];
  for (const words of ["hello", "and 49", "more -hello", '"more of it"', "zzzz"]) {
    const { events } = await wholePage(reader, { search: searchOf(words), limit: 1_000 });
    answers.push(events.map(({ id, text }) => `${id} ${text}`));
  }
  for (const userId of [11, 1_007]) {
    const { events } = await wholePage(reader, { userId, limit: 1_000 });
    answers.push(events.map(({ id, text, removed }) => `${id} ${text} ${removed?.kind}`));
  }
  for (const name of ["ann", "user_1", "z"]) answers.push(await reader.searchUsers(name, 50));
  assert.deepEqual(reader.faults(), []);
  return answers;
}

/** Values of the file's header, and its permissions. */
export function headerOf(path: string): unknown[] {
  using db = new DatabaseSync(path, { readOnly: true });
  const pragmas = ["application_id", "user_version", "auto_vacuum", "page_size", "encoding"];
  return [
    ...pragmas.map((name) => Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]),
    Deno.statSync(path).mode! & 0o777,
  ];
}

/** Deletes rows and returns their pages one by one, which fails unless every page is accounted for. */
export function assertVacuums(path: string): void {
  using db = new DatabaseSync(path);
  const number = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  const before = number("page_count");
  db.exec("DELETE FROM messages WHERE id % 3 > 0; DELETE FROM user_channels; PRAGMA user_version");
  assert.ok(number("freelist_count") > 0);
  db.prepare("PRAGMA incremental_vacuum").all();
  assert.equal(number("freelist_count"), 0);
  assert.ok(number("page_count") < before);
  assert.deepEqual(db.prepare("PRAGMA integrity_check").all().map((row) => Object.values(row)[0]), ["ok"]);
}
