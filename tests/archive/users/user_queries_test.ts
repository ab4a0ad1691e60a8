import assert from "node:assert/strict";
import { ANN, BEN, message, NOON, person, timeout } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

Deno.test("a renamed user keeps their id, and is found by both names", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "a")]);
  archive.append([message(person(11, "annika", { displayName: "Annika" }), "b")], 100);
  archive.append([message(BEN, "c")], 200);
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
  archive.append([message(ANN, "a"), message(person(11, "annika"), "b"), message(person(99, "ann"), "c")]);
  await using reader = archive.reader();
  assert.equal((await reader.userByLogin("ann"))!.id, 99);
});

Deno.test("users are found by prefix, by three letters and by earlier names, most active first", async () => {
  using archive = openArchive();
  archive.append([
    message(person(1, "harborlight"), "x"),
    message(person(2, "nightharbor"), "x"),
    message(person(2, "nightharbor"), "y"),
    message(person(3, "yuki_n", { displayName: "ゆきのさん" }), "x"),
    message(person(4, "oldname"), "x"),
    message(person(4, "newname"), "x"),
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
    archive.append(
      Array.from({ length: 900 }, (_, i) => message(person(1 + n * 900 + i, `twin${n}_${i}`), "x")),
      n * 900,
    );
  }
  archive.append([message(person(2000, "twin2_199"), "x")], 9000);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  assert.deepEqual((await reader.searchUsers("twin", 1)).map((user) => user.id), [2000]);
  assert.equal((await reader.searchUsers("tw", 20)).length, 20);
});

Deno.test("with very many fitting names, users are also found by earlier names", async () => {
  using archive = openArchive();
  for (let n = 0; n < 3; n++) {
    archive.append(
      Array.from({ length: 900 }, (_, i) => message(person(1 + n * 900 + i, `twin${n}_${i}`), "x")),
      n * 900,
    );
  }
  archive.append([
    message(person(5001, "twin_once"), "x"),
    message(person(5002, "other", { displayName: "쌍둥이" }), "x"),
  ], 4000);
  archive.append(Array.from({ length: 9 }, () => message(person(5001, "lantern"), "x")), 5000);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  for (const text of ["twin", "tw", "TWIN_"]) {
    assert.deepEqual((await reader.searchUsers(text, 1)).map((user) => user.login), ["lantern"], text);
  }
});

Deno.test("a user is found by login or display name, present names first, ignoring case", async () => {
  using archive = openArchive();
  archive.append([
    message(person(1, "yukino_san", { displayName: "ゆきのさん" }), "x"),
    message(person(2, "kimchi", { displayName: "김치" }), "x"),
    message(person(2, "kimchi", { displayName: "김치찌개" }), "x"),
    message(person(3, "other", { displayName: "김치" }), "x"),
    message(person(4, "unal", { displayName: "Ünal" }), "x"),
    message(person(5, "first_name"), "x"),
    message(person(5, "second_name"), "x"),
    message(person(6, "_under", { displayName: "_Under" }), "x"),
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
  archive.append([
    message(person(11, "ann", { color: "#FF0000" }), "a"),
    message(person(11, "ann", { color: "#00FF00" }), "b"),
    message(person(11, "ann", { color: "" }), "c"),
  ]);
  await using reader = archive.reader();
  assert.equal((await reader.user(11))!.color, "#00FF00");
  archive.append([message(person(11, "ann", { color: "#FF0000" }), "d"), timeout("ann", 11)], 10);
  assert.equal((await reader.user(11))!.color, "#FF0000", "also one that they had before");
});
