/** Search over a large archive of real messages: warm, cold, and beside it LIKE and grep. */
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { textOf } from "../../src/archive/sqlite/codec/repeated_texts.ts";
import { type Big, bigArchive } from "./support/big_archive.ts";
import { median, percentile, type Row } from "./support/figures.ts";
import { answer, type Asked, searchKinds } from "./support/search_kinds.ts";

/** The bound with nothing of the file in the cache, as a multiple of the warm one. */
const COLD = 10;
/** What LIKE, grep and FTS5 by MATCH are asked too: the first two take seconds. */
const BESIDE = new Set([
  "a rare word",
  "a common word",
  "a phrase",
  "a prefix of 4 letters",
  "a word in a channel",
  "Korean or Japanese",
  "count: a word",
  "count: the most common word",
]);
const COLD_PROCESS = fileURLToPath(new URL("./support/search_cold.ts", import.meta.url));

export async function benchSearch(short: boolean, messages = 1_000_000): Promise<Row[]> {
  const big = await bigArchive(short ? 50_000 : messages);
  if (big === undefined) return [];
  const rows: Row[] = [{
    what: `of ${big.messages.toLocaleString("en")} messages`,
    figure: columns(["median", "p95", "parts", "cut", "cold", "p95", "LIKE", "grep", "MATCH"]),
  }];
  for (const { name, aim, ask } of searchKinds(big.path)) {
    const asked = Array.from({ length: short ? 10 : 100 }, ask);
    const cold = await coldTimes(big, asked.slice(0, short ? 1 : aim === undefined ? 20 : 40));
    const { times, inParts, cut } = await warmTimes(big, asked);
    const beside = BESIDE.has(name) ? asked.slice(0, short ? 1 : 2) : [];
    const p95 = { warm: percentile(times, 0.95), cold: percentile(cold, 0.95) };
    rows.push({
      what: name,
      figure: columns([
        ms(median(times)),
        ms(p95.warm),
        percent(inParts / asked.length),
        percent(cut / asked.length),
        ms(median(cold)),
        ms(p95.cold),
        ms(median(likeTimes(big, beside))),
        ms(median(await grepTimes(big, beside))),
        ms(median(matchTimes(big, name.includes("prefix") ? [] : beside))),
      ]),
      ...aim !== undefined && {
        aim: `p95 ≤ ${aim}, cold ≤ ${COLD * aim}`,
        met: p95.warm <= aim && p95.cold <= COLD * aim,
      },
    });
  }
  return rows;
}

interface Warm {
  times: number[];
  /** How many were asked for in parts, and how many were not whole even so. */
  inParts: number;
  cut: number;
}

/** With the whole file in the system's cache. */
async function warmTimes({ path }: Big, asked: readonly Asked[]): Promise<Warm> {
  await readThrough(path);
  await using reader = openSqliteReader({ path });
  for (const { question } of asked.slice(-3)) await answer(reader, question);
  const warm: Warm = { times: [], inParts: 0, cut: 0 };
  for (const { question } of asked) {
    const startedAt = performance.now();
    const { inParts, isCut } = await answer(reader, question);
    warm.times.push(performance.now() - startedAt);
    if (inParts) warm.inParts++;
    if (isCut) warm.cut++;
  }
  return warm;
}

/** Each in a process of its own, with nothing of the file in the system's cache. Opening the file is counted. */
async function coldTimes({ path }: Big, asked: readonly Asked[]): Promise<number[]> {
  const times: number[] = [];
  for (const { question } of asked) {
    await run("dd", [`of=${path}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"]);
    const args = ["run", "-q", "--no-check", "--allow-read", "--allow-env", COLD_PROCESS];
    times.push(Number(await run(Deno.execPath(), [...args, path, JSON.stringify(question)])));
  }
  return times;
}

/** The same by looking through all texts, newest first. */
function likeTimes({ path }: Big, asked: readonly Asked[]): number[] {
  using db = new DatabaseSync(path, { readOnly: true });
  db.exec("PRAGMA mmap_size = 1073741824");
  const find = db.prepare(`
    SELECT id
    FROM messages AS m
    WHERE ${textOf("m")} LIKE '%' || ? || '%' AND channel_id = ifnull(?, channel_id)
    ORDER BY id DESC
    LIMIT 50`);
  return asked.map(({ question, text }) => {
    const channel = "timeline" in question ? question.timeline.channelId : undefined;
    const startedAt = performance.now();
    find.all(text!, channel ?? null);
    return performance.now() - startedAt;
  });
}

/** The same by FTS5 itself; phrases as their words, because the index has no positions. */
function matchTimes({ path }: Big, asked: readonly Asked[]): number[] {
  using db = new DatabaseSync(path, { readOnly: true });
  const find = db.prepare(
    "SELECT rowid FROM messages_index WHERE messages_index MATCH ? ORDER BY rowid DESC LIMIT 50",
  );
  const count = db.prepare("SELECT count(*) FROM messages_index WHERE messages_index MATCH ?");
  return asked.map(({ question, text }) => {
    const expression = text!.split(" ").map((word) => `"${word}"`).join(" AND ");
    const startedAt = performance.now();
    if ("count" in question) count.get(expression);
    else find.all(expression);
    return performance.now() - startedAt;
  });
}

/** The same over a text file, which is read from its beginning: all of it. */
async function grepTimes({ textPath }: Big, asked: readonly Asked[]): Promise<number[]> {
  const times: number[] = [];
  for (const { text } of asked) {
    const startedAt = performance.now();
    await run("grep", ["-c", "-i", "-F", "-e", text!, textPath]);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** What the command prints. Of grep, 1 (nothing found) is no failure. */
async function run(command: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, env: { LC_ALL: "C" } }).output();
  if (code > 1 || (code === 1 && command !== "grep")) {
    throw new Error(`${command} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}

async function readThrough(path: string): Promise<void> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  while (await file.read(buffer) !== null);
}

function ms(value: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(value < 100 ? 1 : 0);
}

function percent(share: number): string {
  return share === 0 ? "" : `${Math.round(share * 100)} %`;
}

function columns(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(9)).join("");
}
