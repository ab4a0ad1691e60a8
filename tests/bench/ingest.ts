/**
 * How fast messages are recorded, from the socket to the commit, as real lines over TLS into the whole program: the chat
 * of one channel with its authors, and the same texts from a crowd in many channels. The first takes turns with the same
 * rows put through SQLite alone, a stretch each, so that both meet the same machine and files of one size.
 */
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";
import { BareEngine } from "./support/bare_engine.ts";
import { atLeast, atMost, exactly, figure, median, type Row } from "./support/figures.ts";
import { type Cast, Flood, roomIdOf } from "./support/flood.ts";
import { readMetrics, untilStored } from "./support/metrics.ts";
import { privmsgs } from "./support/real_chat.ts";

const channels = (count: number) => Array.from({ length: count }, (_, n) => `channel_${n}`);
const REGULARS: Cast = { channels: channels(10) };
const CROWD: Cast = { channels: channels(40), crowd: 20_000 };
/** Messages that are timed in one piece. */
const STRETCH = 250_000;

/** What a stretch took, in seconds. */
interface Took {
  messages: number;
  program: number;
  run: number;
  get: number;
}

export async function benchIngest(short: boolean): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = await privmsgs(path, short ? 20_000 : Infinity);
  const messages = Number(Deno.env.get("BENCH_MESSAGES") ?? (short ? 50_000 : 5_000_000));
  const regulars = await benchRegulars(lines, messages);
  const crowd = await benchCrowd(lines, messages);
  return [
    ...regulars.rows,
    ...crowd.rows,
    atMost("  time of that, times one channel's", regulars.rate / crowd.rate, 1.3, ""),
  ];
}

async function benchRegulars(
  lines: readonly string[],
  messages: number,
): Promise<{ rate: number; rows: Row[] }> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const program = stack.use(
    await Recording.start(`${folder.path}/a.db`, new Flood(lines, REGULARS), REGULARS),
  );
  const run = stack.use(new BareEngine(program.dbPath, `${folder.path}/run.db`, "run"));
  const get = stack.use(new BareEngine(program.dbPath, `${folder.path}/get.db`, "get"));
  const stretches: Took[] = [];
  for (const more of stretchesOf(messages)) {
    const took = { messages: more, program: await program.secondsToStore(more), run: 0, get: 0 };
    // The first finds the caches full of other things.
    for (const bare of stretches.length % 2 === 0 ? [run, get] : [get, run]) {
      took[bare.call] = await bare.secondsToStore();
    }
    stretches.push(took);
  }
  const shares = (call: "run" | "get") => stretches.map((took) => took[call] / took.program);
  const rate = rateOf(stretches, "program");
  const flat = messages < 20_000_000
    ? undefined
    : rateOf(within(stretches, 15e6, 20e6), "program") / rateOf(within(stretches, 1e6, 5e6), "program");
  const rows = [
    ...await program.check(messages),
    atLeast(`socket to commit, ${messages.toLocaleString("en")} messages`, rate, 50_000, "/s"),
    figure("the bare engine", rateOf(stretches, "run"), "/s"),
    figure("share of what the bare engine does: least", Math.min(...shares("run")), ""),
    atLeast(`  median of ${stretches.length}`, median(shares("run")), 0.7, ""),
    figure("  most", Math.max(...shares("run")), ""),
    figure("the bare engine, called as we call it", rateOf(stretches, "get"), "/s"),
    figure("share of that: median", median(shares("get")), ""),
    ...flat === undefined
      ? []
      : [atLeast("rate from 15 to 20 million over that from 1 to 5", flat, 0.85, "")],
  ];
  return { rate, rows };
}

/** In a program of its own, after the other has ended: an idle program tidies its index, which takes a core's time. */
async function benchCrowd(
  lines: readonly string[],
  messages: number,
): Promise<{ rate: number; rows: Row[] }> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const program = stack.use(await Recording.start(`${folder.path}/a.db`, new Flood(lines, CROWD), CROWD));
  let seconds = 0;
  for (const more of stretchesOf(messages)) seconds += await program.secondsToStore(more);
  const rate = messages / seconds;
  const rows = [...await program.check(messages), figure("20,000 users in 40 channels", rate, "/s")];
  return { rate, rows };
}

function stretchesOf(messages: number): number[] {
  return Array.from(
    { length: Math.ceil(messages / STRETCH) },
    (_, n) => Math.min(STRETCH, messages - n * STRETCH),
  );
}

/** Messages a second. */
function rateOf(stretches: readonly Took[], of: Exclude<keyof Took, "messages">): number {
  const sum = (pick: (took: Took) => number) => stretches.reduce((all, took) => all + pick(took), 0);
  return sum(({ messages }) => messages) / sum((took) => took[of]);
}

/** The stretches between two counts of messages. */
function within(stretches: readonly Took[], from: number, to: number): Took[] {
  return stretches.slice(from / STRETCH, to / STRETCH);
}

/** A running program with the lines that it is sent. */
class Recording implements AsyncDisposable {
  #sent = 0;

  private constructor(
    readonly dbPath: string,
    private readonly cast: Cast,
    private readonly flood: Flood,
    private readonly twitch: StandIn,
    private readonly url: string,
    private readonly stack: AsyncDisposableStack,
  ) {}

  static async start(dbPath: string, flood: Flood, cast: Cast): Promise<Recording> {
    await using stack = new AsyncDisposableStack();
    const twitch = stack.use(
      await startTwitch({ joinLimit: undefined, roomId: (login) => roomIdOf(cast, login) }),
    );
    const { url } = stack.use(
      await runProgram({
        dbPath,
        twitch,
        // One connection only: then no channel is greeted twice, and every stored event is one of ours.
        env: { TWITCH_CHANNELS: cast.channels.join(","), TWITCH_BUSY_PER_MINUTE: "1000000" },
      }),
    );
    await Promise.all(cast.channels.map((login) => twitch.waitForJoin(login)));
    await untilStored(url, cast.channels.length);
    return new Recording(dbPath, cast, flood, twitch, url, stack.move());
  }

  /** From the first line sent to the last commit, when all of them are stored. */
  async secondsToStore(messages: number): Promise<number> {
    const startedAt = Date.now();
    await this.flood.send(this.twitch, messages);
    this.#sent += messages;
    await untilStored(this.url, this.#sent + this.cast.channels.length, 600_000);
    const { scrollback_last_commit_timestamp_seconds: last } = await readMetrics(this.url);
    return last! - startedAt / 1_000;
  }

  async check(messages: number): Promise<Row[]> {
    const counts = await readMetrics(this.url);
    return [
      exactly("stored", counts.scrollback_stored_total! - this.cast.channels.length, messages),
      exactly("dropped", counts.scrollback_dropped_total!, 0),
    ];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack.disposeAsync();
  }
}
