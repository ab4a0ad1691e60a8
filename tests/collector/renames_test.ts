/** Twitch's id of a channel appears under another login: which channels are recorded, and where messages are found. */
import assert from "node:assert/strict";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { OverflowFile } from "../../src/collector/ingest/overflow_file.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { startTestCollector, type TestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { lockForWriting } from "../support/archive/write_lock.ts";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";

/** A stand-in that can give names to other rooms. A name without a room does not exist. */
async function startNames(rooms: Record<string, number>) {
  const names = new Map(Object.entries(rooms));
  const twitch = await startTwitch({
    joinLimit: undefined,
    exists: (login) => names.has(login),
    roomId: (login) => names.get(login),
  });
  return { twitch, names };
}

/** Sends a message to a channel, and waits until it is stored. */
async function say(twitch: StandIn, test: TestCollector, channel: string, text: string): Promise<void> {
  const { stored } = test.collector.status().counts;
  assert.ok(
    twitch.send(privmsg({ channel, roomId: twitch.roomId(channel), text })) > 0,
    `#${channel} is heard`,
  );
  await test.until(({ counts }) => counts.stored > stored);
}

/** The texts of the channel that a name leads to, oldest first. */
async function texts(dbPath: string, login: string): Promise<string[]> {
  await using reader = openSqliteReader({ path: dbPath });
  const channel = await reader.channelByLogin(login);
  const { events } = await reader.timeline({ channelId: channel!.id, limit: 50 });
  return events.filter(({ kind }) => kind === "message").map(({ text }) => text).reverse();
}

Deno.test("a renamed channel stays one channel: messages are found by both names, and the old name is still joined", async () => {
  const { twitch, names } = await startNames({ before: 1, other: 2 });
  await using _twitch = twitch;
  await using test = startTestCollector({ twitch, channels: ["before", "other"] });
  const { dbPath } = test;
  await test.allJoined("before", "other");
  await say(twitch, test, "before", "under the old name");
  const { channelId } = test.channel("before");

  names.set("after", 1);
  names.delete("before");
  test.collector.addChannels(["after"]);
  await test.allJoined("after");
  assert.equal(test.channel("after").channelId, channelId);
  assert.notEqual(test.channel("before").channelId, channelId);
  await say(twitch, test, "after", "under the new name");
  for (const login of ["before", "after"]) {
    assert.deepEqual(await texts(dbPath, login), ["under the old name", "under the new name"], login);
  }
  const { renames } = test.collector.status();
  assert.deepEqual(renames.map(({ from, to }) => [from, to]), [["before", "after"]]);
  await using reader = openSqliteReader({ path: dbPath });
  const logins = (await reader.channels()).map(({ login }) => login);
  assert.deepEqual(logins, ["after", "before", "other"], "there is no other row");
});

Deno.test("two channels that swap names are both still recorded, even after a restart", async () => {
  for (const restart of [false, true]) {
    using folder = tempFolder();
    const dbPath = `${folder.path}/a.db`;
    const { twitch, names } = await startNames({ a: 1, b: 2 });
    await using _twitch = twitch;
    {
      await using test = startTestCollector({ dbPath, twitch, channels: ["a", "b"] });
      await test.allJoined("a", "b");
      await say(twitch, test, "a", "room 1 as a");
      await say(twitch, test, "b", "room 2 as b");
      names.set("a", 2).set("b", 1);
      if (!restart) {
        await twitch.dropAll();
        await test.until(({ renames }) => renames.length === 2);
        await test.allJoined("a", "b");
        await say(twitch, test, "a", "room 2 as a");
        await say(twitch, test, "b", "room 1 as b");
        assert.equal(test.collector.status().counts.rejected, 0);
      }
    }
    // TWITCH_CHANNELS has the same names as before.
    await using test = startTestCollector({ dbPath, twitch, channels: ["a", "b"] });
    if (restart) await test.until(({ renames }) => renames.length === 2);
    await test.allJoined("a", "b");
    await say(twitch, test, "a", "room 2, later");
    await say(twitch, test, "b", "room 1, later");
    const middle = (room: number, name: string) => restart ? [] : [`room ${room} as ${name}`];
    assert.deepEqual(await texts(dbPath, "a"), ["room 2 as b", ...middle(2, "a"), "room 2, later"]);
    assert.deepEqual(await texts(dbPath, "b"), ["room 1 as a", ...middle(1, "b"), "room 1, later"]);
    const { channels, counts } = test.collector.status();
    assert.equal(channels.length, 2);
    assert.equal(counts.rejected, 0);
  }
});

