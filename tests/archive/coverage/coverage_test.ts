import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import type { FilledEvent, ListeningChange } from "../../../src/archive/coverage.ts";
import { openSqliteReader } from "../../../src/archive/sqlite/threads/local_reader.ts";
import { openSqliteArchive } from "../../../src/archive/sqlite/writer.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { tempFolder } from "../../support/temp.ts";
import {
  ANN,
  BEN,
  deletion,
  NOON,
  openArchive,
  person,
  said,
  searchOf,
  timeout,
  wholePage,
} from "../../support/archive/events.ts";

const S = 1_000;
const FILL = {
  channelId: 1,
  from: NOON + 10 * S,
  to: NOON + 20 * S,
  source: "recent.example",
  filledAt: NOON + 25 * S,
};

function heard(event: ChatEvent, seconds: number, more: Partial<FilledEvent> = {}): FilledEvent {
  return { event, receivedAt: NOON + seconds * S, ...more };
}

Deno.test("after a crash, open intervals end at the last known moment, as killed", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = openSqliteArchive({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.listen([{ kind: "started", channelId: 1, at: NOON }], NOON);
    first.listen([], NOON + 5 * S);
  }
  using again = openSqliteArchive({ path, synchronous: "normal" });
  await using reader = openSqliteReader({ path });
  const { listening } = await reader.coverage(1, NOON, NOON + 60 * S);
  assert.deepEqual(listening, [{ from: NOON, to: NOON + 5 * S, reason: "killed" }]);
  again.listen([{ kind: "started", channelId: 1, at: NOON + 9 * S }], NOON + 9 * S);
  const [gap] = await reader.gaps(1, NOON, NOON + 60 * S);
  assert.deepEqual([gap!.from, gap!.to, gap!.reason], [NOON + 5 * S, NOON + 9 * S, "killed"]);
});

