import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveReader } from "../../src/archive/archive.ts";
import { examine } from "../../src/archive/sqlite/doctor/doctor.ts";
import { openSqliteArchive } from "../../src/archive/sqlite/writer.ts";
import { parseSearch } from "../../src/search/query.ts";
import { ANN, BEN, openArchive, said, timed, timeout } from "./said.ts";
import { hasCode } from "../../src/chat/errors.ts";

const SECURE_DELETE = `
  INSERT INTO messages_index (messages_index, rank) VALUES ('secure-delete', 1);
  INSERT INTO messages_index (rowid, terms) VALUES (1, 'a');
  INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', 1, 'a');`;

/** What can become of an index, and whether FTS5 notices it when it is written. */
const TROUBLES: [what: string, sql: string][] = [
  ["of a foreign format, as FTS5's secure-delete makes it", SECURE_DELETE],
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

function damage(path: string, sql: string): void {
  using db = new DatabaseSync(path);
  (db as DatabaseSync & { enableDefensive(enabled: boolean): void }).enableDefensive(false);
  db.exec(sql);
}

for (const [what, sql] of TROUBLES) {
  for (const when of ["before the start", "while it is written"] as const) {
    // An open connection does not notice it before its schema changes.
    if (sql.includes("writable_schema") && when !== "before the start") continue;
    Deno.test(`an index ${what}, ${when}: messages are stored and shown, and repair builds it anew`, async () => {
      using archive = openArchive();
      archive.say([said(ANN, "hello pond"), said(BEN, "what a day"), said(BEN, "more of it")]);
      if (when === "before the start") archive.writer[Symbol.dispose]();
      damage(archive.path, sql);
      if (when === "before the start") {
        archive.writer = openSqliteArchive({ path: archive.path, synchronous: "normal" });
      }
      archive.say([said(ANN, "hello lake"), timeout("ben", 12, 60)], 10);
      archive.say([said(ANN, "hello hill", { channel: "hill" })], 20);
      assert.deepEqual(archive.writer.quarantined(0), []);
      archive.writer.deleteChannel(2, true);
      archive.writer.setRetention(1, { messages: 1_000 });
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
        const search = parseSearch("hello");
        assert.ok("query" in search);
        await assert.rejects(reader.timeline({ search: search.query, limit: 10 }), {
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
      archive.writer = openSqliteArchive({ path: archive.path, synchronous: "normal" });
      archive.writer.append(timed([said(ANN, "hello again")], 30), new Set());
      await using reader = archive.reader();
      assert.deepEqual(await textsWith("hello", reader), ["hello again", "hello lake", "hello pond"]);
      assert.deepEqual(reader.faults(), []);
    });
  }
}

function upkeep(
  writer: ReturnType<typeof openArchive>["writer"],
  step: "delete" | "retention" | "merge" | "compact",
): void {
  switch (step) {
    case "delete":
      return assert.equal(writer.deleteStep(100), false);
    case "retention":
      return assert.equal(writer.retentionStep(100, Date.now()), false);
    case "merge":
      return assert.equal(writer.mergeStep(), false);
    case "compact":
      writer.compactStep(0);
  }
}

async function textsWith(word: string, reader: ArchiveReader): Promise<string[]> {
  const search = parseSearch(word);
  assert.ok("query" in search);
  const texts: string[] = [];
  let before: number | undefined;
  while (true) {
    const page = await reader.timeline({ channelId: 1, search: search.query, before, limit: 10 });
    texts.push(...page.events.map(({ text }) => text));
    if (page.stoppedAt === undefined) return texts;
    before = page.stoppedAt;
  }
}

Deno.test("whatever stands on the pages of the index, rows are stored, and a timeline without words has them all or says why not", async () => {
  for (let run = 0; run < 40; run++) {
    using archive = openArchive();
    archive.say(Array.from({ length: 300 }, (_, n) => said(n % 3 ? ANN : BEN, `hello ${n} there`)));
    const garbage = [
      "randomblob(length(block))",
      "zeroblob(length(block))",
      "randomblob(3)",
      "substr(block, 1, 40)",
    ];
    damage(
      archive.path,
      `UPDATE messages_index_data SET block = ${garbage[run % 4]} WHERE id > 10 AND abs(random() % 2) = 0`,
    );
    archive.writer.append(timed([said(ANN, "one more"), timeout("ben", 12, 60)], 400), new Set());
    archive.writer.mergeStep();
    archive.writer.flushCounters();
    await using reader = archive.reader();
    const search = parseSearch("hello");
    assert.ok("query" in search);
    const found = await reader.timeline({ search: search.query, limit: 10 }).catch((error) => error);
    assert.ok(!(found instanceof Error) || hasCode(found, "index_unusable"), String(found));
    for (const query of [{ channelId: 1 }, { userId: 11 }, { userId: 12 }, {}]) {
      const events = [];
      let before: number | undefined;
      while (true) {
        const page = await reader.timeline({ ...query, limit: 100, before });
        events.push(...page.events);
        if (!page.more) break;
        before = page.stoppedAt ?? page.events.at(-1)!.id;
      }
      const expected = query.userId === 11 ? 201 : query.userId === 12 ? 101 : 302;
      if (reader.faults().length === 0) assert.equal(events.length, expected);
    }
  }
});
