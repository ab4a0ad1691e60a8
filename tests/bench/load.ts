/** 5,000 messages a second for some minutes: nothing lost, memory small and flat, pages still answered. */
import { dataFile } from "../support/chat/recorded.ts";
import { atMost, exactly, figure, median, percentile, type Row } from "./support/figures.ts";
import { privmsgs } from "./support/real_chat.ts";
import { Stage } from "./support/stage.ts";
import { fetchPage } from "../support/http/fetch_page.ts";

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
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 3 : 240));

  await using stage = await Stage.open({ lines });
  const stop = new AbortController();
  const memory: number[] = [];
  const visiting = visit(stage, stop.signal, memory);
  const perSecond = await stage.keepSaying(PER_SECOND, seconds);
  await stage.allStored();
  stop.abort();
  const pageMs = await visiting;
  const quarter = Math.floor(memory.length / 4);
  const [second, last] = [memory.slice(quarter, 2 * quarter), memory.slice(-quarter)].map(median);
  const judged = short
    ? (what: string, value: number, _: number, unit: string) => figure(what, value, unit)
    : atMost;
  return [
    figure("sent", perSecond, "/s"),
    exactly("stored", await stage.stored(), stage.sent),
    exactly("dropped", (await stage.metrics()).scrollback_dropped_total!, 0),
    atMost(`pages answered: p95 of ${pageMs.length}`, percentile(pageMs, 0.95), 100, "ms"),
    figure("  median", median(pageMs), "ms"),
    judged("memory, files that are mapped included: most", Math.max(...memory) / 1e6, 300, "MB"),
    judged("  last quarter over the second", last! / second!, 1.1, ""),
  ];
}

/** Opens pages like somebody who is curious, and notes how long each took. */
async function visit(stage: Stage, signal: AbortSignal, memory: number[]): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; !signal.aborted; i++) {
    const startedAt = performance.now();
    const answer = await fetchPage(stage.url + PAGES[i % PAGES.length]!);
    await answer.arrayBuffer();
    if (answer.status !== 200 && answer.status !== 204) throw new Error(`${answer.url}: ${answer.status}`);
    times.push(performance.now() - startedAt);
    memory.push((await stage.metrics()).process_resident_memory_bytes!);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return times;
}