Deno.test("a chain of renames moves each room, and the first name is joined again", async () => {
  const { twitch, names } = await startNames({ a: 1, b: 2, c: 3 });
  await using _twitch = twitch;
  await using test = startTestCollector({ twitch, channels: ["a", "b", "c"], secondReader: "all" });
  const { dbPath } = test;
  await test.allJoined("a", "b", "c");
  for (const login of ["a", "b", "c"]) await say(twitch, test, login, `as ${login}`);
  names.set("b", 1).set("c", 2).delete("a");
  await twitch.dropAll();
  await test.until(({ renames }) => renames.length >= 2);
  await test.allJoined("b", "c");
  await say(twitch, test, "b", "now b");
  await say(twitch, test, "c", "now c");
  assert.deepEqual(await texts(dbPath, "b"), ["as a", "now b"]);
  assert.deepEqual(await texts(dbPath, "c"), ["as b", "now c"]);
  assert.ok(test.channel("a"), "the next room with the name is recorded");
});

Deno.test("two names of one room do not make it switch between them", async () => {
  const { twitch, names } = await startNames({ before: 1 });
  await using _twitch = twitch;
  await using test = startTestCollector({ twitch, channels: ["before"] });
  await test.allJoined("before");
  names.set("after", 1);
  test.collector.addChannels(["after"]);
  await test.until(() => test.channel("before").state === "refused");
  assert.match(test.channel("before").reason!, /#after/);
  await test.allJoined("after");
  await say(twitch, test, "after", "one room");
  assert.equal(test.collector.status().renames.length, 1);

  // The old name is retried from time to time, which must not make the room rejoin each time.
  const { joins } = twitch.counters;
  const { channelId } = test.channel("before");
  test.collector.setEnabled(channelId, false);
  test.collector.setEnabled(channelId, true);
  await test.until(() => test.channel("before").state === "refused" && twitch.counters.joins > joins);
  await say(twitch, test, "after", "still one room");
  assert.equal(twitch.counters.joins, joins + 1);
});

Deno.test("lines that wait in the overflow file while their channel is renamed are stored in their room", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  const { twitch, names } = await startNames({ a: 1, b: 2 });
  await using _twitch = twitch;
  {
    await using test = startTestCollector({ dbPath, twitch, channels: ["a", "b"] });
    await test.allJoined("a", "b");
    await say(twitch, test, "a", "stored");
  }
  {
    using overflow = new OverflowFile(`${dbPath}-spool`, 1e6, () => 0);
    for (const [channel, roomId] of [["a", 1], ["b", 2]] as const) {
      const line = privmsg({ channel, roomId, text: `waited in room ${roomId}` });
      overflow.append({ receivedAt: Date.now(), line });
    }
    const line = "@msg-id=slow_on :tmi.twitch.tv NOTICE #a :a notice of room 1";
    overflow.append({ receivedAt: Date.now(), line });
  }
  names.set("a", 2).set("b", 1);
  // The archive has the rename before the file is read.
  {
    using writer = SqliteWriter.open({ path: dbPath, synchronous: "normal" });
    writer.identifyChannel("b", 1, Date.now() + 1_000);
    writer.identifyChannel("a", 2, Date.now() + 1_000);
  }
  await using test = startTestCollector({ dbPath, twitch, channels: ["a", "b"] });
  await test.until(({ writer, counts }) => writer.overflowBytes === 0 && counts.stored >= 3);
  assert.deepEqual(await texts(dbPath, "b"), ["stored", "waited in room 1"]);
  assert.deepEqual(await texts(dbPath, "a"), ["waited in room 2"]);
  await using reader = openSqliteReader({ path: dbPath });
  const room1 = (await reader.channelByLogin("b"))!.id;
  const { events } = await reader.timeline({ channelId: room1, limit: 50 });
  assert.ok(events.some(({ kind, text }) => kind === "server" && text === "a notice of room 1"));
  assert.equal(test.collector.status().counts.rejected, 0);
});

Deno.test("a rename while the archive cannot be written is stored once it can", async () => {
  const { twitch, names } = await startNames({ a: 1 });
  await using _twitch = twitch;
  await using test = startTestCollector({ twitch, channels: ["a", "b"] });
  const { dbPath } = test;
  await test.allJoined("a");
  const { channelId } = test.channel("a");
  using lock = lockForWriting(dbPath);
  twitch.send(privmsg({ channel: "a", roomId: 1, text: "cannot be written" }));
  await test.until(({ writer }) => writer.state === "failing");
  names.set("b", 1).delete("a");
  await twitch.dropAll();
  await test.allJoined("b");
  twitch.send(privmsg({ channel: "b", roomId: 1, text: "nor this" }));
  lock.release();
  await test.until(({ writer, renames }) => writer.state === "ok" && renames.length === 1);
  assert.equal(test.channel("b").channelId, channelId);
  await test.until(({ writer }) => writer.queue === 0 && writer.overflowBytes === 0);
  const stored = await texts(dbPath, "b");
  assert.ok(stored.includes("cannot be written"));
});
