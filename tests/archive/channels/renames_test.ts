/** Rows, messages and names after Twitch's id of a channel appears under another login. */
import assert from "node:assert/strict";
import type { Channel } from "../../../src/archive/channel.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive, type TestArchive } from "../../support/archive/test_archive.ts";

/** A login, and Twitch's id for it. */
type Answer = [login: string, roomId: number];

/** `login:id:twitch id` of each channel, with ` off` if it is disabled. */
function rows({ writer }: TestArchive): string[] {
  const show = (c: Channel) => `${c.login}:${c.id}:${c.twitchId ?? "-"}${c.enabled ? "" : " off"}`;
  return writer.channels().map(show);
}

/** Channels `a` (room 1) and `b` (room 2) with a message each; `lake` and `hill` are removed. */
function openTwo(): TestArchive {
  const archive = openArchive();
  for (const id of [1, 2]) archive.writer.deleteChannel(id, false);
  for (const [login, roomId] of [["a", 1], ["b", 2]] as const) {
    archive.writer.createChannel(login, NOON);
    archive.writer.identifyChannel(login, roomId, NOON);
    archive.append([message(ANN, `in room ${roomId}`, { channel: login, roomId })]);
  }
  return archive;
}

Deno.test("a renamed channel keeps its row, and a new row records its earlier login", async () => {
  using archive = openTwo();
  archive.writer.createChannel("new_name", NOON);
  assert.equal(archive.writer.identifyChannel("new_name", 1, NOON + 5).id, 3);
  assert.deepEqual(rows(archive), ["a:6:-", "b:4:2", "new_name:3:1"], "and no empty row is left behind");
  await using reader = archive.reader();
  assert.equal(
    (await reader.channelByLogin("a"))!.id,
    3,
    "the name leads to the room until another room has it",
  );
});

Deno.test("two channels that swap names keep their messages, and both names stay recorded", async () => {
  const answers: Answer[] = [["b", 1], ["a", 2]];
  for (const [first, second] of [answers, answers.toReversed()] as [Answer, Answer][]) {
    using archive = openTwo();
    archive.writer.identifyChannel(...first, NOON + 5);
    const enabled = archive.writer.channels().filter(({ enabled }) => enabled).map(({ login }) => login);
    assert.deepEqual(enabled, ["a", "b"], "in between as well");
    archive.writer.identifyChannel(...second, NOON + 6);
    assert.deepEqual(rows(archive), ["a:4:2", "b:3:1"]);
    await using reader = archive.reader();
    const texts = async (login: string) =>
      (await reader.timeline({ channelId: (await reader.channelByLogin(login))!.id, limit: 5 })).events
        .map(({ text }) => text);
    assert.deepEqual([await texts("a"), await texts("b")], [["in room 2"], ["in room 1"]]);
    assert.deepEqual((await reader.channelByLogin("a"))!.earlierLogins, ["b"]);
  }
});

Deno.test("a chain of renames moves each channel, in any order of the lines", () => {
  const answers: Answer[] = [["b", 1], ["c", 2]];
  for (const order of [answers, answers.toReversed()] as [Answer, Answer][]) {
    using archive = openTwo();
    if (order[0][0] === "c") archive.writer.createChannel("c", NOON);
    archive.writer.identifyChannel(...order[0], NOON + 5);
    archive.writer.createChannel("c", NOON + 5);
    archive.writer.identifyChannel(...order[1], NOON + 6);
    const named = rows(archive).map((row) => row.replace(/^a:\d+/, "a:new"));
    assert.deepEqual(named, ["a:new:-", "b:3:1", "c:4:2"]);
  }
});

Deno.test("a room that is renamed twice is found by all three names", async () => {
  using archive = openTwo();
  archive.writer.identifyChannel("c", 1, NOON + 5);
  archive.writer.identifyChannel("d", 1, NOON + 6);
  await using reader = archive.reader();
  for (const login of ["a", "c", "d"]) assert.equal((await reader.channelByLogin(login))!.id, 3, login);
});

Deno.test("a rename to the name of a disabled, hidden or deleted channel gives that name to the room", () => {
  const making: Record<string, (archive: TestArchive) => void> = {
    disabled: ({ writer }) => writer.setEnabled(4, false),
    hidden: ({ writer }) => writer.deleteChannel(4, false),
    deleting: ({ writer }) => writer.deleteChannel(4, true),
  };
  for (const [what, make] of Object.entries(making)) {
    using archive = openTwo();
    make(archive);
    const channel = archive.writer.identifyChannel("b", 1, NOON + 5);
    assert.deepEqual(
      [channel.id, channel.login, channel.enabled, channel.deleting],
      [3, "b", true, false],
      what,
    );
    assert.ok(rows(archive).some((row) => /^a:\d+:-$/.test(row)), `${what}: #a is still recorded`);
    while (archive.writer.maintenance.deleteMessages(10));
    assert.equal(archive.writer.channels().find(({ id }) => id === 3)!.login, "b", what);
  }
});

Deno.test("adding a name whose room is being deleted under another name begins a new channel", () => {
  using archive = openTwo();
  archive.writer.createChannel("c", NOON);
  archive.writer.deleteChannel(3, true);
  const channel = archive.writer.identifyChannel("c", 1, NOON + 5);
  assert.deepEqual([channel.id, channel.deleting, channel.twitchId], [5, false, 1]);
  while (archive.writer.maintenance.deleteMessages(10));
  assert.deepEqual(rows(archive), ["b:4:2", "c:5:1"]);
});

Deno.test("a renamed channel that is disabled leaves no row with its earlier login", () => {
  for (const withList of [true, false]) {
    using archive = openTwo();
    if (withList) archive.writer.setEnabled(3, false);
    else archive.writer.deleteChannel(3, false);
    archive.writer.createChannel("c", NOON);
    archive.writer.identifyChannel("c", 1, NOON + 5);
    assert.deepEqual(rows(archive), ["b:4:2", "c:3:1"]);
  }
});

Deno.test("lines that waited under an earlier name go to their room, by room id or by time of receipt", async () => {
  using archive = openTwo();
  archive.writer.identifyChannel("b", 1, NOON + 5_000);
  archive.writer.identifyChannel("a", 2, NOON + 6_000);
  archive.append([
    message(ANN, "by id, room 1", { channel: "a", roomId: 1 }),
    message(ANN, "by id, room 2", { channel: "b", roomId: 2 }),
    message(ANN, "by id, now", { channel: "a", roomId: 2 }),
    message(ANN, "by time, room 1", { channel: "a", roomId: undefined, kind: "server", author: undefined }),
  ], 1);
  archive.append([
    message(ANN, "by time, now", { channel: "a", roomId: undefined, kind: "server", author: undefined }),
  ], 10);
  await using reader = archive.reader();
  const texts = async (channelId: number) =>
    (await reader.timeline({ channelId, limit: 9 })).events.map(({ text }) => text).reverse();
  assert.deepEqual(await texts(3), ["in room 1", "by id, room 1", "by time, room 1"]);
  assert.deepEqual(await texts(4), ["in room 2", "by id, room 2", "by id, now", "by time, now"]);
});
