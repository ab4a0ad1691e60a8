import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { openForReading } from "../../../src/archive/sqlite/file/connection.ts";
import { ChatterQueries } from "../../../src/archive/sqlite/statistics/chatters.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { WRITTEN } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { DAY_MS, HOUR_MS } from "../../../src/clock.ts";
import { Random } from "../../../src/demo/script/random.ts";
import { ANN, BEN, message, NOON, person, timeout } from "../../support/archive/events.ts";
import { exec, openArchive, type TestArchive } from "../../support/archive/test_archive.ts";

const MINUTE_S = 60;
const PEOPLE = [ANN, BEN, person(13, "cleo"), person(undefined, "nobody")];

/** Says something random for some hours, in both channels. */
function chat(
  archive: TestArchive,
  random: Random,
  { from, minutes }: { from: number; minutes: number },
): void {
  for (let minute = 0; minute < minutes; minute += 7) {
    const channel = random.pick(["lake", "hill"]);
    const events = Array.from(
      { length: random.int(1, 4) },
      () => message(random.pick(PEOPLE), `at ${minute}`, { channel }),
    );
    if (random.chance(0.1)) events.push(timeout("ben", 12, 60));
    archive.append(events, (from + minute) * MINUTE_S);
    if (random.chance(0.1)) archive.writer.flushCounters();
  }
}

/** What a look at every message says. */
async function lookAtAll(archive: TestArchive, from: number, to: number): Promise<Record<string, number>> {
  await using reader = archive.reader();
  const counts: Record<string, number> = {};
  let before = Number.MAX_SAFE_INTEGER;
  while (true) {
    const page = await reader.timeline({ channelId: 1, place: { at: "before", id: before }, limit: 500 });
    for (const { id, kind, author } of page.events) {
      const at = receivedAt(id);
      if (!author || !WRITTEN.has(kind) || at < from || at >= to) continue;
      counts[author.login] = (counts[author.login] ?? 0) + 1;
    }
    if (!page.more) return counts;
    before = page.events.at(-1)!.id;
  }
}

async function chatters(archive: TestArchive, from: number, to: number) {
  await using reader = archive.reader();
  return await reader.chatters({ channelId: 1, from, to }, 10);
}

async function assertCounted(archive: TestArchive, random: Random, rounds = 40): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const from = NOON + random.int(-60, 1_500) * 60_000 + random.int(0, 60_000);
    const to = round % 5 === 0 ? from + DAY_MS * 2 : from + random.int(0, 900) * 60_000;
    const found = await chatters(archive, from, to);
    const right = await lookAtAll(archive, from, to);
    const what = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
    assert.deepEqual(
      Object.fromEntries(found.top.map(({ login, messages }) => [login, messages])),
      right,
      what,
    );
    assert.equal(found.messages, Object.values(right).reduce((sum, count) => sum + count, 0), what);
    assert.equal(found.people, Object.keys(right).length, what);
    assert.equal(found.from, from);
  }
}

function faultsOf({ path }: TestArchive): string[] {
  return examine({ path, repair: false, progress: () => {} }).left;
}

/** Makes the archive one of the version before, which did not count by hour. */
function forgetHours(archive: TestArchive): void {
  archive.writer[Symbol.dispose]();
  exec(archive, "DELETE FROM channel_hours; UPDATE archive SET hours_from = counters_upto + 1");
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
}

Deno.test("the numbers of messages of each person in any span equal those of a scan of every message", async () => {
  using archive = openArchive();
  const random = new Random(3);
  chat(archive, random, { from: 0, minutes: 1_400 });
  await assertCounted(archive, random);
  archive.writer.flushCounters();
  await assertCounted(archive, random);
  assert.deepEqual(faultsOf(archive), []);
});

Deno.test("the counters follow messages that are filled in, deleted, or read back from the quarantine", async () => {
  using archive = openArchive();
  const random = new Random(4);
  chat(archive, random, { from: 0, minutes: 1_400 });
  const at = NOON + 3 * HOUR_MS + 17;
  archive.writer.fill(
    { channelId: 1, from: at - 1_000, to: at + HOUR_MS, source: "x", filledAt: NOON + 2 * DAY_MS },
    [{ event: message(BEN, "late"), receivedAt: at }, {
      event: message(ANN, "later"),
      receivedAt: at + 60_000,
    }],
  );
  await assertCounted(archive, random, 20);
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 120 } });
  archive.writer.flushCounters();
  while (archive.writer.maintenance.expire(13, NOON + DAY_MS));
  await assertCounted(archive, random, 20);
  assert.deepEqual(faultsOf(archive), []);
});

