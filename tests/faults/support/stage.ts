/** The whole program with a stand-in that sends without pause, and an account of every message. */
import assert from "node:assert/strict";
import { openForReading } from "../../../src/archive/sqlite/file/connection.ts";
import { type PackedId, unpackId } from "../../../src/archive/sqlite/codec/twitch_message_id.ts";
import { firstIdAt } from "../../../src/chat/ids.ts";
import { setTimeout } from "node:timers/promises";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import type { Gap } from "../../../src/chat/coverage.ts";
import { startTwitch } from "../../../src/demo/server/twitch.ts";
import type { StandIn, StandInOptions } from "../../../src/demo/server/stand_in.ts";
import { privmsg } from "../../support/chat/lines.ts";
import { type Running, type RunOptions, runProgram } from "../../support/process/program.ts";
import { tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";
import { fetchPage } from "../../support/http/fetch_page.ts";
import { everyMessage } from "../../support/archive/every_event.ts";

export interface Sent {
  channel: string;
  at: number;
}

/** How often the program and its file are asked: more often would be a load of its own. */
const POLL_MS = 100;

export interface StageOptions {
  channels: number;
  /** Messages per second over all channels. */
  rate?: number;
  env?: Record<string, string>;
  /** See {@link RunOptions}. */
  through?: RunOptions["through"];
  /** Path of the archive. Default: in a temporary folder. */
  dbPath?: string;
  standIn?: StandInOptions;
}

export class Stage implements AsyncDisposable {
  /** Messages that were written to at least one connection, by id. */
  readonly sent = new Map<string, Sent>();
  /** Messages that were sent while no connection had joined the channel, by id. */
  readonly undelivered = new Map<string, Sent>();
  readonly channels: string[];
  program!: Running;
  readonly #stack = new AsyncDisposableStack();
  #sending: ReturnType<typeof setInterval> | undefined;
  #turn = 0;

  private constructor(
    public twitch: StandIn,
    readonly dbPath: string,
    readonly options: StageOptions,
  ) {
    this.channels = Array.from({ length: options.channels }, (_, n) => `channel_${n}`);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const folder = tempFolder();
    const stage = new Stage(
      await startTwitch({ joinLimit: undefined, ...options.standIn }),
      options.dbPath ?? `${folder.path}/a.db`,
      options,
    );
    stage.#stack.use(folder);
    stage.#stack.defer(() => stage.twitch[Symbol.asyncDispose]());
    await stage.start();
    await stage.allJoined();
    return stage;
  }

  async start(): Promise<void> {
    const { dbPath, twitch, options: { env, through } } = this;
    this.program = await runProgram({
      dbPath,
      twitch,
      through,
      env: { TWITCH_CHANNELS: this.channels.join(","), ...env },
    });
  }

  allJoined(): Promise<void> {
    return this.twitch.when(() => this.channels.every((login) => this.twitch.joined(login)));
  }

  /** Sends to all channels in turn until `stopSending` is called. */
  startSending(): void {
    const { rate = 1_000 } = this.options;
    const startedAt = performance.now();
    let sent = 0;
    this.#sending = setInterval(() => {
      for (const due = (performance.now() - startedAt) / 1_000 * rate; sent < due; sent++) this.#send();
    }, 5);
  }

  /** Resolves when `messages` more were sent, with or without a connection. */
  async sentMore(messages: number): Promise<void> {
    const total = () => this.sent.size + this.undelivered.size;
    const enough = total() + messages;
    await until(() => total() >= enough);
  }

  stopSending(): void {
    clearInterval(this.#sending);
  }

  #send(channel = this.channels[this.#turn++ % this.channels.length]!): string {
    const id = crypto.randomUUID();
    const heard = this.twitch.send(privmsg({ channel, roomId: this.twitch.roomId(channel), id })) > 0;
    (heard ? this.sent : this.undelivered).set(id, { channel, at: Date.now() });
    return id;
  }

  /** Stops the server until the outage is over. Messages sent meanwhile reach no connection. */
  async serverGone(outage: () => Promise<void>): Promise<void> {
    const { port } = this.twitch;
    await this.twitch[Symbol.asyncDispose]();
    await outage();
    this.twitch = await startTwitch({ joinLimit: undefined, ...this.options.standIn, port });
  }

  /**
   * Stops sending, waits until all sent messages were processed, and returns the ids of all stored messages.
   * A last message in every channel follows all others through its connection, the queue and the overflow
   * file.
   * @throws if one of these is not stored after a minute
   */
  async storedIds(): Promise<Set<string>> {
    this.stopSending();
    await this.allJoined();
    const sentAt = Date.now();
    const last = new Set(this.channels.map((channel) => this.#send(channel)));
    await until(() => {
      const waiting = last.difference(idsSince(this.dbPath, sentAt));
      if (Date.now() > sentAt + 60_000) {
        throw new Error(`${waiting.size} channels are not stored: ${this.program.log.at(-1)?.message}`);
      }
      return waiting.size === 0;
    }, POLL_MS);
    return await readIds(this.dbPath);
  }

  async page(path: string): Promise<string> {
    return await (await fetchPage(this.program.url + path)).text();
  }

  /** Resolves when the page matches `pattern`. */
  async waitForPage(path: string, pattern: RegExp): Promise<void> {
    let shown = "";
    try {
      await until(async () => pattern.test(shown = await this.page(path)), POLL_MS);
    } catch (error) {
      throw new Error(`${path} never matched ${pattern}: ${shown}`, { cause: error });
    }
  }

  async counts(): Promise<Record<string, number>> {
    const text = await this.page("/metrics");
    return Object.fromEntries(
      [...text.matchAll(/^scrollback_(\w+?)(?:_total)? (\S+)$/gm)].map((
        [, name, value],
      ) => [name!, Number(value)]),
    );
  }

  /** Sent messages that are not stored. */
  missing(stored: ReadonlySet<string>): Sent[] {
    return [...this.sent].filter(([id]) => !stored.has(id)).map(([, sent]) => sent);
  }

  /** Checks that missing messages were sent in a gap of their channel, with this tolerance. */
  async assertMissingInGaps(missing: Sent[], toleranceMs = 1_000): Promise<void> {
    for (const [channel, sent] of Map.groupBy(missing, ({ channel }) => channel)) {
      const gaps = await this.gaps(channel);
      for (const { at } of sent) {
        const isInGap = gaps.some(({ from, to = Infinity }) =>
          at > from - toleranceMs && at < to + toleranceMs
        );
        assert.ok(
          isInGap,
          `${channel}: of ${sent.length} missing messages, that of ${at} is in no gap: ${
            JSON.stringify(gaps)
          }`,
        );
      }
    }
  }

  async gaps(login: string): Promise<Gap[]> {
    await using reader = openSqliteReader({ path: this.dbPath });
    const channel = await reader.channelByLogin(login);
    return await reader.gaps(channel!.id, 0, Date.now());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopSending();
    await this.program[Symbol.asyncDispose]();
    await this.#stack.disposeAsync();
  }
}

/** Ids of all messages of an archive. @throws if a message is stored twice */
export async function readIds(dbPath: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const { uuid } of await everyMessage(dbPath)) {
    if (ids.has(uuid!)) throw new Error(`${uuid} is stored twice`);
    ids.add(uuid!);
  }
  return ids;
}

/** Ids of the messages received at `at` or later, with a tolerance of a second. There can be a large backlog. */
function idsSince(dbPath: string, at: number): Set<string> {
  using db = openForReading(dbPath);
  const rows = db.prepare("SELECT uuid FROM messages WHERE id >= ?").all(firstIdAt(at - 1_000));
  return new Set(rows.flatMap(({ uuid }) => unpackId(uuid as PackedId | null) ?? []));
}

/** Checks a time of the coverage with a tolerance of a second. */
export function near(at: number | undefined, expected: number, what: string): void {
  assert.ok(
    at !== undefined && Math.abs(at - expected) < 1_000,
    `${what} ${at && at - expected} ms from the truth`,
  );
}

/**
 * Waits for a time that is part of the test: the length of an outage, a lock or a cut, or the random moment
 * of a kill. Tests wait for an event (a row, a log line, a page) if there is one.
 */
export const delay = (ms: number): Promise<void> => setTimeout(ms);
