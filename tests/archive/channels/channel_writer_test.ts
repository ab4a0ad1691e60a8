import assert from "node:assert/strict";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

Deno.test("a renamed channel keeps its messages, and is found by both logins", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "a")]);
  archive.writer.createChannel("pond", NOON);
  const renamed = archive.writer.identifyChannel("pond", 9001, NOON + 5);
  assert.deepEqual([renamed.id, renamed.login, renamed.earlierLogins, renamed.enabled], [
    1,
    "pond",
    ["lake"],
    true,
  ]);
  archive.append([message(ANN, "b", { channel: "pond", roomId: 9001 })], 10);
  await using reader = archive.reader();
  assert.equal((await reader.channelByLogin("lake"))!.id, 1);
  assert.equal((await reader.timeline({ channelId: 1, limit: 5 })).events.length, 2);
});

Deno.test("a login that Twitch gave to another room begins a new channel", () => {
  using archive = openArchive();
  const other = archive.writer.identifyChannel("lake", 5555, NOON);
  assert.notEqual(other.id, 1);
  const logins = archive.writer.channels().map((channel) => [channel.id, channel.login, channel.enabled]);
  assert.deepEqual(logins.find(([id]) => id === 1), [1, "lake~1", false]);
});

Deno.test("channels are enabled and disabled, and found by name", async () => {
  using archive = openArchive();
  assert.equal(archive.writer.setEnabled(1, false)!.enabled, false);
  assert.equal(archive.writer.setEnabled(1, true)!.enabled, true);
  assert.equal(archive.writer.setEnabled(77, true), undefined);
  archive.writer.createChannel("mountain_lake", NOON);
  await using reader = archive.reader();
  assert.deepEqual((await reader.searchChannels("Lake", 5)).map((c) => c.login), ["lake", "mountain_lake"]);
  assert.equal(archive.writer.createChannel("lake", NOON + 9).createdAt, NOON);
});