Deno.test("changes that a run could not store are stored first, unless another run has written since", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  const changes: ListeningChange[] = [
    { kind: "ended", channelId: 1, at: NOON + 9 * S, reason: "connection lost" },
    { kind: "started", channelId: 1, at: NOON + 12 * S },
    { kind: "ended", channelId: 1, at: NOON + 15 * S, reason: "stopped" },
  ];
  const open = (since: number) =>
    openSqliteArchive({
      path,
      synchronous: "normal",
      unnoted: { since, changes, knownAt: NOON + 15 * S },
    });
  {
    using first = openSqliteArchive({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.listen([{ kind: "started", channelId: 1, at: NOON }], NOON + 5 * S);
  }
  open(NOON + 5 * S)[Symbol.dispose]();
  open(NOON + 5 * S)[Symbol.dispose]();
  {
    using third = openSqliteArchive({ path, synchronous: "normal" });
    third.listen([{ kind: "started", channelId: 1, at: NOON + 20 * S }], NOON + 30 * S);
  }
  open(NOON + 5 * S)[Symbol.dispose]();
  await using reader = openSqliteReader({ path });
  const { listening } = await reader.coverage(1, NOON, NOON + 60 * S);
  assert.deepEqual(listening, [
    { from: NOON, to: NOON + 9 * S, reason: "connection lost" },
    { from: NOON + 12 * S, to: NOON + 15 * S, reason: "stopped" },
    { from: NOON + 20 * S, to: NOON + 30 * S, reason: "killed" },
  ]);
});

Deno.test("a message that was committed after the last known moment extends coverage", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = openSqliteArchive({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.listen([{ kind: "started", channelId: 1, at: NOON }], NOON);
    first.append([{ event: said(ANN, "late"), receivedAt: NOON + 700 }], new Set());
  }
  using _again = openSqliteArchive({ path, synchronous: "normal" });
  await using reader = openSqliteReader({ path });
  assert.equal((await reader.coverage(1, NOON, NOON + 60 * S)).listening[0]!.to, NOON + 700);
});

Deno.test("messages of an earlier run's overflow file are in no gap, even if their times jitter", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = openSqliteArchive({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.listen([{ kind: "started", channelId: 1, at: NOON }], NOON + 5 * S);
  }
  using again = openSqliteArchive({ path, synchronous: "normal" });
  again.createChannel("sea", NOON);
  // Ids ascend: the last message gets the millisecond of the previous one, which is later than its own.
  const rows = [
    { event: said(ANN, "hello"), receivedAt: NOON + 5_900 },
    { event: said(BEN, "ahoy", { channel: "sea" }), receivedAt: NOON + 6_001 },
    { event: said(ANN, "hello again"), receivedAt: NOON + 6_000 },
  ];
  again.append(rows, new Set(), { name: "overflow", upto: 100, isInherited: true });
  again.listen([{ kind: "started", channelId: 1, at: NOON + 9 * S }], NOON + 9 * S);
  await using reader = openSqliteReader({ path });
  const gaps = await reader.gaps(1, NOON, NOON + 60 * S);
  for (const { id } of (await reader.timeline({ channelId: 1, limit: 10 })).events) {
    const at = receivedAt(id);
    assert.ok(!gaps.some(({ from, to }) => at > from && at < to!), `${at} in ${JSON.stringify(gaps)}`);
  }
});

Deno.test("times never go back, and repeated changes are stored once", async () => {
  using archive = openArchive();
  const { writer } = archive;
  writer.listen([
    { kind: "wanted", channelId: 1, at: NOON },
    { kind: "started", channelId: 1, at: NOON + 10 * S },
    { kind: "started", channelId: 1, at: NOON + 11 * S },
    { kind: "ended", channelId: 1, at: NOON + 5 * S, reason: "connection lost" },
    { kind: "ended", channelId: 1, at: NOON + 12 * S, reason: "connection lost" },
    { kind: "ended", channelId: 1, at: NOON + 13 * S, reason: "not joined" },
    { kind: "wanted", channelId: 1, at: NOON + 14 * S },
    { kind: "started", channelId: 1, at: NOON + 9 * S },
    { kind: "started", channelId: 99, at: NOON },
    { kind: "ended", channelId: 99, at: NOON, reason: "stopped" },
  ], NOON + 15 * S);
  await using reader = archive.reader();
  const { known, listening, gaps } = await reader.coverage(1, NOON, NOON + 60 * S);
  assert.equal(known, NOON);
  assert.deepEqual(listening, [{ from: NOON + 13 * S }]);
  assert.deepEqual(gaps.map(({ from, to, reason }) => [(from - NOON) / S, (to! - NOON) / S, reason]), [
    [0, 10, "not joined"],
    [10, 13, "connection lost"],
  ]);
});

Deno.test("a fast first join leaves no gap before it; a slow first join and any later join do", async () => {
  using archive = openArchive();
  const { writer } = archive;
  for (const login of ["pond", "sea"]) writer.createChannel(login, NOON);
  writer.listen([
    { kind: "wanted", channelId: 2, at: NOON },
    { kind: "started", channelId: 2, at: NOON + 300 },
    { kind: "ended", channelId: 2, at: NOON + 10 * S, reason: "disabled" },
    { kind: "wanted", channelId: 2, at: NOON + 20 * S },
    { kind: "started", channelId: 2, at: NOON + 20 * S + 300 },
    { kind: "wanted", channelId: 3, at: NOON },
    { kind: "started", channelId: 3, at: NOON + 3 * S },
  ], NOON + 30 * S);
  await using reader = archive.reader();
  const gaps = async (id: number) => (await reader.gaps(id, 0, NOON + 30 * S)).map(({ reason }) => reason);
  assert.deepEqual(await gaps(2), ["disabled", "not joined"]);
  assert.deepEqual(await gaps(3), ["not joined"]);
  assert.equal((await reader.coverage(2, 0, NOON + 5 * S)).known, NOON + 300);
});

Deno.test("a range has the gaps that overlap it, uncut", async () => {
  using archive = openArchive();
  const changes = [0, 100, 200, 300].flatMap((start) => [
    { kind: "started", channelId: 1, at: NOON + start * S } as const,
    { kind: "ended", channelId: 1, at: NOON + (start + 50) * S, reason: "connection lost" } as const,
  ]);
  archive.writer.listen(changes, NOON + 400 * S);
  await using reader = archive.reader();
  const seconds = async (from: number, to: number) =>
    (await reader.gaps(1, NOON + from * S, NOON + to * S))
      .map((gap) => [(gap.from - NOON) / S, gap.to && (gap.to - NOON) / S]);
  assert.deepEqual(await seconds(60, 70), [[50, 100]]);
  assert.deepEqual(await seconds(110, 120), []);
  assert.deepEqual(await seconds(0, 160), [[50, 100], [150, 200]]);
  assert.deepEqual(await seconds(360, 999), [[350, undefined]]);
  assert.deepEqual(await seconds(-50, -10), []);
  const missed = await reader.missed(undefined, NOON + 90 * S, NOON + 360 * S);
  assert.deepEqual(missed, [{ channelId: 1, login: "lake", gaps: 4, missedMs: 120 * S }]);
});

Deno.test("a fill stores unknown messages at their times, with their source", async () => {
  using archive = openArchive();
  const { writer } = archive;
  archive.say([said(ANN, "before", { uuid: "one" })], 9);
  archive.say([said(ANN, "after", { uuid: "four" })], 21);
  const result = writer.fill(FILL, [
    heard(said(ANN, "before", { uuid: "one" }), 9.2),
    heard(said(BEN, "second", { uuid: "two" }), 12),
    heard(said(BEN, "second", { uuid: "two" }), 12),
    heard(said(BEN, "third", { uuid: "three" }), 12),
    heard(said(ANN, "after", { uuid: "four" }), 20.8),
  ]);
  assert.deepEqual(result, { stored: 2, known: 3 });
  await using reader = archive.reader();
  const { events } = await reader.timeline({ channelId: 1, limit: 9 });
  assert.deepEqual(events.toReversed().map(({ text, source }) => [text, source]), [
    ["before", undefined],
    ["second", "recent.example"],
    ["third", "recent.example"],
    ["after", undefined],
  ]);
  const found = await wholePage(reader, {
    search: searchOf("third"),
    limit: 9,
  });
  assert.equal(found.events.length, 1);
  assert.deepEqual(writer.fill(FILL, [heard(said(BEN, "second", { uuid: "two" }), 12)]), {
    stored: 0,
    known: 1,
  });
});

Deno.test("events without an id are deduplicated by time, kind and user", () => {
  using archive = openArchive();
  const { writer } = archive;
  const ban = { ...timeout("ben", 12), sentAt: NOON + 9 * S };
  archive.say([ban], 9);
  assert.deepEqual(writer.fill(FILL, [heard(ban, 9.1)]), { stored: 0, known: 1 });
  const later = { ...ban, sentAt: NOON + 11 * S };
  assert.deepEqual(writer.fill(FILL, [heard(later, 11)]), { stored: 1, known: 0 });
  assert.deepEqual(writer.fill(FILL, [heard(later, 11.4)]), { stored: 0, known: 1 });
});

Deno.test("counters are correct after a fill, even after a crash after it", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  const counts = async () => {
    await using reader = openSqliteReader({ path });
    const { messages, firstAt } = (await reader.channel(1))!;
    const minutes = await reader.minutes(1, NOON - 60 * S);
    return [
      messages,
      firstAt,
      (await reader.user(11))?.messages,
      minutes.reduce((sum, m) => sum + m.messages, 0),
    ];
  };
  const writer = openSqliteArchive({ path, synchronous: "normal" });
  writer.createChannel("lake", NOON);
  writer.append([{ event: said(ANN, "live"), receivedAt: NOON + 30 * S }], new Set());
  writer.fill(FILL, [heard(said(ANN, "filled"), -30), heard(said(ANN, "filled too"), 12)]);
  writer.append([{ event: said(ANN, "live again"), receivedAt: NOON + 31 * S }], new Set());
  // Opened again as after a crash: nothing was flushed since the fill.
  {
    using _again = openSqliteArchive({ path, synchronous: "normal" });
  }
  assert.deepEqual(await counts(), [4, NOON - 30 * S, 4, 4]);
});

