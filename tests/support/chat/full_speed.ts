/** Sends messages as fast as the readers accept them, and then accounts for every line. */
import assert from "node:assert/strict";
import { openForReading } from "../../../src/archive/sqlite/file/connection.ts";
import { unpackId } from "../../../src/archive/sqlite/codec/twitch_message_id.ts";
import { openSqliteReader } from "../archive/local_reader.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import type { StandIn } from "../../../src/demo/server/stand_in.ts";
import { privmsg } from "./lines.ts";

/** Lines between two checks whether the readers are behind. */
const TURN = 100;

export class FullSpeed {
  /** By channel, the ids of messages that were written to at least one connection, in order. */
  readonly sent = new Map<string, string[]>();
  /** Messages in all channels. */
  count = 0;
  #turn = 0;
  #next = 0;

  constructor(private readonly twitch: StandIn, private readonly channels: readonly string[]) {}

  /** Sends to all channels in turn until the condition is true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      for (let i = 0; i < TURN; i++) this.#send();
      await this.twitch.ready();
      // Let the sockets of both sides work before the next lines.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Sends for `ms` milliseconds. */
  during(ms: number): Promise<void> {
    const endAt = performance.now() + ms;
    return this.until(() => performance.now() >= endAt);
  }

  #send(): void {
    const channel = this.channels[this.#turn++ % this.channels.length]!;
    const id = `00000000-0000-4000-8000-${(++this.#next).toString(16).padStart(12, "0")}`;
    const line = privmsg({ channel, roomId: this.twitch.roomId(channel), id });
    if (this.twitch.send(line) === 0) return;
    this.count++;
    const ids = this.sent.get(channel);
    if (ids) ids.push(id);
    else this.sent.set(channel, [id]);
  }
}

export interface Account {
  stored: number;
  /** Not stored, and in a gap of the coverage between the stored lines before and after. */
  inGaps: number;
  /** Neither stored nor in a gap: only a counter can account for it. */
  unaccounted: number;
}

/**
 * Compares the sent messages with the archive. The invariant: every line that was written to a connection is
 * stored once, or is in a gap of its channel's coverage, or is counted by `late` or `dropped`.
 * @throws if a line is stored twice, or was not sent
 */
export async function accountOf(sent: FullSpeed["sent"], dbPath: string): Promise<Account> {
  const account: Account = { stored: 0, inGaps: 0, unaccounted: 0 };
  const times = storedTimes(dbPath);
  await using reader = openSqliteReader({ path: dbPath });
  for (const [login, ids] of sent) {
    const channel = await reader.channelByLogin(login);
    const stored = times.get(channel!.id) ?? new Map();
    const known = new Set(ids);
    for (const id of stored.keys()) assert.ok(known.has(id), `${login}: ${id} is stored, but was not sent`);
    account.stored += stored.size;
    const gaps = await reader.gaps(channel!.id, 0, Date.now() + 60_000);
    for (const { count, from, to } of missingRuns(ids, stored)) {
      const isInGap = gaps.some((gap) => gap.from <= to && (gap.to ?? Infinity) >= from);
      if (isInGap) account.inGaps += count;
      else account.unaccounted += count;
    }
  }
  return account;
}

/** Times of receipt by channel and message id. @throws if a message is stored twice */
function storedTimes(dbPath: string): Map<number, Map<string, number>> {
  using db = openForReading(dbPath);
  const channels = new Map<number, Map<string, number>>();
  const rows = db.prepare("SELECT id, channel_id, uuid FROM messages WHERE uuid IS NOT NULL").iterate();
  for (const { id, channel_id, uuid } of rows) {
    const times = channels.get(channel_id as number) ?? new Map<string, number>();
    channels.set(channel_id as number, times);
    const text = unpackId(uuid as Uint8Array)!;
    assert.ok(!times.has(text), `${text} is stored twice`);
    times.set(text, receivedAt(id as number));
  }
  return channels;
}

/** Runs of lines that are not stored, each with the times of its stored neighbours. */
function* missingRuns(ids: readonly string[], stored: ReadonlyMap<string, number>) {
  let from = 0;
  let count = 0;
  for (const id of ids) {
    const at = stored.get(id);
    if (at === undefined) count++;
    else {
      if (count > 0) yield { count, from, to: at };
      [from, count] = [at, 0];
    }
  }
  if (count > 0) yield { count, from, to: Infinity };
}
