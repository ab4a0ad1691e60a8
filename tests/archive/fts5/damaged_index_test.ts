import assert from "node:assert/strict";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { hasCode } from "../../../src/chat/errors.ts";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { searchOf } from "../../support/search.ts";
import { ANN, BEN, message, timed, timeout } from "../../support/archive/events.ts";
import { exec, openArchive, SECURE_DELETE } from "../../support/archive/test_archive.ts";
import { everyEvent } from "../../support/archive/every_event.ts";

/** Kinds of damage to an index, and whether FTS5 notices them on a write. */
const TROUBLES: [what: string, sql: string][] = [
  [
    "whose list of segments is garbage",
    "UPDATE messages_index_data SET block = x'00000000FFFFFFFFFFFF' WHERE id = 10",
  ],
  ["whose list of segments is missing", "DELETE FROM messages_index_data WHERE id = 10"],
  ["whose list of segments is empty", "UPDATE messages_index_data SET block = x'' WHERE id = 10"],
  ["without its pages", "DROP TABLE messages_index_data"],
  ["without its directory", "DROP TABLE messages_index_idx"],
  ["without its settings", "DROP TABLE messages_index_config"],
  ["whose settings are empty", "DELETE FROM messages_index_config"],
  ["that is missing", "DROP TABLE messages_index"],
  [
    "whose entry in the schema is missing",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'messages_index'",
  ],
];

for (const [what, sql] of TROUBLES) {
  for (const when of ["before the start", "while it is written"] as const) {
    // An open connection notices it only when its schema changes.
    if (sql.includes("writable_schema") && when !== "before the start") continue;
    Deno.test(`an index ${what}, ${when}: messages are stored and shown, and repair rebuilds it`, async () => {
      using archive = openArchive();
      archive.append([message(ANN, "hello pond"), message(BEN, "what a day"), message(BEN, "more of it")]);
      if (when === "before the start") archive.writer[Symbol.dispose]();
      exec(archive, sql);
      if (when === "before the start") {
        archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
      }
      archive.append([message(ANN, "hello lake"), timeout("ben", 12, 60)], 10);
      archive.append([message(ANN, "hello hill", { channel: "hill" })], 20);
      assert.deepEqual(archive.writer.quarantined(0), []);
      archive.writer.deleteChannel(2, true);
      archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 1_000 } });
      for (const step of ["delete", "retention", "merge", "compact"] as const) upkeep(archive.writer, step);
      archive.writer.flushCounters();
      {
        await using reader = archive.reader();
        const { events } = await reader.timeline({ channelId: 1, limit: 10 });
        assert.deepEqual(events.map(({ text }) => text), [
          "",
          "hello lake",
          "more of it",
          "what a day",
          "hello pond",
        ]);
        const { events: bens } = await reader.timeline({ userId: 12, limit: 10 });
        assert.deepEqual(bens.map(({ removed }) => removed?.kind), [undefined, "timeout", "timeout"]);
        const search = searchOf("hello");
        await assert.rejects(reader.timeline({ search, limit: 10 }), {
          code: "index_unusable",
        });
        assert.match(
          reader.faults().map(({ sentence }) => sentence).join(),
          /^The search index of messages cannot be used: /,
        );
      }
      archive.writer[Symbol.dispose]();
      const seen = examine({ path: archive.path, repair: false, progress: () => {} });
      assert.match(seen.left.join("\n"), /The index messages_index cannot be used/);
      const { left } = examine({ path: archive.path, repair: true, progress: () => {} });
      assert.deepEqual(left, []);
      assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).found, []);
      archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
      archive.writer.append(timed([message(ANN, "hello again")], 30), new Set());
      await using reader = archive.reader();
      assert.deepEqual(await textsWith("hello", reader), ["hello again", "hello lake", "hello pond"]);
      assert.deepEqual(reader.faults(), []);
    });
  }
}

const POSITIONS = `
  DROP TABLE messages_index;
  CREATE VIRTUAL TABLE messages_index USING fts5(
    terms, content='', columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn So Pc'"
  );`;

/** Indexes that FTS5 can use, but whose pages this program cannot read. */
const UNREADABLE: [what: string, sql: string, why: RegExp][] = [
  ["of a foreign format, as FTS5's secure-delete makes it", SECURE_DELETE, /it has format 5 of FTS5/],
  [
    "whose lists have positions",
    POSITIONS,
    /its list of “.*” is not what FTS5 itself finds|page of the index/,
  ],
];

