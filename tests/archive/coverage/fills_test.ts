import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { FilledEvent } from "../../../src/archive/coverage.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { tempFolder } from "../../support/temp.ts";
import { ANN, BEN, deletion, message, NOON, person, timeout } from "../../support/archive/events.ts";
import { openArchive, wholePage } from "../../support/archive/test_archive.ts";
import { searchOf } from "../../support/search.ts";

const S = 1_000;
const FILL = {
  channelId: 1,
  from: NOON + 10 * S,
  to: NOON + 20 * S,
  source: "recent.example",
  filledAt: NOON + 25 * S,
};

function received(event: ChatEvent, seconds: number, more: Partial<FilledEvent> = {}): FilledEvent {
  return { event, receivedAt: NOON + seconds * S, ...more };
}

Deno.test("a fill stores unknown messages at their times, with their source", async () => {
  using archive = openArchive();
  const { writer } = archive;
  archive.append([message(ANN, "before", { uuid: "one" })], 9);
  archive.append([message(ANN, "after", { uuid: "four" })], 21);
  const result = writer.fill(FILL, [
    received(message(ANN, "before", { uuid: "one" }), 9.2),
    received(message(BEN, "second", { uuid: "two" }), 12),
    received(message(BEN, "second", { uuid: "two" }), 12),
    received(message(BEN, "third", { uuid: "three" }), 12),
    received(message(ANN, "after", { uuid: "four" }), 20.8),
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
  assert.deepEqual(writer.fill(FILL, [received(message(BEN, "second", { uuid: "two" }), 12)]), {
    stored: 0,
    known: 1,
  });
});

Deno.test("events without an id are deduplicated by time, kind and user", () => {
  using archive = openArchive();
  const { writer } = archive;
  const ban = { ...timeout("ben", 12), sentAt: NOON + 9 * S };
  archive.append([ban], 9);
  assert.deepEqual(writer.fill(FILL, [received(ban, 9.1)]), { stored: 0, known: 1 });
  const later = { ...ban, sentAt: NOON + 11 * S };
  assert.deepEqual(writer.fill(FILL, [received(later, 11)]), { stored: 1, known: 0 });
  assert.deepEqual(writer.fill(FILL, [received(later, 11.4)]), { stored: 0, known: 1 });
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
  const writer = SqliteWriter.open({ path, synchronous: "normal" });
  writer.createChannel("lake", NOON);
  writer.append([{ event: message(ANN, "live"), receivedAt: NOON + 30 * S }], new Set());
  writer.fill(FILL, [received(message(ANN, "filled"), -30), received(message(ANN, "filled too"), 12)]);
  writer.append([{ event: message(ANN, "live again"), receivedAt: NOON + 31 * S }], new Set());
  // Opened again as after a crash: nothing was flushed since the fill.
  {
    using _again = SqliteWriter.open({ path, synchronous: "normal" });
  }
  assert.deepEqual(await counts(), [4, NOON - 30 * S, 4, 4]);
});

Deno.test("an author of a past message is not renamed back, and is found by the earlier name", async () => {
  using archive = openArchive();
  archive.append([message(person(11, "anna"), "I have a new name")], 30);
  archive.writer.fill(FILL, [received(message(ANN, "I still have the old one"), 12)]);
  await using reader = archive.reader();
  const user = (await reader.user(11))!;
  assert.equal(user.login, "anna");
  assert.deepEqual(user.names.map(({ login }) => login), ["anna", "ann"]);
});

Deno.test("removed messages are marked by an event of the fill or by one that was received", async () => {
  using archive = openArchive();
  archive.append([timeout("ben", 12, 60)], 22);
  archive.writer.fill(FILL, [
    received(message(ANN, "deleted in the gap", { uuid: "one" }), 11),
    received(deletion("ann", "one"), 12),
    received(message(BEN, "timed out after it", { uuid: "two" }), 13, { removed: true }),
    received(message(BEN, "removed, nobody knows why", { uuid: "three", author: person(13, "cy") }), 14, {
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

Deno.test("for any split between received and filled messages, each is stored once, in order and counted", async () => {
  const sent = fc.array(fc.record({ ms: fc.nat(5_000), here: fc.boolean(), there: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(sent, fc.nat(3), async (sent, parts) => {
      using archive = openArchive();
      const { writer } = archive;
      const all = sent.toSorted((a, b) => a.ms - b.ms)
        .map((one, n) => ({ ...one, event: message(ANN, `text ${n}`, { uuid: `id-${n}` }) }));
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
      received(message(ANN, "fine"), 11),
      received(message(ANN, "not", { channel: "hill" }), 12),
    ])
  );
  await using reader = archive.reader();
  assert.deepEqual((await reader.timeline({ channelId: 1, limit: 9 })).events, []);
});

Deno.test("intervals, fills and marks are deleted with their channel", () => {
  using archive = openArchive();
  const { writer } = archive;
  writer.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON);
  writer.fill(FILL, [received(message(ANN, "filled"), 12)]);
  writer.deleteChannel(1, true);
  while (writer.maintenance.deleteMessages(100));
  using db = new DatabaseSync(archive.path, { readOnly: true });
  for (const table of ["listening", "fills", "filled_messages"]) {
    assert.equal(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n, 0, table);
  }
});