Deno.test("an author of a past message is not renamed back, and is found by the earlier name", async () => {
  using archive = openArchive();
  archive.say([said(person(11, "anna"), "I have a new name")], 30);
  archive.writer.fill(FILL, [heard(said(ANN, "I still have the old one"), 12)]);
  await using reader = archive.reader();
  const user = (await reader.user(11))!;
  assert.equal(user.login, "anna");
  assert.deepEqual(user.names.map(({ login }) => login), ["anna", "ann"]);
});

Deno.test("removed messages are marked by an event of the fill or by one that was heard", async () => {
  using archive = openArchive();
  archive.say([timeout("ben", 12, 60)], 22);
  archive.writer.fill(FILL, [
    heard(said(ANN, "deleted in the gap", { uuid: "one" }), 11),
    heard(deletion("ann", "one"), 12),
    heard(said(BEN, "timed out after it", { uuid: "two" }), 13, { removed: true }),
    heard(said(BEN, "removed, nobody knows why", { uuid: "three", author: person(13, "cy") }), 14, {
      removed: true,
    }),
  ]);
  await using reader = archive.reader();
  const { events } = await reader.timeline({ channelId: 1, limit: 9 });
  const removed = Object.fromEntries(events.map(({ text, removed }) => [text, removed?.kind]));
  assert.equal(removed["deleted in the gap"], "deletion");
  assert.equal(removed["timed out after it"], "timeout");
  assert.equal(removed["removed, nobody knows why"], undefined);
});

