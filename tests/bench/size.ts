/**
 * How many bytes a message takes on disk, every tag and every index included: all of it, and by table and column. Lines
 * are stored as if each had been received shortly after it was sent, in batches as they come at some load.
 */
import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import type { Received } from "../../src/chat/events.ts";
import { fileLines } from "../../src/demo/line_file.ts";
import { readLine } from "../../src/irc/read.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { tempFolder } from "../support/temp.ts";
import { atMost, figure, type Row } from "./support/figures.ts";
import { DAY_MS } from "../../src/clock.ts";

/** What is usual between Twitch's clock and ours, milliseconds. */
const DELAY_MS = 120;
const BATCH_ROWS = 500;
/**
 * The live captures are so short that a third of their file is what an empty archive has. Many such sessions flatter in
 * turn, as nobody and no word is new in them but the first: so one is shown beside them.
 */
const SESSIONS = 20;
/** A piece of the file that has fewer bytes a message than this is not shown. */
const MIN_SHOWN = 0.25;

export async function benchSize(short: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  const recon = await measure("recon-arypie.irc.zst", short ? 20_000 : Infinity);
  if (recon) {
    // The head of the file pays for everybody who was met: only all of it is held to the bound.
    const bytes = recon.file / recon.messages;
    const what = `arypie: bytes a message, ${recon.messages.toLocaleString("en")} messages`;
    rows.push(
      short ? figure(what, bytes, "B") : atMost(what, bytes, 128, "B"),
      figure("  before the program had nothing to do", recon.busy / recon.messages, "B"),
      ...beside(recon),
      ...recon.pieces,
    );
  }
  for (const name of ["raw-forsen-2022.irc", "raw-forsen-2023.irc"]) {
    const once = await measure(name);
    const often = await measure(name, Infinity, SESSIONS);
    if (!once || !often) continue;
    rows.push(
      atMost(`${name}: share of the raw bytes, ${SESSIONS} such sessions`, often.file / often.raw, 0.4, ""),
      figure("  before the program had nothing to do", often.busy / often.raw, ""),
      figure("  of one session", once.file / once.raw, ""),
      figure("    an empty archive beside that", once.empty / once.raw, ""),
      ...beside(often),
      ...often.pieces,
    );
  }
  return rows;
}

interface Measured {
  messages: number;
  /**
   * Bytes of the file: once a program that has nothing to do has tidied it, and before; and of one that has no message.
   */
  file: number;
  busy: number;
  empty: number;
  /** Bytes of the same lines. */
  raw: number;
  gzip: number;
  zstd: number;
  pieces: Row[];
}

async function measure(name: string, most = Infinity, sessions = 1): Promise<Measured | undefined> {
  const path = dataFile(name);
  if (path === undefined) return undefined;
  const { received: once, lines } = await read(path, most);
  const received = Array.from({ length: sessions }, (_, day) => once.map((one) => later(one, day))).flat();
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  const emptyPath = `${folder.path}/empty.db`;
  store(emptyPath, []);
  store(dbPath, received);
  const busy = Deno.statSync(dbPath).size;
  compact(dbPath);
  const messages = received.length;
  return {
    messages,
    file: Deno.statSync(dbPath).size,
    busy,
    empty: Deno.statSync(emptyPath).size,
    raw: lines.length * sessions,
    gzip: gzipSync(lines).length * sessions,
    zstd: zstdCompressSync(lines).length * sessions,
    pieces: pieces(dbPath, messages),
  };
}

async function read(path: string, most: number): Promise<{ received: Received[]; lines: Buffer }> {
  const received: Received[] = [];
  let lines = "";
  for await (const stretch of fileLines(path)) {
    for (const { line, at } of stretch) {
      const reading = readLine(line);
      if (reading.kind !== "chat" || received.length >= most) continue;
      const sentAt = at ?? received.at(-1)?.event.sentAt ?? 0;
      received.push({ event: reading.event, receivedAt: sentAt + DELAY_MS });
      lines += `${line}\r\n`;
    }
  }
  return { received, lines: Buffer.from(lines) };
}

/** The same, said so many days later and under an id of its own. */
function later({ event, receivedAt }: Received, days: number): Received {
  if (days === 0) return { event, receivedAt };
  const sentAt = event.sentAt === undefined ? undefined : event.sentAt + days * DAY_MS;
  const uuid = event.uuid === undefined ? undefined : crypto.randomUUID();
  return { event: { ...event, sentAt, uuid }, receivedAt: receivedAt + days * DAY_MS };
}

/** Puts everything into a new file. */
function store(dbPath: string, received: readonly Received[]): void {
  using archive = SqliteWriter.open({ path: dbPath, synchronous: "normal" });
  for (const login of new Set(received.map(({ event }) => event.channel))) archive.createChannel(login, 0);
  for (let at = 0; at < received.length; at += BATCH_ROWS) {
    archive.append(received.slice(at, at + BATCH_ROWS), new Set());
  }
}

/** Does what the program does where nothing comes in for half a minute. */
function compact(dbPath: string): void {
  using archive = SqliteWriter.open({ path: dbPath, synchronous: "normal" });
  while (archive.maintenance.compact(0));
}

/** The same lines otherwise kept, in bytes a message. */
function beside({ messages, raw, gzip, zstd }: Measured): Row[] {
  return [
    figure("  the lines as text", raw / messages, "B"),
    figure("  the lines in gzip, which nothing can search", gzip / messages, "B"),
    figure("  the lines in zstd", zstd / messages, "B"),
  ];
}

/** What each table and index costs, its pages' empty ends included; and each column of `messages`. */
function pieces(dbPath: string, messages: number): Row[] {
  using db = new DatabaseSync(dbPath, { readOnly: true });
  const tables = db.prepare(`
    SELECT name, sum(pgsize) AS bytes
    FROM dbstat
    GROUP BY name
    ORDER BY bytes DESC`).all() as { name: string; bytes: number }[];
  const columns = db.prepare(`
    SELECT ${COLUMNS.map((column) => `total(${stored(column)}) AS ${column}`).join(", ")}
    FROM messages`).get() as Record<string, number>;
  const inColumns = COLUMNS.reduce((sum, column) => sum + columns[column]!, 0);
  const rows: Row[] = [];
  const add = (what: string, bytes: number) => {
    if (bytes / messages >= MIN_SHOWN) rows.push(figure(what, bytes / messages, "B"));
  };
  for (const { name, bytes } of tables) {
    add(`  ${name}`, bytes);
    if (name !== "messages") continue;
    for (const column of COLUMNS) add(`    ${column}`, columns[column]!);
    add("    id, headers of rows, room left on pages", bytes - inColumns);
  }
  return rows;
}

const COLUMNS = ["channel_id", "author_id", "sent", "shape_id", "uuid", "text", "tag_values"];

/** How many bytes SQLite takes for a value, its type in the row's header not counted. */
function stored(column: string): string {
  return `CASE
    WHEN typeof(${column}) IN ('text', 'blob') THEN octet_length(${column})
    WHEN ${column} IS NULL OR ${column} IN (0, 1) THEN 0
    WHEN ${column} BETWEEN -128 AND 127 THEN 1
    WHEN ${column} BETWEEN -32768 AND 32767 THEN 2
    WHEN ${column} BETWEEN -8388608 AND 8388607 THEN 3
    WHEN ${column} BETWEEN -2147483648 AND 2147483647 THEN 4
    WHEN ${column} BETWEEN -140737488355328 AND 140737488355327 THEN 6
    ELSE 8 END`;
}
