import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { searchOf } from "../../support/search.ts";
import { ANN, BEN, message, NOON } from "../../support/archive/events.ts";
import { openArchive, type TestArchive, wholePage } from "../../support/archive/test_archive.ts";

const DAY_S = 24 * 60 * 60;
const MONTH_S = 30 * DAY_S;
const DAY = DAY_S * 1_000;
const LINE = "the same line again and again";
const UUID = "0c1d2e3f-0000-4000-8000-000000000001";

async function texts(archive: TestArchive, channelId: number): Promise<string[]> {
  await using reader = archive.reader();
  const { events } = await reader.timeline({ channelId, limit: 200 });
  return events.map(({ text }) => text).reverse();
}

/** The number of repeated texts in the file, and of messages that refer to one. */
function kept({ path }: TestArchive): { texts: number; references: number } {
  using db = new DatabaseSync(path, { readOnly: true });
  return {
    ...db.prepare(`
      SELECT (SELECT count(*) FROM texts) AS texts,
        (SELECT count(*) FROM messages WHERE typeof(text) = 'integer') AS "references"`).get(),
  } as { texts: number; references: number };
}

function faultsOf({ path }: TestArchive): string[] {
  return examine({ path, repair: false, progress: () => {} }).left;
}

Deno.test("a text that repeats in its channel and month is stored once, and reads like any other", async () => {
  using archive = openArchive();
  archive.append([
    ...Array.from({ length: 4 }, () => message(ANN, LINE)),
    ...Array.from({ length: 3 }, () => message(ANN, LINE, { channel: "hill" })),
    message(BEN, "short"),
    message(BEN, "short"),
  ]);
  archive.append([message(BEN, LINE), message(ANN, LINE)], 2 * MONTH_S);
  assert.deepEqual(kept(archive), { texts: 3, references: 6 });
  assert.deepEqual(await texts(archive, 1), [LINE, LINE, LINE, LINE, "short", "short", LINE, LINE]);
  assert.deepEqual(await texts(archive, 2), [LINE, LINE, LINE]);
  archive.writer.flushCounters();
  assert.deepEqual(faultsOf(archive), []);
});

Deno.test("a search finds a repeated text by words, phrases and prefix, but not by its number", async () => {
  using archive = openArchive();
  archive.append(Array.from({ length: 60 }, (_, i) => message(ANN, `${LINE}, or line ${i % 20}`)));
  archive.append([message(BEN, "7")], 60);
  await using reader = archive.reader();
  const found = async (q: string) => {
    return (await wholePage(reader, { search: searchOf(q), limit: 100 })).events.map(({ text }) => text);
  };
  assert.equal((await found('"same line again"')).length, 60);
  assert.equal((await found("agai*")).length, 60);
  assert.deepEqual(await found('"line 7"'), Array.from({ length: 3 }, () => `${LINE}, or line 7`));
  assert.deepEqual(await found("7"), ["7", ...Array.from({ length: 3 }, () => `${LINE}, or line 7`)]);
});

Deno.test("texts of a failed batch are not referred to", async () => {
  using archive = openArchive();
  archive.append([message(ANN, LINE)]);
  assert.throws(() =>
    archive.append([message(ANN, LINE), message(ANN, LINE), message(ANN, "", { channel: "nowhere" })], 1)
  );
  assert.deepEqual(kept(archive), { texts: 0, references: 0 });
  archive.append([message(BEN, LINE)], 2);
  assert.deepEqual(await texts(archive, 1), [LINE, LINE]);
  assert.deepEqual(kept(archive), { texts: 1, references: 1 });
});

Deno.test("a reopened archive continues the counts of texts", async () => {
  using archive = openArchive();
  archive.append([message(ANN, LINE), message(ANN, LINE)]);
  archive.writer[Symbol.dispose]();
  archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  archive.append(
    [message(ANN, `${LINE}!`), message(ANN, `${LINE}!`), message(ANN, LINE), message(ANN, LINE)],
    10,
  );
  assert.deepEqual(await texts(archive, 1), [LINE, LINE, `${LINE}!`, `${LINE}!`, LINE, LINE]);
});

Deno.test("a text is deleted with its channel, and with the last message of its month", async () => {
  using archive = openArchive();
  for (const month of [0, 1, 2]) {
    archive.append(
      Array.from({ length: 6 }, (_, i) => message(ANN, LINE, { channel: i % 2 ? "lake" : "hill" })),
      month * MONTH_S,
    );
  }
  archive.writer.flushCounters();
  assert.equal(kept(archive).texts, 6);
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 4 } });
  while (archive.writer.maintenance.expire(2, NOON));
  assert.equal(kept(archive).texts, 5);
  archive.writer.deleteChannel(2, true);
  while (archive.writer.maintenance.deleteMessages(2));
  assert.equal(kept(archive).texts, 2);
  assert.deepEqual(await texts(archive, 1), [LINE, LINE, LINE, LINE]);
  assert.deepEqual(faultsOf(archive), []);
});

Deno.test("messages in a month that retention deleted do not refer to its deleted texts", async () => {
  using archive = openArchive();
  archive.append([message(ANN, LINE), message(ANN, LINE)]);
  archive.append([message(ANN, "new")], 2 * MONTH_S);
  archive.writer.flushCounters();
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { days: 1 } });
  while (archive.writer.maintenance.expire(100, NOON + 2 * MONTH_S * 1_000));
  archive.writer.change({ kind: "set retention", channelId: 1, retention: {} });
  const late = [1, 2].map((hour) => ({
    event: message(ANN, LINE, { uuid: UUID.replace(/1$/, `${hour}`) }),
    receivedAt: NOON + hour * 3_600_000,
  }));
  archive.writer.fill(
    { channelId: 1, from: NOON, to: NOON + DAY, source: "elsewhere", filledAt: NOON },
    late,
  );
  assert.deepEqual(await texts(archive, 1), [LINE, LINE, "new"]);
  assert.deepEqual(faultsOf(archive), []);
});

Deno.test("any texts, repeated any number of times in any batches, read as they were written", async () => {
  const word = fc.constantFrom(
    "7",
    "123456789012",
    "草草草草 それは ㅋㅋㅋ 😂😂 草草",
    "a".repeat(499),
    LINE,
    `${LINE} 2`,
  );
  const batch = fc.record({
    texts: fc.array(fc.record({ text: word, lake: fc.boolean() }), { minLength: 1, maxLength: 20 }),
    fails: fc.boolean(),
    reopens: fc.boolean(),
    days: fc.integer({ min: 0, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 8 }), async (batches) => {
      using archive = openArchive();
      const expected: [string[], string[]] = [[], []];
      let second = 0;
      for (const { texts, fails, reopens, days } of batches) {
        second += days * DAY_S + 100;
        const events = texts.map(({ text, lake }) => message(ANN, text, { channel: lake ? "lake" : "hill" }));
        if (fails) {
          assert.throws(() => archive.append([...events, message(ANN, "", { channel: "nowhere" })], second));
        } else {
          archive.append(events, second);
          for (const { text, lake } of texts) expected[lake ? 0 : 1].push(text);
        }
        if (!reopens) continue;
        archive.writer[Symbol.dispose]();
        archive.writer = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
      }
      assert.deepEqual([await texts(archive, 1), await texts(archive, 2)], expected);
      archive.writer.flushCounters();
      assert.deepEqual(faultsOf(archive), []);
    }),
    { numRuns: 25 },
  );
});
