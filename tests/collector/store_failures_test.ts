import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { receivedAt } from "../../src/chat/ids.ts";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { lockForWriting } from "../support/archive/write_lock.ts";
import { everyMessage } from "../support/archive/every_event.ts";

Deno.test("while another process locks the file, messages go to the overflow file, and are read back in order", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  const { dbPath } = test;
  await test.until((status) => status.counts.stored === 1);

  using lock = lockForWriting(dbPath);
  const say = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `message ${i}` }));
      if (i % 500 === 0) await twitch.ready();
    }
  };
  await say(0, 25_000);
  await test.until(({ counts }) => counts.received === 25_001);
  await test.until(({ writer }) => writer.queue === 0);
  assert.ok(test.collector.status().writer.overflowBytes > 25_000 * 200, "the overflow file has all of them");

  lock.release();
  await say(25_000, 26_000);
  await test.until(({ counts }) => counts.stored === 26_001);
  const { counts, writer } = test.collector.status();
  assert.equal(counts.dropped, 0);
  assert.equal(writer.overflowBytes, 0);
  assert.deepEqual(await texts(dbPath), Array.from({ length: 26_000 }, (_, i) => `message ${i}`));
});

Deno.test("messages that wait when the program ends are stored once at the next start", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  {
    await using test = startTestCollector({ dbPath, twitch });
    await test.until((status) => status.counts.stored === 1);
    using lock = lockForWriting(dbPath);
    for (let i = 0; i < 3_000; i++) {
      twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `message ${i}` }));
    }
    await test.until(({ counts }) => counts.received === 3_001);
    await test.collector[Symbol.asyncDispose]();
    assert.equal(test.collector.status().counts.dropped, 0);
    lock.release();
  }
  assert.ok(Deno.statSync(`${dbPath}-spool`).size > 3_000 * 200);
  await using test = startTestCollector({ dbPath, twitch, channels: [] });
  await test.until(({ counts, writer }) => counts.stored >= 3_000 && writer.overflowBytes === 0);
  assert.deepEqual(await texts(dbPath), Array.from({ length: 3_000 }, (_, i) => `message ${i}`));
  assert.throws(() => Deno.statSync(`${dbPath}-spool`), Deno.errors.NotFound);
});

Deno.test("without an overflow file the queue stays bounded, the sockets wait, and nothing is lost", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  await using test = startTestCollector({ dbPath, twitch, overflow: { path: `${dbPath}-spool`, bound: 0 } });
  await test.until((status) => status.counts.stored === 1);

  using lock = lockForWriting(dbPath);
  const sent = 15_000;
  for (let i = 0; i < sent; i++) {
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `message ${i}` }));
    if (i % 500 === 0) await twitch.ready();
  }
  await test.until(({ writer }) => writer.queue === writer.queueBound);
  const { state, reason } = test.collector.status().writer;
  assert.equal(state, "failing");
  assert.match(reason!, /locked/);
  assert.ok(test.log.some((line) => line.includes("cannot be written")));
  assert.throws(() => test.collector.addChannels(["beta"]), /cannot be written/);

  lock.release();
  await test.until(({ counts }) => counts.stored === sent + 1);
  const after = test.collector.status();
  assert.equal(after.writer.state, "ok");
  assert.equal(after.counts.dropped, 0);
  assert.equal(after.connections[0]!.state, "open", "a connection that had to wait does not count as dead");
});

Deno.test("a program that ends while the sockets wait does not wait for them, and counts the losses", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  const overflow = { path: `${dbPath}-spool`, bound: 0 };
  await using test = startTestCollector({ dbPath, twitch, overflow });
  await test.until((status) => status.counts.stored === 1);
  using _lock = lockForWriting(dbPath);
  for (let i = 0; i < 12_000; i++) {
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `message ${i}` }));
    if (i % 500 === 0) await twitch.ready();
  }
  await test.until(({ writer }) => writer.queue === writer.queueBound);
  const askedAt = Date.now();
  await test[Symbol.asyncDispose]();
  assert.ok(Date.now() - askedAt < 4_000, `it took ${Date.now() - askedAt} ms`);
  const { received, stored, dropped } = test.collector.status().counts;
  assert.ok(dropped >= 6_000);
  assert.equal(received, stored + dropped);
});

Deno.test("when the overflow file is full, too, dropped messages are counted, and the gap has that reason", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  const overflow = { path: `${dbPath}-spool`, bound: 300_000, patienceMs: 200 };
  await using test = startTestCollector({ dbPath, twitch, overflow });
  await test.until((status) => status.counts.stored === 1);
  using lock = lockForWriting(dbPath);
  const sent = 20_000;
  for (let i = 0; i < sent; i++) {
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `message ${i}` }));
    if (i % 500 === 0) await twitch.ready();
  }
  await test.until(({ counts }) => counts.received === sent + 1);
  lock.release();
  await test.until(({ writer, counts }) =>
    writer.state === "ok" && writer.overflowBytes === 0 && counts.stored + counts.dropped === counts.received
  );
  assert.ok(test.collector.status().counts.dropped > 5_000);
  await test[Symbol.asyncDispose]();
  await using reader = openSqliteReader({ path: dbPath });
  const gaps = await reader.gaps(1, 0, Date.now());
  assert.ok(gaps.some(({ reason }) => reason === "storage"), JSON.stringify(gaps));
});

