/** Search over a large archive of real messages: warm, cold, and beside it LIKE and grep. */
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { textOf } from "../../src/archive/sqlite/codec/repeated_texts.ts";
import { type Big, bigArchive } from "./support/big_archive.ts";
import { median, percentile, type Row } from "./support/figures.ts";
import { answer, type Asked, searchKinds } from "./support/search_kinds.ts";

const WARM_MS = 10;
const COLD_MS = 100;
/** What LIKE and grep are asked too: they take seconds. */
const BESIDE = new Set([
  "a rare word",
  "a common word",
  "a phrase",
  "a prefix of 4 letters",
  "a word in a channel",
  "Korean or Japanese",
]);
/** Asked beyond what has an aim: they are shown, and not judged. */
const BEYOND = new Set([
  "two words",
  "two words that seldom meet",
  "a phrase of very common words",
  "a prefix in a channel",
  "a phrase in a channel",
  "a phrase by a user",
  "page 20 of a phrase",
  "page 20 of a prefix",
  "users by a letter",
  "users by two letters",
  "users by three letters",
]);
const COLD_PROCESS = fileURLToPath(new URL("./search_cold.ts", import.meta.url));

export async function benchSearch(short: boolean, messages = 1_000_000): Promise<Row[]> {
  const big = await bigArchive(short ? 50_000 : messages);
  if (big === undefined) return [];
  const rows: Row[] = [{
    what: `of ${big.messages.toLocaleString("en")} messages`,
    figure: columns(["median", "p95", "parts", "cut", "cold", "p95", "LIKE", "grep"]),
  }];
  for (const { name, ask } of searchKinds(big.path)) {
    const asked = Array.from({ length: short ? 10 : 100 }, ask);
    const cold = await coldTimes(big, asked.slice(0, short ? 1 : BEYOND.has(name) ? 20 : 40));
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
      ]),
      ...BEYOND.has(name) ? {} : {
        aim: `p95 ≤ ${WARM_MS}, cold ≤ ${COLD_MS}`,
        met: p95.warm <= WARM_MS && p95.cold <= COLD_MS,
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
