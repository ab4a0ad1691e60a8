/** A thousand browsers on one live channel: what they cost, when they hear, and how a slow one comes back. */
import { dataFile } from "../support/chat/recorded.ts";
import { exactly, figure, median, percentile, type Row, timeAtMost } from "./support/figures.ts";
import { privmsgs } from "./support/real_chat.ts";
import { now, type Placing, sentMark, Stage } from "./support/stage.ts";
import { SseClient } from "../support/http/sse_client.ts";

const CHANNEL = "crowded";
const PER_SECOND = 100;
/** The benchmark reads the stream of every twentieth client. */
const SAMPLED = 20;

export async function benchWatchers(short: boolean): Promise<Row[]> {
  const path = dataFile("raw-forsen-2022.irc");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 2_000);
  const watchers = Number(Deno.env.get("BENCH_WATCHERS") ?? (short ? 50 : 1_000));
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 3 : 30));

  await using stage = await Stage.open({ channels: [CHANNEL], lines });
  return [...await crowd(stage, watchers, seconds, short), ...await slowOne(stage)];
}

const liveOf = ({ url }: Stage) => `${url}/channels/1/live`;
const marked: Placing = () => ({ channel: CHANNEL, suffix: sentMark() });

async function crowd(stage: Stage, watchers: number, seconds: number, short: boolean): Promise<Row[]> {
  // What the first rows and the first stream need once is not to be counted as the watchers'.
  {
    using _first = await SseClient.open(liveOf(stage));
    await stage.keepSaying(PER_SECOND, 2, marked);
    await stage.allStored();
  }
  const before = await stage.metrics();
  const delays: number[] = [];
  const rows: number[] = [];
  using clients = new DisposableStack();
  const all: SseClient[] = [];
  for (let n = 0; n < watchers; n++) {
    all.push(
      clients.use(
        await SseClient.open(liveOf(stage), n % SAMPLED === 0 ? { heard: listener(delays, rows) } : {}),
      ),
    );
  }
  await until(async () => (await stage.metrics()).scrollback_watchers === watchers);
  const said = stage.sent;
  const memory: number[] = [];
  let longest = 0;
  const saying = stage.keepSaying(PER_SECOND, seconds, marked);
  const looking = setInterval(async () => {
    const now = await stage.metrics();
    memory.push(now.process_resident_memory_bytes!);
    longest = Math.max(longest, now.scrollback_event_loop_longest_delay_seconds! * 1_000);
  }, 1_000);
  await saying;
  clearInterval(looking);
  await stage.allStored();
  const after = await stage.metrics();
  const messages = stage.sent - said;
  // Everybody is sent the same bytes: who has as many as one that was listened to has heard the same.
  const bytesOf = () => all.map(({ bytes }) => bytes);
  await until(() => Promise.resolve(new Set(bytesOf()).size === 1)).catch(() => {});
  const bytes = bytesOf();
  const perWatcher = (median(memory.slice(memory.length / 2)) - before.process_resident_memory_bytes!) /
    watchers;
  const since = (name: string) => after[name]! - before[name]!;
  return [
    figure("watchers", after.scrollback_watchers!, ""),
    exactly("rendered for each message", since("scrollback_live_rendered_total") / messages, 1),
    exactly("handed out for each message", since("scrollback_live_sent_total") / messages, watchers),
    exactly("rows that each of the sampled ones heard", Math.min(...rows), messages),
    exactly("watchers that heard as much", bytes.filter((each) => each === bytes[0]).length, watchers),
    exactly("  and were sent away", since("scrollback_live_dropped_total"), 0),
    timeAtMost(short, "socket write to socket read of a watcher: p99", percentile(delays, 0.99), 250),
    figure("  median", median(delays), "ms"),
    figure("memory a watcher", perWatcher / 1_024, "KiB"),
    timeAtMost(short, "longest delay of the event loop", longest, 50),
  ];
}

/** Notes for each row how long ago it was sent, and how many rows one client heard. */
function listener(delays: number[], rows: number[]): (events: string) => void {
  const own = rows.push(0) - 1;
  return (events) => {
    for (let at = -1; (at = events.indexOf(" sent=", at + 1)) >= 0;) {
      rows[own]!++;
      delays.push(now() - parseFloat(events.slice(at + 6, at + 30)));
    }
  };
}

/** Reads nothing until it is sent away, and comes back with the last id that it has seen. */
async function slowOne(stage: Stage): Promise<Row[]> {
  await until(async () => (await stage.metrics()).scrollback_watchers === 0);
  const before = (await stage.metrics()).scrollback_live_dropped_total!;
  using slow = await SseClient.open(liveOf(stage), { heard() {} });
  await until(async () => (await stage.metrics()).scrollback_watchers === 1);
  slow.pause();
  // What the kernel takes for it is many megabytes.
  const padding = "x".repeat(300);
  await until(async () => {
    stage.say(500, () => ({ channel: CHANNEL, suffix: sentMark() + padding }));
    await stage.allStored();
    return (await stage.metrics()).scrollback_live_dropped_total! > before;
  });
  slow.resume();
  await slow.ended;
  stage.say(1, marked);
  await stage.allStored();
  const rows = [0];
  using back = await SseClient.open(liveOf(stage), { after: slow.lastId, heard: listener([], rows) });
  await until(() => Promise.resolve(back.lastId > slow.lastId));
  return [
    exactly("a slow watcher is sent away, and has rows again when it is back", Number(rows[1]! > 0), 1),
  ];
}

/** @throws when it does not come true within 30 s */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + 30_000;
  while (!await isTrue()) {
    if (performance.now() > endAt) throw new Error("waited 30 s for nothing");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