Deno.test("a deleted channel leaves no counters", () => {
  using archive = openArchive();
  archive.append([message(ANN, "a"), message(ANN, "b", { channel: "hill" })]);
  archive.writer.flushCounters();
  archive.writer.deleteChannel(1, true);
  while (archive.writer.maintenance.deleteMessages(100));
  using db = new DatabaseSync(archive.path, { readOnly: true });
  const ids = db.prepare("SELECT id / (1 << 24) AS channel FROM channel_hours").all();
  assert.deepEqual(ids.map(({ channel }) => channel), [2]);
});

Deno.test("an archive of the version before is counted newest first, while messages come and go", async () => {
  using archive = openArchive();
  const random = new Random(5);
  chat(archive, random, { from: 0, minutes: 700 });
  archive.writer.flushCounters();
  forgetHours(archive);
  chat(archive, random, { from: 700, minutes: 300 });
  assert.equal(archive.writer.maintenance.countHours(60), true);
  const found = await chatters(archive, NOON, NOON + DAY_MS);
  assert.ok(found.from > NOON && found.from < NOON + 700 * 60_000, new Date(found.from).toISOString());
  assert.deepEqual(
    Object.fromEntries(found.top.map(({ login, messages }) => [login, messages])),
    await lookAtAll(archive, found.from, NOON + DAY_MS),
  );
  const at = NOON + HOUR_MS;
  archive.writer.fill(
    { channelId: 1, from: at - 1_000, to: at + HOUR_MS, source: "x", filledAt: NOON + 2 * DAY_MS },
    [{ event: message(BEN, "late"), receivedAt: at }],
  );
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 200 } });
  while (archive.writer.maintenance.expire(13, NOON + DAY_MS));
  assert.deepEqual(faultsOf(archive), []);
  while (archive.writer.maintenance.countHours(60));
  await assertCounted(archive, random, 20);
  archive.writer.flushCounters();
  assert.deepEqual(faultsOf(archive), []);
});

Deno.test("a writer that ended without its counters counts the rest by hour, too", async () => {
  using archive = openArchive();
  const random = new Random(6);
  chat(archive, random, { from: 0, minutes: 200 });
  using killed = openArchive();
  Deno.copyFileSync(archive.path, killed.path);
  Deno.copyFileSync(`${archive.path}-wal`, `${killed.path}-wal`);
  using _writer = SqliteWriter.open({ path: killed.path, synchronous: "normal" });
  await assertCounted(killed, random, 10);
  assert.deepEqual(faultsOf(killed), []);
});

Deno.test("a count that runs out of time says from which time it is complete", async () => {
  using archive = openArchive();
  const random = new Random(7);
  chat(archive, random, { from: 0, minutes: 1_400 });
  archive.writer.flushCounters();
  using db = openForReading(archive.path);
  const span = { channelId: 1, from: NOON, to: NOON + 2 * DAY_MS };
  const found = new ChatterQueries(db, () => true).chatters(span, 10, { budgetMs: -1, hoursAtOnce: 3 });
  assert.ok(found.from > NOON + 20 * HOUR_MS, new Date(found.from).toISOString());
  const right = await lookAtAll(archive, found.from, span.to);
  assert.deepEqual(Object.fromEntries(found.top.map(({ login, messages }) => [login, messages])), right);
});

Deno.test("a channel with few of an archive's messages is counted by the index, and without the index by a scan of the rows", async () => {
  using archive = openArchive();
  const random = new Random(8);
  chat(archive, random, { from: 0, minutes: 700 });
  archive.append(Array.from({ length: 3_000 }, () => message(ANN, "much", { channel: "hill" })), 100);
  archive.writer.flushCounters();
  await assertCounted(archive, random, 20);
  exec(
    archive,
    "INSERT INTO messages_index (messages_index) VALUES ('delete-all'); DROP TABLE messages_index",
  );
  const found = await chatters(archive, NOON + 90_000, NOON + HOUR_MS);
  using rows = new DatabaseSync(archive.path, { readOnly: true });
  const { n } = rows.prepare(
    "SELECT count(*) AS n FROM messages AS m JOIN shapes AS s ON s.id = m.shape_id " +
      "WHERE channel_id = 1 AND s.kind = 0 AND m.id / 64 BETWEEN ? AND ?",
  ).get(NOON + 90_000, NOON + HOUR_MS - 1)!;
  assert.ok(found.messages > 0);
  assert.equal(found.messages, n);
});