Deno.test("lines that a full queue left unread before it dropped them are in the gap", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  const overflow = { path: `${dbPath}-spool`, bound: 1, patienceMs: 3_000 };
  await using test = startTestCollector({
    dbPath,
    twitch,
    overflow,
    channels: ["alpha", "beta"],
    channelsPerConnection: 1,
  });
  await test.until((status) => status.counts.stored === 2);
  const send = (channel: string, text: string) =>
    twitch.send(privmsg({ channel, roomId: twitch.roomId(channel), text }));
  const sentAt = new Map<string, number>();
  using lock = lockForWriting(dbPath);
  // Alpha fills the queue. Beta is so slow that no line of its own waits in the program when reading stops.
  for (let i = 0; i < 20_000; i++) send("alpha", `flood ${i}`);
  await test.until(({ writer }) => writer.queue === writer.queueBound);
  while (test.collector.status().counts.dropped === 0) {
    const text = `message ${sentAt.size}`;
    sentAt.set(text, Date.now());
    send("beta", text);
    await delay(50);
  }
  await test.until(({ counts }) => counts.received === 20_000 + 2 + sentAt.size);
  lock.release();
  await test.until(({ writer, counts }) =>
    writer.state === "ok" && counts.stored + counts.dropped === counts.received
  );
  await test[Symbol.asyncDispose]();
  await using reader = openSqliteReader({ path: dbPath });
  const [, beta] = (await reader.channels()).toSorted((a, b) => a.login < b.login ? -1 : 1);
  const gaps = await reader.gaps(beta!.id, 0, Date.now());
  const isInGap = (at: number, marginMs: number) =>
    gaps.some(({ from, to }) => at > from - marginMs && at < (to ?? Infinity) + marginMs);
  const { events } = await reader.timeline({ channelId: beta!.id, limit: 200 });
  const stored = new Set(events.map(({ text }) => text));
  assert.deepEqual(events.filter(({ id }) => isInGap(receivedAt(id), 0)), []);
  // The ids of a full queue may be ahead of the clock by 94 ms, and no stored message lies in the gap.
  const outside = [...sentAt].filter(([text, at]) => !stored.has(text) && !isInGap(at, 200));
  assert.deepEqual(outside, [], JSON.stringify(gaps));
});

for (const suffixes of [["", "-wal", "-shm"], [""]]) {
  const which = suffixes.length > 1 ? "with its log" : "and its log was left";
  Deno.test(`a file that was moved away ${which} is noticed while it is written, and recording continues in a new one`, async () => {
    using folder = tempFolder();
    const dbPath = `${folder.path}/a.db`;
    await using twitch = await startTwitch();
    await using test = startTestCollector({ dbPath, twitch });
    await test.until((status) => status.counts.stored === 1);

    const sent: string[] = [];
    const talking = setInterval(() => {
      sent.push(`message ${sent.length}`);
      twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: sent.at(-1) }));
    }, 5);
    const moved = `${folder.path}/moved.db`;
    for (const suffix of suffixes) Deno.renameSync(dbPath + suffix, moved + suffix);
    await test.until(({ writer }) => writer.state === "failing");
    await test.until(({ writer }) => writer.state === "ok");
    clearInterval(talking);
    await test.until(({ counts }) => counts.stored === sent.length + 1);

    const after = await texts(dbPath);
    assert.ok(after.length > 0);
    assert.deepEqual([...await texts(moved), ...after], sent);
  });
}

Deno.test("a row that cannot be stored is quarantined with its error, and blocks no other row", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  await using test = startTestCollector({
    dbPath,
    twitch,
    // No known line makes SQLite fail, so this makes the real writer refuse one.
    openWriter: () => {
      const writer = SqliteWriter.open({ path: dbPath, synchronous: "normal" });
      const append = writer.append.bind(writer);
      writer.append = (batch, ...rest) => {
        if (batch.some(({ event }) => event.text === "poison")) throw new Error("this one is poison");
        return append(batch, ...rest);
      };
      return writer;
    },
  });
  await test.until((status) => status.counts.stored === 1);
  for (const text of ["before", "poison", "after"]) {
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text }));
  }
  await test.until(({ counts }) => counts.stored + counts.rejected === 4);
  await test[Symbol.asyncDispose]();

  assert.deepEqual(await texts(dbPath), ["before", "after"]);
  using writer = SqliteWriter.open({ path: dbPath, synchronous: "normal" });
  const [aside] = writer.quarantined(0);
  assert.equal(aside!.event.text, "poison");
  assert.match(aside!.error, /this one is poison/);
  writer.replayQuarantined(aside!.id);
  assert.deepEqual(writer.quarantined(0), []);
});

/** The texts of the first channel, oldest first. */
const texts = async (path: string) => (await everyMessage(path, 1)).map(({ text }) => text);
