/** The whole program under all that it can take, with channels coming and going, for as long as one likes. */
import { type StandIn, startTwitch } from "../../src/demo/twitch.ts";
import { readMetrics } from "../bench/metrics.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { type Change, Churn } from "./churn.ts";
import { type Gauges, readGauges } from "./gauges.ts";
import { Ledger, type Verdict } from "./ledger.ts";
import { type Line, readLines } from "./lines.ts";
import { Traffic } from "./traffic.ts";
import { pause, repeat } from "./pause.ts";
import { visit, type Visits } from "./visitor.ts";

export interface SoakOptions {
  /** It ends with whichever comes first. */
  minutes: number;
  messages: number;
  /** About so many at a time. */
  channels: number;
  /** Different lines that are said, again and again. */
  lines: number;
  changeEveryMs: number;
  /** Every so many times it is Twitch that asks for new connections, or cuts them. */
  troubleEvery: number;
  sampleEveryMs: number;
  /** Told now and then how far it is. */
  progress?: (sample: Sample) => void;
}

export interface Sample extends Gauges {
  /** Since talk began. */
  minutes: number;
  stored: number;
  queue: number;
  /** Open connections to Twitch. */
  links: number;
}

type Counts = Record<"received" | "stored" | "duplicates" | "rejected" | "dropped", number>;

/** What became of all that was received. */
export function sumOf({ stored, duplicates, rejected, dropped }: Counts): number {
  return stored + duplicates + rejected + dropped;
}

/** A hundred times the usual: like all the rest, it is many times as fast as life. */
const BUSY_PER_MINUTE = "100000";

export interface Outcome {
  samples: Sample[];
  /** While there was talk. */
  minutes: number;
  said: number;
  verdict: Verdict;
  counts: Counts;
  changes: Record<Change, number>;
  visits: Visits;
}

/** @throws when something that was said is not stored within a minute, or the program ends */
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

/** From the program's start to its end. */
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

/** The program tells its counts twice a second: so they may be a little old, and then do not add up. */
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

/** Resolves when all have. The first that fails stops the others, and is what is thrown. */
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