Deno.test("for any split between heard and filled messages, each is stored once, in order and counted", async () => {
  const heards = fc.array(fc.record({ ms: fc.nat(5_000), here: fc.boolean(), there: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(heards, fc.nat(3), async (heards, parts) => {
      using archive = openArchive();
      const { writer } = archive;
      const all = heards.toSorted((a, b) => a.ms - b.ms)
        .map((one, n) => ({ ...one, event: said(ANN, `text ${n}`, { uuid: `id-${n}` }) }));
      const at = ({ ms }: { ms: number }) => NOON + ms;
      const live = all.filter(({ here }) => here);
      if (live.length > 0) {
        writer.append(live.map((one) => ({ event: one.event, receivedAt: at(one) })), new Set());
      }
      // In several overlapping answers, newest first.
      const answered = all.filter(({ there }) => there);
      for (let part = parts; part >= 0; part--) {
        const from = Math.max(0, Math.floor(answered.length * part / (parts + 1)) - 2);
        const to = Math.ceil(answered.length * (part + 1) / (parts + 1));
        const events = answered.slice(from, to).map((one) => ({ event: one.event, receivedAt: at(one) }));
        writer.fill(FILL, events);
      }
      writer.flushCounters();
      await using reader = archive.reader();
      const { events } = await reader.timeline({ channelId: 1, limit: 200 });
      const expected = all.filter(({ here, there }) => here || there);
      assert.deepEqual(
        new Set(events.map(({ uuid }) => uuid)),
        new Set(expected.map((one) => one.event.uuid)),
      );
      assert.equal(events.length, expected.length);
      const times = events.toReversed().map(({ uuid }) => all[Number(uuid!.slice(3))]!.ms);
      assert.deepEqual(times, times.toSorted((a, b) => a - b));
      assert.equal((await reader.channel(1))!.messages, expected.length);
      for (const { uuid, source } of events) {
        assert.equal(source === undefined, all[Number(uuid!.slice(3))]!.here);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("a fill with a row that cannot be stored changes nothing", async () => {
  using archive = openArchive();
  assert.throws(() =>
    archive.writer.fill(FILL, [
      heard(said(ANN, "fine"), 11),
      heard(said(ANN, "not", { channel: "hill" }), 12),
    ])
  );
  await using reader = archive.reader();
  assert.deepEqual((await reader.timeline({ channelId: 1, limit: 9 })).events, []);
});

Deno.test("intervals, fills and marks are deleted with their channel", async () => {
  using archive = openArchive();
  const { writer } = archive;
  writer.listen([{ kind: "started", channelId: 1, at: NOON }], NOON);
  writer.fill(FILL, [heard(said(ANN, "filled"), 12)]);
  writer.deleteChannel(1, true);
  while (writer.maintenance.deleteMessages(100));
  const { DatabaseSync } = await import("node:sqlite");
  using db = new DatabaseSync(archive.path, { readOnly: true });
  for (const table of ["listening", "fills", "filled_messages"]) {
    assert.equal(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n, 0, table);
  }
});

Deno.test("every channel with missing messages is counted, for any number of channels", async () => {
  using archive = openArchive();
  for (let i = 0; i < 150; i++) {
    const { id: channelId } = archive.writer.createChannel(`channel${i}`, NOON);
    archive.writer.listen([
      { kind: "started", channelId, at: NOON },
      { kind: "ended", channelId, at: NOON + 10 * S, reason: "connection lost" },
      { kind: "started", channelId, at: NOON + 20 * S },
    ], NOON + 30 * S);
  }
  await using reader = archive.reader();
  assert.equal((await reader.missed(undefined, NOON, NOON + 30 * S)).length, 150);
});
