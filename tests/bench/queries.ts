/** A hundred live searches while 5,000 messages a second come in: what they cost the thread that serves pages. */
import { dataFile } from "../support/chat/recorded.ts";
import { SseClient } from "../support/http/sse_client.ts";
import { atLeast, atMost, exactly, figure, type Row } from "./support/figures.ts";
import { cpuMs } from "./support/cpu_time.ts";
import { privmsgs } from "./support/real_chat.ts";
import { Stage, TEN_CHANNELS } from "./support/stage.ts";

const PER_SECOND = 5_000;

/** Rare and frequent ones, each another. */
function searches(count: number): string[] {
  const kinds = [
    (n: number) => `word${n}`,
    (n: number) => `lul from:#${1_000 + n}`,
    (n: number) => `in:${TEN_CHANNELS[n % TEN_CHANNELS.length]} pog* -word${n}`,
    (n: number) => `("good game" OR gg OR word${n}) is:mod`,
    (n: number) => `has:link -is:subscriber word${n}`,
    (n: number) => `bits:>${n} OR is:raid`,
    (n: number) => `mentions:nobody_${n} OR emote:word${n}`,
    (n: number) => `/word${n}\\d+/i`,
    (n: number) => `is:first badge:moderator word${n}`,
    (n: number) => `:) the word${n} -a`,
  ];
  return Array.from({ length: count }, (_, n) => kinds[n % kinds.length]!(n));
}

export async function benchQueries(short: boolean): Promise<Row[]> {
  const path = dataFile("raw-forsen-2022.irc");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 2_000);
  const seconds = short ? 3 : 20;
  await using stage = await Stage.open({ lines });
  await stage.keepSaying(PER_SECOND, short ? 1 : 5);

  const alone = await busyShare(stage, seconds);
  using clients = new DisposableStack();
  // A frequent word shows that they are answered at all.
  let bytes = 0;
  const heard = (events: string) => void (bytes += events.length);
  for (const q of ["forsen", ...searches(99)]) {
    const address = `${stage.url}/search/follow/live?${new URLSearchParams({ q })}`;
    clients.use(await SseClient.open(address, { heard }));
  }
  while ((await stage.metrics()).scrollback_watchers !== 100) {
    await new Promise((next) => setTimeout(next, 50));
  }
  const watched = await busyShare(stage, seconds);
  await stage.allStored();
  const added = (watched - alone) * 100;
  return [
    exactly("live searches", (await stage.metrics()).scrollback_watchers!, 100),
    figure("the main thread without them", alone * 100, "%"),
    figure("the main thread with them", watched * 100, "%"),
    short ? figure("what they add", added, "%") : atMost("what they add", added, 10, "%"),
    atLeast("kB that they were sent", bytes / 1_000, 1, "kB"),
  ];
}

/** The share of a core that the program's main thread takes while messages come in. */
async function busyShare(stage: Stage, seconds: number): Promise<number> {
  const before = await cpuMs(stage.program.pid, "main thread");
  const startedAt = performance.now();
  await stage.keepSaying(PER_SECOND, seconds);
  return (await cpuMs(stage.program.pid, "main thread") - before) / (performance.now() - startedAt);
}
