/** A new archive, and builders for events in it. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import type { TimelinePage, TimelineQuery } from "../../../src/archive/timeline.ts";
import { openSqliteReader } from "../../../src/archive/sqlite/threads/local_reader.ts";
import { openSqliteArchive, type SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { Author, ChatEvent, Received } from "../../../src/chat/events.ts";
import { parseSearch, type SearchQuery } from "../../../src/search/query.ts";
import { tempFolder } from "../temp.ts";

/** 2024-03-01 12:00 UTC. */
export const NOON = 1_709_294_400_000;

export interface Opened extends Disposable {
  path: string;
  writer: SqliteWriter;
  /** Opens a connection that reads committed data. */
  reader(): ArchiveReader;
  /** Appends one event a second, from noon plus `startS` seconds, and returns the ids. */
  say(events: ChatEvent[], startS?: number): number[];
}

/** An archive with the channels `lake` (1, with Twitch's id 9001) and `hill` (2). */
export function openArchive(): Opened {
  const folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  const writer = openSqliteArchive({ path, synchronous: "normal" });
  writer.createChannel("lake", NOON);
  writer.createChannel("hill", NOON);
  writer.identifyChannel("lake", 9001, NOON);
  const opened: Opened = {
    path,
    writer,
    reader: () => openSqliteReader({ path }),
    say: (events, startS = 0) =>
      opened.writer.append(timed(events, startS), new Set([1, 2])).events.map((e) => e.id),
    [Symbol.dispose]() {
      opened.writer[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
  return opened;
}

/** Changes the message index to FTS5's format 5, which this program cannot read. */
export const SECURE_DELETE = `
  INSERT INTO messages_index (messages_index, rank) VALUES ('secure-delete', 1);
  INSERT INTO messages_index (rowid, terms) VALUES (1, 'a');
  INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', 1, 'a');`;

/** Runs SQL on the archive's file, on a separate connection that may write to every table. */
export function exec({ path }: Opened, sql: string): void {
  using db = new DatabaseSync(path);
  (db as DatabaseSync & { enableDefensive(enabled: boolean): void }).enableDefensive(false);
  db.exec(sql);
}

/** Parses a query. */
export function searchOf(text: string): SearchQuery {
  const parsed = parseSearch(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.query;
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

export function timed(events: ChatEvent[], startS = 0): Received[] {
  return events.map((event, i) => ({ event, receivedAt: NOON + (startS + i) * 1000 }));
}

export function person(userId: number | undefined, login: string, more: Partial<Author> = {}): Author {
  return { userId, login, displayName: login, color: "", badges: "", badgeInfo: "", flags: "mod=0", ...more };
}

export const ANN = person(11, "ann");
export const BEN = person(12, "ben");

export function said(author: Author, text: string, more: Partial<ChatEvent> = {}): ChatEvent {
  return {
    kind: "message",
    channel: "lake",
    roomId: more.channel === undefined || more.channel === "lake" ? 9001 : 9002,
    author,
    text,
    tags: "emotes=;first-msg=0;flags=;returning-chatter=0",
    ...more,
  };
}

export function timeout(login: string, userId: number | undefined, seconds?: number): ChatEvent {
  return {
    kind: seconds === undefined ? "ban" : "timeout",
    channel: "lake",
    roomId: 9001,
    author: { login, userId, flags: "" },
    text: "",
    tags: seconds === undefined ? "" : `ban-duration=${seconds}`,
  };
}

export function deletion(login: string, uuid: string): ChatEvent {
  return {
    kind: "deletion",
    channel: "lake",
    roomId: 9001,
    author: { login, flags: "" },
    uuid,
    text: "removed",
    tags: "",
  };
}