/** The number of the messages below that each search finds. */
const COUNTS = [["hello", 999], ["hello 7", 5], ['"7 pond"', 5], ["19*", 55], ["hill", 0]] as const;

for (const [what, sql, why] of UNREADABLE) {
  Deno.test(`an index ${what}: MATCH serves searches, a fault is reported, and repair rebuilds it`, async () => {
    using archive = openArchive();
    exec(archive, sql);
    for (let batch = 0; batch < 5; batch++) {
      const texts = Array.from({ length: 200 }, (_, n) => `hello ${n} pond hello`);
      archive.append(texts.map((text, n) => message(n % 3 ? ANN : BEN, text)), batch * 300);
    }
    archive.append([message(ANN, "hello hill", { channel: "hill" }), timeout("ben", 12, 60)], 2_000);
    archive.writer.deleteChannel(2, true);
    archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 1_000 } });
    while (archive.writer.maintenance.deleteMessages(100));
    while (archive.writer.maintenance.expire(100, Date.now()));
    for (const step of ["merge", "compact"] as const) upkeep(archive.writer, step);
    archive.writer.flushCounters();
    assert.deepEqual(archive.writer.quarantined(0), []);
    {
      await using reader = archive.reader();
      await reader.totals();
      for (const [text, count] of COUNTS) {
        assert.equal((await textsWith(text, reader)).length, count, text);
      }
      const { events } = await reader.timeline({ userId: 12, limit: 200 });
      assert.ok(events.length === 200 && events.every(({ userId }) => userId === 12));
      const [fault, ...others] = reader.faults();
      assert.equal(fault?.kind, "slow index");
      assert.match(
        fault.sentence,
        /^Searches of messages are slow, because the pages of their index cannot be read: /,
      );
      assert.match(fault.sentence, why);
      assert.deepEqual(others, []);
    }
    archive.writer[Symbol.dispose]();
    const seen = examine({ path: archive.path, repair: false, progress: () => {} });
    assert.match(
      seen.left.join("\n"),
      /The pages of the index messages_index cannot be read, so searches are slow: /,
    );
    assert.match(seen.left.join("\n"), why);
    assert.deepEqual(examine({ path: archive.path, repair: true, progress: () => {} }).left, []);
    archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
    await using reader = archive.reader();
    assert.equal((await textsWith("hello", reader)).length, 999);
    assert.deepEqual(reader.faults(), []);
  });
}

function upkeep(
  writer: ReturnType<typeof openArchive>["writer"],
  step: "delete" | "retention" | "merge" | "compact",
): void {
  switch (step) {
    case "delete":
      return assert.equal(writer.maintenance.deleteMessages(100), false);
    case "retention":
      return assert.equal(writer.maintenance.expire(100, Date.now()), false);
    case "merge":
      return assert.equal(writer.maintenance.clearIndex(), false);
    case "compact":
      writer.maintenance.compact(0);
  }
}

/** The texts of the messages with a word, newest first. */
async function textsWith(word: string, reader: ArchiveReader): Promise<string[]> {
  const events = await everyEvent(reader, { channelId: 1, search: searchOf(word), limit: 10 });
  return events.map(({ text }) => text).reverse();
}

Deno.test("with any bytes on the index's pages, rows are stored, and a timeline without words shows all or reports why not", async () => {
  for (let run = 0; run < 40; run++) {
    using archive = openArchive();
    archive.append(Array.from({ length: 300 }, (_, n) => message(n % 3 ? ANN : BEN, `hello ${n} there`)));
    const garbage = [
      "randomblob(length(block))",
      "zeroblob(length(block))",
      "randomblob(3)",
      "substr(block, 1, 40)",
    ];
    exec(
      archive,
      `UPDATE messages_index_data SET block = ${garbage[run % 4]} WHERE id > 10 AND abs(random() % 2) = 0`,
    );
    archive.writer.append(timed([message(ANN, "one more"), timeout("ben", 12, 60)], 400), new Set());
    archive.writer.maintenance.clearIndex();
    archive.writer.flushCounters();
    await using reader = archive.reader();
    const search = searchOf("hello");
    const found = await reader.timeline({ search, limit: 10 }).catch((error) => error);
    assert.ok(!(found instanceof Error) || hasCode(found, "index_unusable"), String(found));
    for (const query of [{ channelId: 1 }, { userId: 11 }, { userId: 12 }, {}]) {
      const events = await everyEvent(reader, { ...query, limit: 100 });
      const expected = query.userId === 11 ? 201 : query.userId === 12 ? 101 : 302;
      if (reader.faults().length === 0) assert.equal(events.length, expected);
    }
  }
});
