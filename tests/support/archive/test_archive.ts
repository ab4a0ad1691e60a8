/** A new archive in a temporary folder. The file is migrated once per process and then copied. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { openSqliteReader } from "./local_reader.ts";
import type { Defended } from "../../../src/archive/sqlite/file/migrations.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { TimelinePage, TimelineQuery } from "../../../src/archive/timeline.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { tempFolder } from "../temp.ts";
import { NOON, timed } from "./events.ts";

export interface ArchiveFile extends Disposable {
  path: string;
  writer: SqliteWriter;
}

export interface TestArchive extends ArchiveFile {
  /** Opens a connection that reads committed data. */
  reader(): ArchiveReader;
  /** Appends one event a second, from noon plus `startS` seconds, and returns the ids. */
  append(events: ChatEvent[], startS?: number): number[];
}

let migrated: Uint8Array | undefined;

/** An archive without channels. */
export function archiveFile(): ArchiveFile {
  migrated ??= migratedFile();
  const folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  Deno.writeFileSync(path, migrated, { mode: 0o600 });
  const file: ArchiveFile = {
    path,
    writer: SqliteWriter.open({ path, synchronous: "normal" }),
    [Symbol.dispose]() {
      // A test may have opened another writer.
      file.writer[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
  return file;
}

/** An archive with the channels `lake` (1, with Twitch's id 9001) and `hill` (2). */
export function openArchive(): TestArchive {
  const file = archiveFile();
  file.writer.createChannel("lake", NOON);
  file.writer.createChannel("hill", NOON);
  file.writer.identifyChannel("lake", 9001, NOON);
  return Object.assign(file, {
    reader: () => openSqliteReader({ path: file.path }),
    append: (events: ChatEvent[], startS = 0) =>
      file.writer.append(timed(events, startS), new Set([1, 2])).events.map((e) => e.id),
  });
}

function migratedFile(): Uint8Array {
  using folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  SqliteWriter.open({ path, synchronous: "normal" })[Symbol.dispose]();
  return Deno.readFileSync(path);
}

/** Changes the message index to FTS5's format 5, which this program cannot read. */
export const SECURE_DELETE = `
  INSERT INTO messages_index (messages_index, rank) VALUES ('secure-delete', 1);
  INSERT INTO messages_index (rowid, terms) VALUES (1, 'a');
  INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', 1, 'a');`;

/** Runs SQL on the archive's file, on a separate connection that may write to every table. */
export function exec({ path }: Pick<ArchiveFile, "path">, sql: string): void {
  using db = new DatabaseSync(path, { timeout: 5_000 });
  (db as Defended).enableDefensive(false);
  db.exec(sql);
}

/**
 * A complete page of a search, backwards in time: on a busy machine the archive may end a search after a few rows.
 * @param page from 1, the newest
 */
export async function wholePage(
  reader: ArchiveReader,
  { page = 1, ...query }: Omit<TimelineQuery, "place"> & { page?: number },
): Promise<TimelinePage> {
  const { limit } = query;
  let skip = (page - 1) * limit;
  let found = await reader.timeline({ ...query, place: { at: "newest", skip } });
  while (found.stoppedAt !== undefined && found.events.length < limit) {
    skip -= found.skipped ?? 0;
    const next = await reader.timeline({
      ...query,
      place: { at: "before", id: found.stoppedAt, skip },
      limit: limit - found.events.length,
    });
    found = { ...next, events: [...found.events, ...next.events] };
  }
  return found;
}
