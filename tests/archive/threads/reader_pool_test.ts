import assert from "node:assert/strict";
import { join } from "node:path";
import { openReaderPool } from "../../../src/archive/sqlite/threads/reader_pool.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { until } from "../../support/until.ts";
import { tempFolder } from "../../support/temp.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { hasCode, isUnavailable } from "../../../src/chat/errors.ts";
import { searchOf } from "../../support/search.ts";

Deno.test("readers on their own threads answer like a reader on this thread", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "hello"), message(ANN, "again")]);
  await using here = archive.reader();
  // Starting two threads takes long on a busy machine; the deadline has its own test.
  await using pool = await openReaderPool({ path: archive.path, deadlineMs: 60_000 });
  const query = { channelId: 1, limit: 5 };
  assert.deepEqual(await pool.timeline(query), await here.timeline(query));
  assert.deepEqual(await pool.channels(), await here.channels());
  assert.deepEqual(await pool.user(11), await here.user(11));
  assert.equal(await pool.event(5), undefined);
  const many = await Promise.all(Array.from({ length: 50 }, () => pool.timeline(query)));
  assert.ok(many.every((page) => page.events.length === 2));
});

Deno.test("readers see commits after they opened", async () => {
  using archive = openArchive();
  await using pool = await openReaderPool({ path: archive.path, readers: 1, deadlineMs: 60_000 });
  assert.equal((await pool.timeline({ channelId: 1, limit: 5 })).events.length, 0);
  archive.append([message(ANN, "new")]);
  assert.equal((await pool.timeline({ channelId: 1, limit: 5 })).events.length, 1);
});

Deno.test("queries fail until there is a file, and then are answered", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "twitch.db");
  await using pool = await openReaderPool({ path, readers: 1, deadlineMs: 60_000 });
  await assert.rejects(pool.channels(), isUnavailable);
  using writer = SqliteWriter.open({ path, synchronous: "normal" });
  writer.createChannel("lake", NOON);
  assert.deepEqual((await pool.channels()).map((channel) => channel.login), ["lake"]);
});

/** Resolves when a query is answered. The first query of a thread opens the file, which can exceed the deadline. */
async function untilAnswered(pool: ArchiveReader): Promise<void> {
  await until(async () => {
    try {
      await pool.channel(1);
      return true;
    } catch (error) {
      if (!hasCode(error, "too_slow")) throw error;
      return false;
    }
  });
}

Deno.test("a query past its deadline fails, and the next one gets a new thread", async () => {
  using archive = openArchive();
  // It takes at least five times the deadline.
  const long = Array.from({ length: 50_000 }, () => ["channels"] as const);
  await using pool = await openReaderPool({ path: archive.path, readers: 1, deadlineMs: 200 });
  await untilAnswered(pool);
  await assert.rejects(pool.batch(...long), { code: "too_slow" });
  await untilAnswered(pool);
});

Deno.test("queries beyond the queue's limit are refused at once", async () => {
  using archive = openArchive();
  await using pool = await openReaderPool({ path: archive.path, readers: 1, waiting: 2 });
  // Once the thread has answered, it takes the first of the next ones, and two may wait.
  await pool.channels();
  const asked = Array.from({ length: 6 }, (_, id) => pool.channel(id));
  const outcomes = await Promise.allSettled(asked);
  assert.deepEqual(outcomes.map(({ status }) => status === "fulfilled"), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("equal queries at the same time are answered once, and take one place in the queue", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "hello")]);
  await using pool = await openReaderPool({ path: archive.path, readers: 1, waiting: 2, deadlineMs: 60_000 });
  const pages = await Promise.all(
    Array.from({ length: 300 }, () => pool.timeline({ channelId: 1, limit: 5 })),
  );
  assert.equal(pages[0]!.events.length, 1);
  assert.ok(new Set(pages).size <= 2, "one answer for all callers that waited for it");
});

Deno.test("queries to a closed pool are refused", async () => {
  using archive = openArchive();
  const pool = await openReaderPool({ path: archive.path });
  await pool[Symbol.asyncDispose]();
  await assert.rejects(pool.channels(), isUnavailable);
});

Deno.test("queries without words overtake waiting searches, and have a thread that never searches", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "hello")]);
  for (const readers of [1, 2]) {
    await using pool = await openReaderPool({ path: archive.path, readers, deadlineMs: 60_000 });
    await Promise.all([pool.channel(1), pool.channel(2), pool.channel(3)]);
    const order: string[] = [];
    const search = (n: number) => searchOf(`w${n}`);
    const asked = Array.from(
      { length: 50 },
      (_, n) => pool.timeline({ search: search(n), limit: 5 }).then(() => order.push("search")),
    );
    asked.push(pool.timeline({ channelId: 1, limit: 5 }).then(() => order.push("cheap")));
    asked.push(pool.channels().then(() => order.push("cheap")));
    await Promise.all(asked);
    const last = order.lastIndexOf("cheap");
    // Without their own thread and priority over searches they would be last; a thread may open its file meanwhile.
    assert.ok(last <= 25, `with ${readers} threads, ${last} searches were answered before`);
  }
});
