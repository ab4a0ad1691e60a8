/** A month of one channel by the API of logs: how fast, how soon, what a slow reader costs, and what pages notice of it. */
import { setTimeout } from "node:timers/promises";
import { monthArchive } from "../support/big_archive.ts";
import { cpuMs } from "../support/cpu_time.ts";
import { atLeast, atMost, exactly, figure, percentile, type Row, timeAtMost } from "../support/figures.ts";
import { readMetrics } from "../support/metrics.ts";
import { fetchPage } from "../../support/http/fetch_page.ts";
import { runProgram } from "../../support/process/program.ts";
import { tempFolder } from "../../support/temp.ts";
import { open } from "./download_client.ts";

// The first message was sent just before the month and received in it.
const MONTH = "/channel/forsen?from=2024-12-31T23:59:00Z&to=2025-02-01T00:00:00Z";
/** Messages of a download whose rate is measured. */
const MEASURED = 250_000;
/** Runs of each download. The fastest one counts, because other processes use the machine, too. */
const RUNS = 3;
const REQUESTS = 25;
const PAGES = ["/", "/channels/1", "/channels/1/messages", "/users?q=a"];
/** What the slow reader reads, and how fast, a third of what the program can send. */
const SLOW = { bytes: 1e9, bytesPerS: 20e6 };
const LINE_FEED = 10;

/** @param messages of the month: a million if it is missing */
export async function benchLogs(short: boolean, messages = 1_000_000): Promise<Row[]> {
  const month = await monthArchive(short ? 50_000 : messages);
  if (month === undefined) return [];
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await Deno.copyFile(month.path, dbPath);
  await using program = await runProgram({ dbPath, env: { TWITCH_IRC_URL: "irc://127.0.0.1:9" } });
  const { url } = program;

  const count = Math.min(month.messages, MEASURED);
  const rate = async (query: string, headers = "") =>
    count / await fastest(url, `${MONTH}&limit=${count}${query}`, headers) * 1_000;
  const cpu = await cpuMs(program.pid, "process");
  const raw = await rate("&raw");
  const cpuOfRaw = (await cpuMs(program.pid, "process") - cpu) / (RUNS * count) * 1_000;
  const rows = [
    short ? figure("raw", raw, "/s") : atLeast("raw", raw, 100_000, "/s"),
    figure("  CPU time of the program, all threads", cpuOfRaw, "µs a message"),
    figure("  compressed", await rate("&raw", "Accept-Encoding: gzip\r\n"), "/s"),
    figure("text", await rate(""), "/s"),
    figure("json", await rate("&json"), "/s"),
    figure("ndjson", await rate("&ndjson"), "/s"),
  ];
  const whole = await readAll(url, `${MONTH}&raw`);
  rows.push(
    exactly("lines of the whole month, raw", whole.lines, month.messages),
    figure("  its size", whole.bytes / 1e6, "MB"),
    figure("  its time", whole.ms / 1_000, "s"),
  );
  const soon = async (what: string, path: string, bound: number) =>
    timeAtMost(short, `${what}, p95`, await p95(() => firstByte(url, path)), bound);
  rows.push(
    await soon("first byte of the month", `${MONTH}&json`, 200),
    await soon("  from an offset of half of it", `${MONTH}&raw&limit=10&offset=${month.messages >> 1}`, 200),
    await soon("/list", "/list?channel=forsen", 50),
    await soon("random", "/channel/forsen/random", 50),
  );
  const ms = short ? 1_000 : 5_000;
  const [alone, meanwhile] = [await pageTimes(url, 0, ms), await pageTimes(url, 4, ms)];
  rows.push(figure("pages without downloads, p95", percentile(alone, 0.95), "ms"));
  rows.push(timeAtMost(short, "  during 4 downloads, p95", percentile(meanwhile, 0.95), 50));
  const slow = await slowReader(url, `${MONTH}&json`);
  rows.push(figure("a slow reader has read", slow.bytes / 1e6, "MB"));
  rows.push(figure("  a second", slow.bytes / slow.ms / 1_000, "MB"));
  rows.push(atMost("  memory that it adds", slow.grownMB, 50, "MB"));
  return rows;
}

/** Reads a response to its end, and returns how long the fastest of some runs took, in ms. */
async function fastest(url: string, path: string, headers: string): Promise<number> {
  const times: number[] = [];
  const buffer = new Uint8Array(1 << 20);
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    using socket = await open(url, path, headers);
    while (await socket.read(buffer) !== null);
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}

/** Reads a body to its end. */
async function readAll(url: string, path: string): Promise<{ bytes: number; lines: number; ms: number }> {
  const startedAt = performance.now();
  let [bytes, lines] = [0, 0];
  for await (const chunk of (await fetch(url + path)).body!) {
    bytes += chunk.length;
    for (let at = -1; (at = chunk.indexOf(LINE_FEED, at + 1)) >= 0;) lines++;
  }
  return { bytes, lines, ms: performance.now() - startedAt };
}

/** How long the first byte of a body took, in ms. */
async function firstByte(url: string, path: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(url + path);
  const reader = answer.body!.getReader();
  await reader.read();
  const ms = performance.now() - startedAt;
  await reader.cancel();
  return ms;
}

async function p95(request: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < REQUESTS; n++) times.push(await request());
  return percentile(times, 0.95);
}

/** Times of pages in ms, while some clients download the month as fast as they can. */
async function pageTimes(url: string, downloads: number, ms: number): Promise<number[]> {
  const end = AbortSignal.timeout(ms);
  const times: number[] = [];
  const download = async () => {
    const buffer = new Uint8Array(1 << 20);
    while (!end.aborted) {
      using socket = await open(url, `${MONTH}&raw`);
      while (!end.aborted && await socket.read(buffer) !== null);
    }
  };
  const visit = async () => {
    for (let n = 0; !end.aborted; n++) {
      const startedAt = performance.now();
      await (await fetchPage(url + PAGES[n % PAGES.length]!)).arrayBuffer();
      times.push(performance.now() - startedAt);
      await setTimeout(50);
    }
  };
  await Promise.all([visit(), ...Array.from({ length: downloads }, download)]);
  return times;
}

/** What a slow reader gets, and by how many MB the program grows meanwhile. */
async function slowReader(
  url: string,
  path: string,
): Promise<{ bytes: number; ms: number; grownMB: number }> {
  const memory = async () => (await readMetrics(url)).process_resident_memory_bytes! / 1e6;
  const before = await memory();
  let most = before;
  const looking = setInterval(async () => most = Math.max(most, await memory()), 500);
  const startedAt = performance.now();
  using socket = await open(url, path);
  const buffer = new Uint8Array(64 * 1024);
  let bytes = 0;
  for (let size; bytes < SLOW.bytes && (size = await socket.read(buffer)) !== null;) {
    bytes += size;
    const early = bytes / SLOW.bytesPerS * 1_000 - (performance.now() - startedAt);
    if (early > 0) await setTimeout(early);
  }
  clearInterval(looking);
  return { bytes, ms: performance.now() - startedAt, grownMB: most - before };
}
