import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import { TimeJudge } from "../../src/collector/time/judge.ts";
import { Maintenance } from "../../src/collector/maintenance.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { StandingClock } from "../support/clock.ts";
import { startTestCollector } from "../support/collector.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { AppError } from "../../src/chat/errors.ts";
import { until } from "../support/until.ts";

/** A clock that advances 100 ms from one tick to the next. */
function passing() {
  const clock = new StandingClock(1_800_000_000_000);
  return {
    time: new TimeJudge(clock),
    tickLater(maintenance: Maintenance) {
      clock.now += 100;
      maintenance.tick();
    },
  };
}

Deno.test("maintenance continues from tick to tick until nothing is due, and then pauses", () => {
  using folder = tempFolder();
  using writer = SqliteWriter.open({ path: `${folder.path}/a.db`, synchronous: "normal" });
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
  writer.change({ kind: "set retention", channelId: 1, retention: { messages: 10 } });
  let asked = 0;
  const { time, tickLater } = passing();
  const maintenance = new Maintenance({
    writer: () => (asked++, writer),
    time,
    damaged: (reason) => assert.fail(reason),
    broken: (error) => assert.fail(String(error)),
    // One step a tick.
    budgetMs: 0,
  });
  let ticks = 0;
  const left = () => writer.channels()[0]!.messages;
  for (; left() > 10; ticks++) tickLater(maintenance);
  assert.equal(left(), 10);
  assert.ok(ticks > 1, "not all in one tick");

  tickLater(maintenance);
  asked = 0;
  tickLater(maintenance);
  assert.equal(asked, 0, "it pauses");
  maintenance.endPause();
  tickLater(maintenance);
  assert.equal(asked, 1);
});

Deno.test("after a while without messages, the file is compacted in steps", () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  using writer = SqliteWriter.open({ path, synchronous: "normal" });
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
  assert.equal(writer.maintain(1_000, 0), false);
  assert.equal(pages(), before, "something came in a moment ago");
  let steps = 1;
  while (writer.maintenance.run(0, 0, 0)) steps++;
  assert.ok(steps > 1);
  assert.ok(pages() < before, `${before} pages became ${pages()}`);
});

Deno.test("maintenance reports bugs but not an unavailable archive, and throws neither", () => {
  const reported: unknown[] = [];
  const bug = new TypeError("x is not a function");
  for (const error of [new AppError("unavailable", "disk full"), bug]) {
    const writer = () => {
      throw error;
    };
    new Maintenance({
      writer,
      time: passing().time,
      damaged: (reason) => assert.fail(reason),
      broken: (error) => reported.push(error),
    }).tick();
  }
  assert.deepEqual(reported, [bug]);
});

Deno.test("maintenance reports damaged pages once, and again after it has succeeded", () => {
  const { time } = passing();
  const clock = time.clock as StandingClock;
  const reasons: string[] = [];
  let isDamaged = true;
  const maintenance = new Maintenance({
    writer: () => ({
      maintain() {
        if (isDamaged) throw new AppError("damaged", "page 7 is damaged");
        return false;
      },
    }),
    time,
    damaged: (reason) => reasons.push(reason),
    broken: (error) => assert.fail(String(error)),
  });
  const later = () => {
    clock.now += 6_000;
    maintenance.tick();
  };
  later();
  later();
  assert.deepEqual(reasons, ["page 7 is damaged"]);
  isDamaged = false;
  later();
  isDamaged = true;
  later();
  assert.equal(reasons.length, 2);
});

Deno.test("retention by number deletes older messages while the channel is recorded", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  const { dbPath } = test;
  await test.allJoined();
  const ids = Array.from({ length: 400 }, () => crypto.randomUUID());
  for (const id of ids) twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id }));
  await test.until(({ counts }) => counts.stored === 401);
  await using reader = openSqliteReader({ path: dbPath });
  // Only counted messages are deleted, and counters are written every few seconds.
  await until(async () => (await reader.channel(1))!.messages === 401);
  test.collector.change({ kind: "set retention", channelId: 1, retention: { messages: 100 } });
  await until(async () => (await reader.channel(1))!.messages <= 100);
  const { events, more } = await reader.timeline({ channelId: 1, limit: 200 });
  assert.equal(more, false);
  assert.deepEqual(events.map(({ uuid }) => uuid).reverse(), ids.slice(-100));
});
