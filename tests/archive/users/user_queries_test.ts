import assert from "node:assert/strict";
import { ANN, BEN, NOON, openArchive, person, said, timeout } from "../../support/archive/events.ts";

Deno.test("a renamed user keeps their id, and is found by both names", async () => {
  using archive = openArchive();
  archive.say([said(ANN, "a")]);
  archive.say([said(person(11, "annika", { displayName: "Annika" }), "b")], 100);
  archive.say([said(BEN, "c")], 200);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  const user = (await reader.user(11))!;
  assert.deepEqual([user.login, user.displayName, user.messages], ["annika", "Annika", 2]);
  assert.deepEqual(user.names, [
    { login: "annika", firstAt: NOON + 100_000, lastAt: NOON + 100_000 },
    { login: "ann", firstAt: NOON, lastAt: NOON + 100_000 },
  ]);
  assert.equal((await reader.userByLogin("ann"))!.id, 11);
  assert.equal((await reader.userByLogin("annika"))!.id, 11);
  assert.equal(await reader.userByLogin("nobody"), undefined);
});

Deno.test("a login leads to the user who has it now", async () => {
  using archive = openArchive();
  archive.say([said(ANN, "a"), said(person(11, "annika"), "b"), said(person(99, "ann"), "c")]);
  await using reader = archive.reader();
  assert.equal((await reader.userByLogin("ann"))!.id, 99);
});

Deno.test("users are found by prefix, by three letters and by earlier names, most active first", async () => {
  using archive = openArchive();
  archive.say([
    said(person(1, "harborlight"), "x"),
    said(person(2, "nightharbor"), "x"),
    said(person(2, "nightharbor"), "y"),
    said(person(3, "yuki_n", { displayName: "ゆきのさん" }), "x"),
    said(person(4, "oldname"), "x"),
    said(person(4, "newname"), "x"),
  ]);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  const find = async (text: string) => (await reader.searchUsers(text, 10)).map((user) => user.login);
  assert.deepEqual(await find("harbor"), ["nightharbor", "harborlight"]);
  assert.deepEqual(await find("HA"), ["harborlight"]);
  assert.deepEqual(await find("n"), ["nightharbor", "newname"]);
  assert.deepEqual(await find("ゆき"), ["yuki_n"]);
  assert.deepEqual(await find("きのさ"), ["yuki_n"]);
  assert.deepEqual(await find("oldn"), ["newname"]);
  assert.deepEqual(await find("i_n"), ["yuki_n"]);
  assert.deepEqual(await find("zzz"), []);
  assert.deepEqual(await find('"*(:'), []);
  assert.equal((await find("")).length, 4);
  assert.deepEqual((await reader.searchUsers("", 1)).length, 1);
});

Deno.test("with many fitting names, the most active users are searched", async () => {
  using archive = openArchive();
  for (let n = 0; n < 3; n++) {
    archive.say(
      Array.from({ length: 900 }, (_, i) => said(person(1 + n * 900 + i, `twin${n}_${i}`), "x")),
      n * 900,
    );
  }
  archive.say([said(person(2000, "twin2_199"), "x")], 9000);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  assert.deepEqual((await reader.searchUsers("twin", 1)).map((user) => user.id), [2000]);
  assert.equal((await reader.searchUsers("tw", 20)).length, 20);
});

Deno.test("with very many fitting names, users are also found by earlier names", async () => {
  using archive = openArchive();
  for (let n = 0; n < 3; n++) {
    archive.say(
      Array.from({ length: 900 }, (_, i) => said(person(1 + n * 900 + i, `twin${n}_${i}`), "x")),
      n * 900,
    );
  }
  archive.say([
    said(person(5001, "twin_once"), "x"),
    said(person(5002, "other", { displayName: "쌍둥이" }), "x"),
  ], 4000);
  archive.say(Array.from({ length: 9 }, () => said(person(5001, "lantern"), "x")), 5000);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  for (const text of ["twin", "tw", "TWIN_"]) {
    assert.deepEqual((await reader.searchUsers(text, 1)).map((user) => user.login), ["lantern"], text);
  }
});

Deno.test("a user is found by login or display name, present names first, ignoring case", async () => {
  using archive = openArchive();
  archive.say([
    said(person(1, "yukino_san", { displayName: "ゆきのさん" }), "x"),
    said(person(2, "kimchi", { displayName: "김치" }), "x"),
    said(person(2, "kimchi", { displayName: "김치찌개" }), "x"),
    said(person(3, "other", { displayName: "김치" }), "x"),
    said(person(4, "unal", { displayName: "Ünal" }), "x"),
    said(person(5, "first_name"), "x"),
    said(person(5, "second_name"), "x"),
    said(person(6, "_under", { displayName: "_Under" }), "x"),
  ]);
  await using reader = archive.reader();
  const expected = {
    "yukino_san": 1,
    "Yukino_San": 1,
    "ゆきのさん": 1,
    "김치": 3,
    "김치찌개": 2,
    "ÜNAL": 4,
    "unal": 4,
    "FIRST_name": 5,
    "_under": 6,
    "ゆきの": undefined,
    "nobody": undefined,
    "": undefined,
  };
  for (const [name, id] of Object.entries(expected)) {
    assert.equal((await reader.userByName(name))?.id, id, name);
  }
});

Deno.test("the profile has the user's newest colour", async () => {
  using archive = openArchive();
  archive.say([
    said(person(11, "ann", { color: "#FF0000" }), "a"),
    said(person(11, "ann", { color: "#00FF00" }), "b"),
    said(person(11, "ann", { color: "" }), "c"),
  ]);
  await using reader = archive.reader();
  assert.equal((await reader.user(11))!.color, "#00FF00");
  archive.say([said(person(11, "ann", { color: "#FF0000" }), "d"), timeout("ann", 11)], 10);
  assert.equal((await reader.user(11))!.color, "#FF0000", "also one that they had before");
});

Deno.test("a renamed channel keeps its messages, and is found by both logins", async () => {
  using archive = openArchive();
  archive.say([said(ANN, "a")]);
  archive.writer.createChannel("pond", NOON);
  const renamed = archive.writer.identifyChannel("pond", 9001, NOON + 5);
  assert.deepEqual([renamed.id, renamed.login, renamed.earlierLogins, renamed.enabled], [
    1,
    "pond",
    ["lake"],
    true,
  ]);
  archive.say([said(ANN, "b", { channel: "pond", roomId: 9001 })], 10);
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
