/** Runs the whole program at full speed, while channels come and go, for a given time. */
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { readMetrics } from "../bench/support/metrics.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { type Change, Churn } from "./churn.ts";
import { type Gauges, readGauges } from "./gauges.ts";
import { Ledger, type Verdict } from "./ledger.ts";
import { type Line, readLines } from "./lines.ts";
import { Traffic } from "./traffic.ts";
import { pause, repeat } from "./pause.ts";
import { visit, type Visits } from "./visitor.ts";

export interface SoakOptions {
  /** The run ends at the first of both limits. */
  minutes: number;
  messages: number;
  /** Approximate number at a time. */
  channels: number;
  /** Number of different lines, which are repeated. */
  lines: number;
  changeEveryMs: number;
  /** Every nth change is a RECONNECT or a cut connection instead. */
  troubleEvery: number;
  sampleEveryMs: number;
  /** Called with each sample. */
  progress?: (sample: Sample) => void;
}

export interface Sample extends Gauges {
  /** Since the first message. */
  minutes: number;
  stored: number;
  queue: number;
  /** Open connections to Twitch. */
  links: number;
}

type Counts = Record<"received" | "stored" | "duplicates" | "rejected" | "dropped", number>;

/** The sum of all outcomes of received messages. */
export function sumOf({ stored, duplicates, rejected, dropped }: Counts): number {
  return stored + duplicates + rejected + dropped;
}

/** 100 times the default, because message rates are far above real ones. */
const BUSY_PER_MINUTE = "100000";

export interface Outcome {
  samples: Sample[];
  /** Duration of sending. */
  minutes: number;
  said: number;
  verdict: Verdict;
  counts: Counts;
  changes: Record<Change, number>;
  visits: Visits;
}

/** @throws if a message is not stored within a minute, or the program ends */
export async function soak(options: SoakOptions): Promise<Outcome> {
  const lines = await readLines(options.lines);
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  const ledger = new Ledger(dbPath, options.messages);
  await using twitch = await startTwitch({ joinLimit: undefined });
  const heard = await record({ options, dbPath, twitch, ledger, lines });
  return { ...heard, said: ledger.messages, verdict: ledger.verify() };
}

interface Stage {
  options: SoakOptions;
  dbPath: string;
  twitch: StandIn;
  ledger: Ledger;
  lines: Line[];
}

/** Runs the program from start to end. */
async function record(
  { options, dbPath, twitch, ledger, lines }: Stage,
): Promise<Omit<Outcome, "said" | "verdict">> {
  await using program = await runProgram({
    dbPath,
    twitch,
    env: { TWITCH_BUSY_PER_MINUTE: BUSY_PER_MINUTE },
  });
  const traffic = new Traffic({ twitch, ledger, lines });
  const churn = new Churn({ ...options, url: program.url, twitch, ledger, traffic });
  const ended = new AbortController();
  const following = ledger.follow(ended.signal);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => {
    ended.abort();
    return following;
  });
  await churn.start();

  const samples: Sample[] = [];
  const visits = { pages: 0, failed: 0, liveBytes: 0 };
  const startedAt = performance.now();
  const minutes = () => (performance.now() - startedAt) / 60_000;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), options.minutes * 60_000);
  stack.defer(() => clearTimeout(timer));
  await together(over, [
    traffic.talk(options.messages, over.signal).then(() => over.abort()),
    churn.run(over.signal),
    visit(program.url, ledger, visits, over.signal),
    repeat(options.sampleEveryMs, over.signal, async () => {
      const [gauges, metrics] = await Promise.all([
        readGauges(program.pid, dbPath),
        readMetrics(program.url),
      ]);
      const sample = {
        ...gauges,
        minutes: minutes(),
        stored: metrics.scrollback_stored_total!,
        queue: metrics.scrollback_queue_length!,
        links: twitch.counters.open,
      };
      samples.push(sample);
      options.progress?.(sample);
    }),
  ]);
  const talked = minutes();

  await ledger.settled(ledger.accounts);
  await ledger.deleted();
  const counts = await settledCounts(program.url);
  return {
    samples,
    minutes: talked,
    counts,
    changes: churn.done,
    visits,
  };
}

/** The program updates its counts twice a second, so they may be old and not add up at first. */
async function settledCounts(url: string): Promise<Counts> {
  for (const endAt = Date.now() + 5_000;; await pause(100)) {
    const metrics = await readMetrics(url);
    const count = (name: string) => metrics[`scrollback_${name}_total`]!;
    const counts = {
      received: count("received"),
      stored: count("stored"),
      duplicates: count("duplicates"),
      rejected: count("rejected"),
      dropped: count("dropped"),
    };
    if (sumOf(counts) === counts.received || Date.now() > endAt) return counts;
  }
}

/** Waits for all tasks. If one fails, stops the others and throws its error. */
async function together(over: AbortController, tasks: Promise<void>[]): Promise<void> {
  const stopping = tasks.map((task) =>
    task.catch((error) => {
      over.abort();
      throw error;
    })
  );
  await Promise.allSettled(stopping);
  await Promise.all(stopping);
}
