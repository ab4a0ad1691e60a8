/** All at once: 5,000 messages a second are recorded for a thousand followers, a thousand downloads and a reader of pages. */
import { dataFile } from "../../support/chat/recorded.ts";
import { monthArchive } from "../support/big_archive.ts";
import { cpuMs } from "../support/cpu_time.ts";
import { exactly, figure, percentile, type Row, timeAtMost } from "../support/figures.ts";
import { privmsgs } from "../support/real_chat.ts";
import { Stage } from "../support/stage.ts";
import { Thread } from "../support/thread.ts";
import type { Request, Served } from "./clients.ts";
import { reportWhen, Said, SEARCHES, Speech } from "./said.ts";
import type { Visit, Visited } from "./visitor.ts";

const PER_SECOND = 5_000;
/** Every fiftieth download reads as fast as it can, the others read slowly. */
const FAST = 50;
const PAGES = [
  "/",
  "/channels",
  "/channels/1",
  "/channels/2/messages",
  "/users?q=a",
  "/search/messages?q=the",
];
/** The days of the month that is downloaded, in some formats in turn. */
const DAYS = Array.from(
  { length: 31 },
  (_, n) => `/channel/forsen/2025/1/${n + 1}?${["raw", "raw&reverse", "json", ""][n % 4]}`,
);

/** @param messages of the month that is downloaded: a million if it is missing */
export async function benchDoors(short: boolean, messages = 1_000_000): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const clients = Number(Deno.env.get("BENCH_CLIENTS") ?? (short ? 50 : 1_000));
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 4 : 30));
  const month = await monthArchive(short ? 50_000 : messages);
  const lines = await privmsgs(path, short ? 5_000 : 50_000);

  await using stage = await Stage.open({
    lines,
    archive: month!.path,
    env: { TRUSTED_PROXIES: "127.0.0.1" },
  });
  using visitor = new Thread<Visit, Visited>(new URL("./visitor.ts", import.meta.url));
  using follower = new Thread<Request, Served>(new URL("./clients.ts", import.meta.url));
  using downloader = new Thread<Request, Served>(new URL("./clients.ts", import.meta.url));
  const said = new Said();
  using saying = new Speech(stage, PER_SECOND, said.place);
  const visit = (seconds: number) => visitor.ask({ url: stage.url, pages: PAGES, ms: seconds * 1_000 });
  const phase = (what: string) => measured(what, stage, () => visit(seconds));

  await visit(2);
  const alone = await phase("no clients");
  await follower.ask({ kind: "follow", url: stage.url, followers: clients, searches: SEARCHES });
  said.isMarked = true;
  const followed = await phase(`${clients} followers`);
  const startedAt = performance.now();
  downloader.tell({ kind: "download", url: stage.url, downloads: clients, fast: FAST, paths: DAYS });
  const begun = await reportWhen(downloader, ({ firstByteMs }) => firstByteMs.length >= clients);
  const begunMs = performance.now() - startedAt;
  const both = await phase(`${clients} downloads, too`);
  const during = await downloader.ask({ kind: "report" });
  downloader.tell({ kind: "stop" });
  const perSecond = await saying.end();
  await stage.allStored();
  const after = await reportWhen(follower, ({ heard }) => said.missedBy(heard) === 0);
  const { scrollback_dropped_total: dropped, scrollback_live_dropped_total: lagging } = await stage.metrics();
  return [
    figure("sent", perSecond, "/s"),
    exactly("  of these, not stored", stage.sent - await stage.stored(), 0),
    exactly("  dropped", dropped!, 0),
    ...phaseRows(alone, true),
    ...phaseRows(followed, true),
    ...phaseRows(both, short),
    figure("downloads at the same time", during.open, ""),
    figure("  all begun after", begunMs / 1_000, "s"),
    figure("  first byte, p50", percentile(begun.firstByteMs, 0.5), "ms"),
    figure("  first byte, p95", percentile(begun.firstByteMs, 0.95), "ms"),
    figure("  all together", (during.bytes - begun.bytes) / both.ms / 1_000, "MB/s"),
    ...Object.entries(during.refusals).map(([why, times]) => exactly(`  refused: ${why}`, times, 0)),
    exactly("  cut off", during.cut, 0),
    figure("a follower hears a message after, p50", percentile(after.delaysMs, 0.5), "ms"),
    figure("  p99", percentile(after.delaysMs, 0.99), "ms"),
    exactly("  messages missed", said.missedBy(after.heard), 0),
    exactly("  followers disconnected", after.ended + lagging!, 0),
  ];
}

interface Phase extends Visited {
  what: string;
  ms: number;
  /** CPU seconds a second of the program's main thread, and of all its threads. */
  cores: { main: number; all: number };
  /** The longest delay of the event loop. */
  delayMs: number;
  residentMB: number;
}

/** What the program does while pages are visited. */
async function measured(what: string, stage: Stage, visit: () => Promise<Visited>): Promise<Phase> {
  const { pid } = stage.program;
  const cpu = async () => ({ main: await cpuMs(pid, "main thread"), all: await cpuMs(pid, "process") });
  const most = { delayMs: 0, residentMB: 0 };
  const looking = setInterval(async () => {
    const metrics = await stage.metrics();
    most.delayMs = Math.max(most.delayMs, metrics.scrollback_event_loop_longest_delay_seconds! * 1_000);
    most.residentMB = Math.max(most.residentMB, metrics.process_resident_memory_bytes! / 1e6);
  }, 1_000);
  const before = await cpu();
  const startedAt = performance.now();
  const visited = await visit();
  const ms = performance.now() - startedAt;
  const after = await cpu();
  clearInterval(looking);
  const cores = { main: (after.main - before.main) / ms, all: (after.all - before.all) / ms };
  return { ...visited, ...most, what, ms, cores };
}

function phaseRows({ what, times, failed, cores, delayMs, residentMB }: Phase, isFree: boolean): Row[] {
  const all = Object.values(times).flat();
  const p95s = Object.entries(times).map(([page, of]) => ({ page, p95: percentile(of, 0.95) }));
  const { page, p95 } = p95s.reduce((slowest, each) => each.p95 > slowest.p95 ? each : slowest);
  return [
    timeAtMost(isFree, `${what}: pages, p95`, percentile(all, 0.95), 50),
    figure("  p50", percentile(all, 0.5), "ms"),
    figure(`  p95 of ${page}`, p95, "ms"),
    exactly("  not answered with 200", failed, 0),
    figure("  event loop late by at most", delayMs, "ms"),
    figure("  resident memory", residentMB, "MB"),
    figure("  main thread", cores.main, "cores"),
    figure("  all threads", cores.all, "cores"),
  ];
}
