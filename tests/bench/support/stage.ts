/** The whole program with a stand-in for Twitch, its channels joined, and somebody who says real lines in them. */
import { DatabaseSync } from "node:sqlite";
import { startTwitch } from "../../../src/demo/server/twitch.ts";
import type { StandIn } from "../../../src/demo/server/stand_in.ts";
import { type Running, runProgram } from "../../support/process/program.ts";
import { tempFolder } from "../../support/temp.ts";
import { readMetrics, untilStored } from "./metrics.ts";
import { saidNow } from "./real_chat.ts";

export const TEN_CHANNELS: readonly string[] = Array.from({ length: 10 }, (_, n) => `channel_${n}`);

export interface StageOptions {
  channels?: readonly string[];
  /** What is said, over and over. */
  lines: readonly string[];
  /** The file of an archive to begin with, of which a copy is taken. */
  archive?: string;
  /** Further settings. */
  env?: Record<string, string>;
}

/** Where the n-th message is said, and what it ends with. */
export type Placing = (n: number) => { channel: string; suffix?: string };

/** Messages come in small heaps, so many milliseconds apart. */
const TICK_MS = 2;

export class Stage implements AsyncDisposable {
  /** Messages that were said. */
  sent = 0;

  private constructor(
    readonly twitch: StandIn,
    readonly program: Running,
    /** Their ids, in the order in which they were named. */
    readonly channelIds: readonly number[],
    /** Events that were stored before anything was said: each channel is greeted with its state. */
    private readonly greetings: number,
    private readonly options: Required<Pick<StageOptions, "channels" | "lines">>,
    private readonly stack: AsyncDisposableStack,
  ) {}

  /** Resolves once every channel is joined, and its greeting stored. */
  static async open({ channels = TEN_CHANNELS, lines, archive, env }: StageOptions): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const dbPath = `${stack.use(tempFolder()).path}/a.db`;
    if (archive !== undefined) await Deno.copyFile(archive, dbPath);
    const twitch = stack.use(await startTwitch({ joinLimit: undefined }));
    const program = stack.use(
      await runProgram({
        dbPath,
        twitch,
        // A channel that moves to a connection of its own is greeted once more: here that would only blur the count.
        env: {
          TWITCH_CHANNELS: channels.join(","),
          TWITCH_BUSY_PER_MINUTE: "1000000",
          HTTP_MAX_CONNECTIONS: "4000",
          ...env,
        },
      }),
    );
    await Promise.all(channels.map((login) => twitch.waitForJoin(login)));
    const all = enabledChannels(dbPath);
    await untilStored(program.url, all.size);
    const ids = channels.map((login) => all.get(login)!);
    return new Stage(twitch, program, ids, all.size, { channels, lines }, stack.move());
  }

  get url(): string {
    return this.program.url;
  }

  say(count: number, place: Placing = this.#inTurn): void {
    const { lines } = this.options;
    for (let i = 0; i < count; i++, this.sent++) {
      const { channel, suffix } = place(this.sent);
      const line = lines[this.sent % lines.length]!;
      this.twitch.send(saidNow(line, channel, this.twitch.roomId(channel), suffix));
    }
  }

  /** Says so many a second, for so many seconds or until told to stop. Yields how many a second it came to. */
  async keepSaying(perSecond: number, until: number | AbortSignal, place?: Placing): Promise<number> {
    const wholeMs = typeof until === "number" ? until * 1_000 : Infinity;
    const startedAt = performance.now();
    const before = this.sent;
    let ms = 0;
    while (ms < wholeMs && !(until instanceof AbortSignal && until.aborted)) {
      ms = performance.now() - startedAt;
      const due = Math.floor(Math.min(ms, wholeMs) / 1_000 * perSecond);
      this.say(before + due - this.sent, place);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    return (this.sent - before) / ms * 1_000;
  }

  metrics(): Promise<Record<string, number>> {
    return readMetrics(this.url);
  }

  /** Resolves once all that was said is stored. */
  async allStored(): Promise<void> {
    await untilStored(this.url, this.sent + this.greetings);
  }

  /** Of what was said. */
  async stored(): Promise<number> {
    return (await this.metrics()).scrollback_stored_total! - this.greetings;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack.disposeAsync();
  }

  #inTurn: Placing = (n) => ({ channel: this.options.channels[n % this.options.channels.length]! });
}

/** Their ids by login. */
function enabledChannels(dbPath: string): Map<string, number> {
  using db = new DatabaseSync(dbPath, { readOnly: true });
  const rows = db.prepare("SELECT id, login FROM channels WHERE enabled = 1").all();
  return new Map(rows.map(({ id, login }) => [login as string, id as number]));
}

/** Epoch milliseconds, finer than `Date.now`. */
export const now = () => performance.timeOrigin + performance.now();

/** What stands before the time in {@link sentMark}. */
export const SENT_MARK = " sent=";

/** What a message ends with that tells when it was said. */
export const sentMark = () => `${SENT_MARK}${now().toFixed(1)} `;

/** How old the messages of a stream are that end so, in milliseconds. */
export function delaysOf(events: string): number[] {
  return [...events.matchAll(/ sent=(\d+\.\d)/g)].map(([, sent]) => now() - Number(sent));
}
