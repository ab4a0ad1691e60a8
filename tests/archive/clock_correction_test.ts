/** Archives with rows in the future from a wrong clock: how the writer and the doctor handle them. */
import assert from "node:assert/strict";
import { placeBefore } from "../../src/chat/place.ts";
import { examine } from "../../src/archive/sqlite/doctor/doctor.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { formatEvent } from "../../src/irc/format.ts";
import { readLine } from "../../src/irc/read.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { DAY_MS } from "../../src/clock.ts";
import { searchOf } from "../support/search.ts";

function received(sentAt: number, at: number, text?: string) {
  const reading = readLine(privmsg({ channel: "alpha", roomId: 9, sentAt, text }));
  assert.ok(reading.kind === "chat");
  return { event: reading.event, receivedAt: at };
}

/** 50 messages at their time, and 50 from while the clock was 400 days ahead, as older versions stored them. */
function spoiled(path: string, from: number): void {
  using writer = SqliteWriter.open({ path, synchronous: "normal" });
  writer.createChannel("alpha", from);
  writer.storeCoverage([{ kind: "started", channelId: 1, at: from }], from);
  for (let n = 0; n < 100; n++) {
    const sentAt = from + n * 1_000;
    const at = n < 50 ? sentAt + 80 : sentAt + 80 + 400 * DAY_MS;
    writer.append(
      [received(sentAt, at, n % 3 === 0 ? "a text that comes again and again" : undefined)],
      new Set(),
    );
  }
  const end = from + 100_000 + 400 * DAY_MS;
  writer.storeCoverage([{ kind: "ended", channelId: 1, at: end, reason: "stopped" }], end);
}

async function eventsOf(path: string): Promise<StoredEvent[]> {
  await using reader = openSqliteReader({ path });
  return (await reader.timeline({ channelId: 1, limit: 200 })).events.toReversed();
}

Deno.test("messages that are stored beside rows in the future get their own time and are counted, even after a crash", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  const from = Date.now() - 3_600_000;
  spoiled(path, from);
  const now = Date.now();
  for (let run = 0; run < 2; run++) {
    using writer = SqliteWriter.open({ path, synchronous: "normal" });
    const { ahead } = writer.correctClock(now, 0);
    assert.equal(ahead, 50);
    for (let n = 0; n < 20; n++) {
      const at = now + run * 1_000 + n * 10;
      const { events } = writer.append([received(at - 50, at)], new Set([1]));
      assert.equal(receivedAt(events[0]!.id), at);
    }
    // Counters are not flushed, as after a crash.
    await using reader = openSqliteReader({ path });
    assert.equal((await reader.channel(1))!.messages, 100 + (run + 1) * 20);
  }
  const ids = (await eventsOf(path)).map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
});

Deno.test("ids skip rows that exist already at their time", () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  const now = Date.now();
  {
    using writer = SqliteWriter.open({ path, synchronous: "normal" });
    writer.createChannel("alpha", now);
    for (let n = 0; n < 30; n++) writer.append([received(now, now + 120_000 + n)], new Set());
  }
  using writer = SqliteWriter.open({ path, synchronous: "normal" });
  writer.correctClock(now, 0);
  let last = 0;
  for (let at = now; at < now + 200_000; at += 1_000) {
    const batch = Array.from({ length: 200 }, (_, i) => received(at, at + i));
    const { events } = writer.append(batch, new Set([1]));
    assert.equal(events.length, 200);
    for (const { id } of events) {
      assert.ok(id > last);
      last = id;
    }
  }
});

Deno.test("the doctor finds rows that are ahead of their sending time and corrects them: none is lost, raw lines are equal", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  const from = Date.now() - 3_600_000;
  spoiled(path, from);
  const before = await eventsOf(path);
  const look = (repair: boolean) => examine({ path, repair, progress: () => {} });
  const found = look(false).left;
  assert.ok(
    found.some((sentence) => /^50 messages have times long after they were sent\.$/.test(sentence)),
    `${found}`,
  );
  const { left, repaired } = look(true);
  assert.deepEqual(left, []);
  assert.ok(repaired.some((sentence) => sentence.startsWith("50 messages were moved")));
  assert.deepEqual(look(false).found, []);

  const after = await eventsOf(path);
  assert.deepEqual(after.map((event) => formatEvent(event)), before.map((event) => formatEvent(event)));
  for (const { id, sentAt } of after) assert.ok(Math.abs(receivedAt(id) - sentAt!) <= 1_000);
  await using reader = openSqliteReader({ path });
  const { lastAt } = (await reader.channel(1))!;
  assert.ok(lastAt! <= Date.now());
  const user = await reader.userByLogin("ada_codes");
  assert.equal(user!.messages, 100);
  assert.ok(user!.lastAt! <= Date.now());
  const search = searchOf("again");
  let found34 = 0;
  // On a busy machine the time budget may end a search, which then returns where to continue.
  for (let before: number | undefined, more = true; more;) {
    const page = await reader.timeline({ search, channelId: 1, place: placeBefore(before), limit: 200 });
    found34 += page.events.length;
    more = page.stoppedAt !== undefined;
    before = page.stoppedAt;
  }
  assert.equal(found34, 34);
  const gaps = await reader.gaps(1, 0, Date.now());
  for (const { id } of after) {
    const at = receivedAt(id);
    assert.equal(
      gaps.find((gap) => at > gap.from && at < (gap.to ?? Infinity)),
      undefined,
      "no message is in a gap",
    );
  }
});
