/** Logs of the API on the wire: how fast, how soon, what a slow reader costs, and what pages notice of it. */
import { DatabaseSync } from "node:sqlite";
import { bigArchive } from "../support/big_archive.ts";
import { cpuMs } from "../support/cpu_time.ts";
import { atLeast, atMost, figure, percentile, type Row, timeAtMost } from "../support/figures.ts";
import { readMetrics } from "../support/metrics.ts";
import { fetchPage } from "../../support/http/fetch_page.ts";
import { runProgram } from "../../support/process/program.ts";
import { tempFolder } from "../../support/temp.ts";
import { open } from "./download_client.ts";

/** Each download is made so many times; the fastest counts, because others use the machine, too. */
const RUNS = 3;
const REQUESTS = 25;
const SLOW_MS = 10_000;

/** @param messages of the archive: a million where it is not said */
export async function benchLogs(short: boolean, messages = 1_000_000): Promise<Row[]> {
  const big = await bigArchive(short ? 50_000 : messages);
  if (big === undefined) return [];
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await Deno.copyFile(big.path, dbPath);
  const channel = largest(dbPath);
  await using program = await runProgram({ dbPath, env: { TWITCH_IRC_URL: "irc://127.0.0.1:9" } });
  const { url } = program;
  const all = `/channel/${channel}?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z`;
  const month = `/channel/${channel}?from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z`;
  const lines = (await (await fetch(`${url}${all}&raw`)).text()).split("\r\n").length - 1;

  const rate = async (query: string, headers = "") =>
    lines / await fastest(url, all + query, headers) * 1_000;
  const cpu = await cpuMs(program.pid, "process");
  const raw = await rate("&raw");
  const cpuOfRaw = (await cpuMs(program.pid, "process") - cpu) / (RUNS * lines) * 1_000;
  const rows = [
    figure("messages of the channel", lines, ""),
    short ? figure("raw", raw, "/s") : atLeast("raw", raw, 100_000, "/s"),
    figure("  CPU time of the program, all threads", cpuOfRaw, "µs a message"),
    figure("  compressed", await rate("&raw", "Accept-Encoding: gzip\r\n"), "/s"),
    figure("text", await rate(""), "/s"),
    figure("json", await rate("&json"), "/s"),
    figure("ndjson", await rate("&ndjson"), "/s"),
    timeAtMost(short, "first byte of a month, p95", await p95(() => firstByte(url, `${month}&json`)), 200),
    timeAtMost(
      short,
      "  from an offset of half of the channel, p95",
      await p95(() => firstByte(url, `${all}&raw&limit=10&offset=${lines >> 1}`)),
      200,
    ),
    timeAtMost(short, "/list, p95", await p95(() => firstByte(url, `/list?channel=${channel}`)), 50),
    timeAtMost(short, "random, p95", await p95(() => firstByte(url, `/channel/${channel}/random`)), 50),
  ];
  const ms = short ? 1_000 : 5_000;
  const [alone, meanwhile] = [await pageTimes(url, "", 0, ms), await pageTimes(url, `${all}&raw`, 4, ms)];
  rows.push(figure("pages without downloads, p95", percentile(alone, 0.95), "ms"));
  rows.push(timeAtMost(short, "  during 4 downloads, p95", percentile(meanwhile, 0.95), 50));
  const grown = await memoryOfSlowReader(url, `${all}&json`, short ? 1_000 : SLOW_MS);
  rows.push(atMost("memory that a slow reader adds", grown, 50, "MB"));
  return rows;
}

/** The channel with the most messages, by its login. */
function largest(dbPath: string): string {
  using db = new DatabaseSync(dbPath, { readOnly: true });
  return db.prepare("SELECT login FROM channels ORDER BY messages DESC LIMIT 1").get()!.login as string;
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

/** Times of pages in ms, while some clients download as fast as they can. */
async function pageTimes(url: string, path: string, downloads: number, ms: number): Promise<number[]> {
  const endAt = performance.now() + ms;
  const times: number[] = [];
  const download = async () => {
    while (performance.now() < endAt) await fastest(url, path, "");
  };
  const visit = async () => {
    for (let n = 1; performance.now() < endAt; n++) {
      const startedAt = performance.now();
      await (await fetchPage(`${url}/channels/${1 + n % 20}`)).arrayBuffer();
      times.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await Promise.all([visit(), ...Array.from({ length: downloads }, download)]);
  return times;
}

/** By how many MB the program grows while a client reads 64 KiB every 20 ms. */
async function memoryOfSlowReader(url: string, path: string, ms: number): Promise<number> {
  const memory = async () => (await readMetrics(url)).scrollback_resident_memory_bytes! / 1e6;
  const before = await memory();
  using socket = await open(url, path);
  const buffer = new Uint8Array(64 * 1024);
  let most = 0;
  for (const endAt = performance.now() + ms; performance.now() < endAt;) {
    await socket.read(buffer);
    await new Promise((resolve) => setTimeout(resolve, 20));
    most = Math.max(most, await memory());
  }
  return Math.max(0, most - before);
}
