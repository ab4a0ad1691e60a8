/** 5,000 messages a second for a minute: nothing lost, no growth in memory, pages still answered. */
import { startTwitch } from "../../src/demo/twitch.ts";
import { dataFile } from "../support/data.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { atMost, exactly, figure, median, percentile, type Row } from "./figures.ts";
import { readMetrics, untilStored } from "./metrics.ts";
import { privmsgs, saidNow } from "./real_chat.ts";

const CHANNELS = Array.from({ length: 10 }, (_, n) => `channel_${n}`);
const PER_SECOND = 5_000;
const PAGES = [
  "/",
  "/channels/1",
  "/channels/2/messages",
  "/search/messages?q=the",
  "/users?q=a",
  "/channels",
];

export async function benchLoad(short: boolean): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 50_000);
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 3 : 60));

  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({
    dbPath: `${folder.path}/a.db`,
    twitch,
    // A channel that moves to a connection of its own is greeted with its state once more: here that would only blur the count.
    env: { TWITCH_CHANNELS: CHANNELS.join(","), TWITCH_BUSY_PER_MINUTE: "1000000" },
  });
  await Promise.all(CHANNELS.map((login) => twitch.waitForJoin(login)));
  await untilStored(program.url, CHANNELS.length);

  const stop = new AbortController();
  const memory: number[] = [];
  const visiting = visit(program.url, stop.signal, memory);
  const startedAt = performance.now();
  let sent = 0;
  while (performance.now() - startedAt < seconds * 1_000) {
    const due = Math.floor((performance.now() - startedAt) / 1_000 * PER_SECOND);
    for (; sent < due; sent++) {
      const channel = CHANNELS[sent % CHANNELS.length]!;
      twitch.send(saidNow(lines[sent % lines.length]!, channel, twitch.roomId(channel)));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const sendingMs = performance.now() - startedAt;
  await untilStored(program.url, sent + CHANNELS.length);
  stop.abort();
  const pageMs = await visiting;
  const counts = await readMetrics(program.url);
  const half = Math.floor(memory.length / 2);
  return [
    figure("sent", sent / sendingMs * 1_000, "/s"),
    exactly("stored", counts.scrollback_stored_total! - CHANNELS.length, sent),
    exactly("dropped", counts.scrollback_dropped_total!, 0),
    atMost(`pages answered: p95 of ${pageMs.length}`, percentile(pageMs, 0.95), 100, "ms"),
    figure("  median", median(pageMs), "ms"),
    figure("memory, second quarter", median(memory.slice(half / 2, half)) / 2 ** 20, "MiB"),
    figure("memory, last quarter", median(memory.slice(half + half / 2)) / 2 ** 20, "MiB"),
  ];
}

/** Opens pages like somebody who is curious, and notes how long each took. */
async function visit(url: string, signal: AbortSignal, memory: number[]): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; !signal.aborted; i++) {
    const startedAt = performance.now();
    const answer = await fetch(url + PAGES[i % PAGES.length]!);
    await answer.arrayBuffer();
    if (answer.status !== 200 && answer.status !== 204) throw new Error(`${answer.url}: ${answer.status}`);
    times.push(performance.now() - startedAt);
    memory.push((await readMetrics(url)).scrollback_resident_memory_bytes!);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return times;
}
