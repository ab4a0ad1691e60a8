import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { ANN, BEN, message, NOON, timeout } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { DAY_MS } from "../../../src/clock.ts";

function faultsOf(path: string): string[] {
  return examine({ path, repair: false, progress: () => {} }).left;
}

async function texts(archive: ReturnType<typeof openArchive>, channelId: number): Promise<string[]> {
  await using reader = archive.reader();
  const { events } = await reader.timeline({ channelId, limit: 200 });
  return events.map(({ text }) => text).reverse();
}

function stepToTheEnd(archive: ReturnType<typeof openArchive>, now: number, rows = 7): number {
  archive.writer.flushCounters();
  let steps = 0;
  while (archive.writer.maintenance.expire(rows, now)) steps++;
  return steps;
}

Deno.test("without retention nothing is deleted", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "old")]);
  assert.equal(stepToTheEnd(archive, NOON + 10_000 * DAY_MS), 0);
  assert.deepEqual(await texts(archive, 1), ["old"]);
});

Deno.test("retention by days deletes older messages of its channel, and none of others", async () => {
  using archive = openArchive();
  archive.append(Array.from({ length: 20 }, (_, i) => message(i % 2 ? ANN : BEN, `old ${i} 草草 😂`)));
  archive.append([message(ANN, "elsewhere", { channel: "hill" }), timeout("ben", 12, 60)], 30);
  archive.append([message(ANN, "new")], 3 * 86_400);
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { days: 2 } });
  stepToTheEnd(archive, NOON + 3 * DAY_MS);
  assert.deepEqual(await texts(archive, 1), ["new"]);
  assert.deepEqual(await texts(archive, 2), ["elsewhere"]);
  assert.deepEqual(faultsOf(archive.path), []);
  await using reader = archive.reader();
  const lake = (await reader.channels()).find(({ id }) => id === 1)!;
  assert.deepEqual(lake.retention, { days: 2, messages: undefined });
  assert.deepEqual([lake.messages, lake.firstAt], [1, NOON + 3 * DAY_MS]);
});

Deno.test("retention by number keeps the newest messages", async () => {
  using archive = openArchive();
  archive.append(Array.from({ length: 25 }, (_, i) => message(ANN, String(i))));
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 4 } });
  assert.equal(stepToTheEnd(archive, NOON), 3);
  assert.deepEqual(await texts(archive, 1), ["21", "22", "23", "24"]);
  archive.append([message(ANN, "25")], 60);
  stepToTheEnd(archive, NOON);
  assert.deepEqual(await texts(archive, 1), ["22", "23", "24", "25"]);
  archive.writer.change({ kind: "set retention", channelId: 1, retention: {} });
  archive.append([message(ANN, "26")], 61);
  assert.equal(stepToTheEnd(archive, NOON), 0);
});

Deno.test("messages that are not counted yet are not deleted, so that counters stay correct", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "one"), message(ANN, "two")]);
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { days: 1 } });
  assert.equal(archive.writer.maintenance.expire(10, NOON + 9 * DAY_MS), false);
  stepToTheEnd(archive, NOON + 9 * DAY_MS);
  assert.deepEqual(await texts(archive, 1), []);
  assert.deepEqual(faultsOf(archive.path), []);
});

Deno.test("index, counters and removals stay correct for any messages and deletion steps", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          messages: fc.integer({ min: 1, max: 30 }),
          keep: fc.option(fc.integer({ min: 1, max: 40 })),
          days: fc.option(fc.integer({ min: 1, max: 4 })),
          rows: fc.integer({ min: 1, max: 20 }),
          steps: fc.integer({ min: 0, max: 4 }),
          counted: fc.boolean(),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      (rounds) => {
        using archive = openArchive();
        for (const [day, { messages, keep, days, rows, steps, counted }] of rounds.entries()) {
          archive.append(
            Array.from({ length: messages }, (_, i) => {
              if (i % 5 === 4) return timeout("ben", 12, 60);
              return message(i % 2 ? ANN : BEN, `word${i} 草草`, i % 3 ? {} : { channel: "hill" });
            }),
            day * 86_400,
          );
          if (counted) archive.writer.flushCounters();
          archive.writer.change({
            kind: "set retention",
            channelId: 1,
            retention: { messages: keep ?? undefined, days: days ?? undefined },
          });
          for (let i = 0; i < steps; i++) archive.writer.maintenance.expire(rows, NOON + day * DAY_MS);
        }
        assert.deepEqual(faultsOf(archive.path), []);
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("free pages are returned to the file system step by step", () => {
  using archive = openArchive();
  for (let n = 0; n < 21; n++) {
    archive.append(
      Array.from({ length: 1_000 }, (_, i) => message(ANN, `${n} ${i} `.repeat(40))),
      n * 1_000,
    );
  }
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 10 } });
  stepToTheEnd(archive, NOON, 500);
  const pages = () => {
    using db = new DatabaseSync(archive.path, { readOnly: true });
    return db.prepare("PRAGMA page_count").get()!.page_count as number;
  };
  const indexBytes = () => {
    using db = new DatabaseSync(archive.path, { readOnly: true });
    return db.prepare("SELECT sum(length(block)) AS bytes FROM messages_index_data").get()!.bytes as number;
  };
  assert.ok(indexBytes() > 100_000, "the index has many tombstones");
  while (archive.writer.maintenance.clearIndex());
  assert.ok(indexBytes() < 10_000, `${indexBytes()} bytes`);
  const before = pages();
  let steps = 1;
  while (archive.writer.maintenance.reclaim(200)) steps++;
  assert.ok(steps > 5);
  assert.ok(pages() < before / 2, `${before} pages became ${pages()}`);
  assert.deepEqual(faultsOf(archive.path), []);
});
