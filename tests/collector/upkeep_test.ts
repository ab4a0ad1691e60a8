import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteReader } from "../../src/archive/sqlite/reader.ts";
import { openSqliteArchive } from "../../src/archive/sqlite/writer.ts";
import { UnavailableError } from "../../src/archive/archive.ts";
import { Upkeep } from "../../src/collector/upkeep.ts";
import { startTwitch } from "../../src/demo/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { inventedEvent } from "../support/invented.ts";
import { privmsg } from "../support/lines.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("upkeep goes on from tick to tick until nothing is due, and then rests", () => {
  using folder = tempFolder();
  using writer = openSqliteArchive({ path: `${folder.path}/a.db`, synchronous: "normal" });
  writer.createChannel("alpha", 0);
  for (let n = 0; n < 3_000; n += 500) {
    writer.append(
      Array.from({ length: 500 }, (_, i) => ({
        event: inventedEvent(n + i, "alpha"),
        receivedAt: 1_700_000_000_000 + n + i,
      })),
      new Set(),
    );
  }
  writer.flushCounters();
  writer.setRetention(1, { messages: 10 });
  let asked = 0;
  const upkeep = new Upkeep(() => (asked++, writer), (error) => assert.fail(String(error)));
  let now = 1_800_000_000_000;
  let ticks = 0;
  const left = () => writer.channels()[0]!.messages;
  for (; left() > 10; ticks++) upkeep.tick(now += 100);
  assert.equal(left(), 10);
  assert.ok(ticks > 1, "not all in one tick");

  upkeep.tick(now += 100);
  asked = 0;
  upkeep.tick(now += 100);
  assert.equal(asked, 0, "it rests");
  upkeep.hurry();
  upkeep.tick(now += 100);
  assert.equal(asked, 1);
});

Deno.test("where nothing comes in for a while the file is made smaller, in steps", () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  using writer = openSqliteArchive({ path, synchronous: "normal" });
  writer.createChannel("alpha", 0);
  for (let n = 0; n < 10_000; n += 500) {
    const batch = Array.from({ length: 500 }, (_, i) => ({
      event: inventedEvent(n + i, "alpha"),
      receivedAt: 1_700_000_000_000 + n + i,
    }));
    writer.append(batch, new Set());
  }
  const pages = () => {
    using db = new DatabaseSync(path, { readOnly: true });
    return db.prepare("PRAGMA page_count").get()!.page_count as number;
  };
  const before = pages();
  const upkeep = (quietMs: number) =>
    new Upkeep(() => writer, (error) => assert.fail(String(error)), quietMs);
  upkeep(60_000).tick(1);
  assert.equal(pages(), before);
  const idle = upkeep(0);
  for (let now = 1; now < 3_000; now += 100) idle.tick(now);
  assert.ok(pages() < before, `${before} pages became ${pages()}`);
});

Deno.test("trouble with the archive is not upkeep's to tell, a bug is, and neither is thrown", () => {
  const told: unknown[] = [];
  const bug = new TypeError("x is not a function");
  for (const error of [new UnavailableError("disk full"), bug]) {
    new Upkeep(() => {
      throw error;
    }, (error) => told.push(error)).tick(1);
  }
  assert.deepEqual(told, [bug]);
});

Deno.test("a channel that keeps so many messages lets go of older ones while it is recorded", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  await using test = startTestCollector({ dbPath, twitch });
  await test.until((status) => status.channels[0]?.state === "joined");
  const ids = Array.from({ length: 400 }, () => crypto.randomUUID());
  for (const id of ids) twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id }));
  await test.until(({ counts }) => counts.stored === 401);
  await using reader = openSqliteReader({ path: dbPath });
  // Only what is counted is let go of, and that is written every few seconds.
  while ((await reader.channel(1))!.messages < 401) await new Promise((resolve) => setTimeout(resolve, 20));
  test.collector.setRetention(1, { messages: 100 });
  while ((await reader.channel(1))!.messages > 100) await new Promise((resolve) => setTimeout(resolve, 20));
  const { events, more } = await reader.timeline({ channelId: 1, limit: 200 });
  assert.equal(more, false);
  assert.deepEqual(events.map(({ uuid }) => uuid).reverse(), ids.slice(-100));
});
