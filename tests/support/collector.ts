/** A collector on the test's thread, with a real archive, that reads from the stand-in. */
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { Collector } from "../../src/collector/collector.ts";
import type { CollectorOptions } from "../../src/collector/collector_options.ts";
import type { ChannelStatus, CollectorStatus } from "../../src/collector/recorder.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { tempFolder } from "./temp.ts";
import { until } from "./until.ts";

export interface TestCollector extends AsyncDisposable {
  collector: Collector;
  dbPath: string;
  /** All events that were committed in watched channels. */
  committed: StoredEvent[];
  log: string[];
  channel(login: string): ChannelStatus;
  /** Resolves when every channel, or each of these, is joined. */
  allJoined(...logins: string[]): Promise<void>;
  /** Resolves when the status satisfies the condition. Checks every few milliseconds. */
  until(condition: (status: CollectorStatus) => boolean): Promise<void>;
}

/** Starts a collector. Without `dbPath`, its archive is in a temporary folder that is removed with it. */
export function startTestCollector(
  { dbPath: path, twitch, ...options }: { dbPath?: string; twitch: StandIn } & Partial<CollectorOptions>,
): TestCollector {
  const folder = path === undefined ? tempFolder() : undefined;
  const dbPath = path ?? `${folder!.path}/a.db`;
  const committed: StoredEvent[] = [];
  const log: string[] = [];
  const note = (message: string, properties: Record<string, unknown> = {}) =>
    void log.push(message.replace(/\{(\w+)\}/g, (_, key) => String(properties[key])));
  const collector = new Collector({
    ircUrl: twitch.url,
    caCerts: [twitch.caCert],
    joinsPer10s: 2_000,
    channels: ["alpha"],
    overflow: { path: `${dbPath}-spool`, bound: 2 ** 30 },
    coverageJournalPath: `${dbPath}-unnoted`,
    openWriter: (unwritten) => SqliteWriter.open({ path: dbPath, synchronous: "normal", unwritten }),
    log: { info: note, warn: note, error: note },
    committed: (events) => committed.push(...events),
    ...options,
  });
  const test: TestCollector = {
    collector,
    dbPath,
    committed,
    log,
    channel: (login) => collector.status().channels.find((channel) => channel.login === login)!,
    async allJoined(...logins) {
      await test.until(({ channels }) => {
        const joined = channels.filter(({ state }) => state === "joined").map(({ login }) => login);
        return logins.length > 0
          ? logins.every((login) => joined.includes(login))
          : joined.length > 0 && joined.length === channels.length;
      });
    },
    async until(condition) {
      await until(() => condition(collector.status()));
    },
    async [Symbol.asyncDispose]() {
      await collector[Symbol.asyncDispose]();
      folder?.[Symbol.dispose]();
    },
  };
  return test;
}
