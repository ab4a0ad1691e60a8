import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { ANN, BEN, deletion, message, NOON, person, timed, timeout } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { searchOf } from "../../support/search.ts";

const UUID = "0c1d2e3f-0000-4000-8000-00000000000";

Deno.test("an event of an unknown channel throws with its name, and nothing of the batch is stored", async () => {
  using archive = openArchive();
  const batch = [message(person(77, "newcomer"), "hi"), message(ANN, "hi", { channel: "nowhere" })];
  assert.throws(() => archive.append(batch), /"nowhere"/);
  {
    await using reader = archive.reader();
    assert.equal((await reader.timeline({ limit: 5 })).events.length, 0);
    assert.equal(await reader.user(77), undefined);
  }
  // Rows that the failed batch created must not stay in caches.
  archive.append([message(person(77, "newcomer"), "hi")]);
  await using reader = archive.reader();
  assert.equal((await reader.timeline({ userId: 77, limit: 5 })).events[0]!.author!.login, "newcomer");
});

Deno.test("ids are times of receipt, and ascend within a tick and when the clock is set back", () => {
  using archive = openArchive();
  const [first] = archive.append([message(ANN, "a")]);
  const batch = [0, 0, -5000].map((ms) => ({ event: message(ANN, "b"), receivedAt: NOON + ms }));
  const ids = archive.writer.append(batch, new Set([1])).events.map((event) => event.id);
  assert.deepEqual(ids, [first! + 1, first! + 2, first! + 3]);
});

Deno.test("only events of watched channels are returned", () => {
  using archive = openArchive();
  const batch = timed([message(ANN, "a"), message(ANN, "b", { channel: "hill" })]);
  const result = archive.writer.append(batch, new Set([2]));
  assert.deepEqual(result.events.map((event) => event.text), ["b"]);
  assert.equal(result.lastId, result.events[0]!.id);
});

Deno.test("a deletion marks the message with its id, even in the same batch", async () => {
  using archive = openArchive();
  const [kept, gone] = archive.append([
    message(ANN, "kept", { uuid: `${UUID}1` }),
    message(ANN, "gone", { uuid: `${UUID}2` }),
  ]);
  const result = archive.writer.append(timed([deletion("ann", `${UUID}2`)], 10), new Set([1]));
  const same = archive.writer.append(
    timed([message(BEN, "short-lived", { uuid: `${UUID}3` }), deletion("ben", `${UUID}3`)], 20),
    new Set([1]),
  );
  assert.equal(same.events[0]!.removed!.kind, "deletion");
  await using reader = archive.reader();
  assert.equal((await reader.event(kept!))!.removed, undefined);
  assert.deepEqual((await reader.event(gone!))!.removed, { by: result.lastId, kind: "deletion" });
});

Deno.test("a timeout or ban marks the user's messages of the last day in the channel, once", async () => {
  using archive = openArchive();
  const day = 24 * 60 * 60;
  const [old, hers, his, elsewhere] = archive.append([message(ANN, "old")]).concat(
    archive.append([
      message(ANN, "hers"),
      message(BEN, "his"),
      message(ANN, "elsewhere", { channel: "hill" }),
    ], day - 10),
  );
  const [first] = archive.append([timeout("ann", 11, 600)], day + 5);
  archive.append([timeout("ann", 11)], day + 6);
  await using reader = archive.reader();
  const removed = async (id: number | undefined) => (await reader.event(id!))!.removed;
  assert.deepEqual(await removed(hers), { by: first, kind: "timeout", durationS: 600 });
  for (const id of [old, his, elsewhere, first]) assert.equal(await removed(id), undefined);
});

Deno.test("a cleared chat marks nothing", async () => {
  using archive = openArchive();
  const [id] = archive.append([message(ANN, "a"), message(ANN, "", { kind: "clear", author: undefined })]);
  await using reader = archive.reader();
  assert.equal((await reader.event(id!))!.removed, undefined);
});

Deno.test("an author with only a login is the user with that login, else a new user with a negative id", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "a"),
    message(person(undefined, "ann"), "b"),
    message(person(undefined, "old_timer"), "c"),
  ]);
  archive.append(
    [message(person(undefined, "old_timer"), "d"), message(person(undefined, "other"), "e")],
    10,
  );
  await using reader = archive.reader();
  const page = await reader.timeline({ limit: 10 });
  assert.deepEqual(page.events.map((event) => event.userId), [-2, -1, -1, 11, 11]);
  assert.equal((await reader.timeline({ userId: -1, limit: 10 })).events.length, 2);
  assert.equal(page.events[3]!.author!.userId, undefined);
});

Deno.test("counters are correct after a flush, and after a crash before one", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "a"),
    message(ANN, "b", { channel: "hill" }),
    message(BEN, "c"),
    timeout("ben", 12, 1),
  ]);
  archive.writer.flushCounters();
  archive.append([message(ANN, "d")], 60);
  // The first writer is left open, as if it had been killed; a second one opens.
  using second = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  assert.deepEqual(second.channels().map((channel) => [channel.login, channel.messages]), [["hill", 1], [
    "lake",
    4,
  ]]);
  await using reader = archive.reader();
  const ann = (await reader.user(11))!;
  assert.deepEqual([ann.messages, ann.firstAt, ann.lastAt], [3, NOON, NOON + 60_000]);
  assert.deepEqual(ann.channels.map((channel) => [channel.login, channel.messages]), [["lake", 2], [
    "hill",
    1,
  ]]);
  assert.equal((await reader.user(12))!.messages, 1);
  assert.deepEqual(await reader.minutes(1, NOON), [
    { minute: NOON / 60_000, messages: 3 },
    { minute: NOON / 60_000 + 1, messages: 1 },
  ]);
  const totals = await reader.totals();
  assert.deepEqual([totals.messages, totals.users, totals.channels], [5, 2, 2]);
  assert.ok(totals.bytes > 0);
});

Deno.test("everything of a deleted channel is deleted step by step, and the rest stays", async () => {
  using archive = openArchive();
  archive.append(Array.from({ length: 25 }, (_, i) => message(i % 2 ? ANN : BEN, `word${i} common 草草 😂`)));
  const [kept] = archive.append([message(ANN, "common", { channel: "hill" })], 100);
  archive.writer.deleteChannel(1, true);
  assert.throws(() => archive.append([message(ANN, "too late")], 200), /"lake"/);
  let steps = 1;
  while (archive.writer.maintenance.deleteMessages(10)) steps++;
  assert.equal(steps, 3);
  await using reader = archive.reader();
  assert.deepEqual((await reader.channels()).map((channel) => channel.login), ["hill"]);
  const common = await reader.timeline({
    search: searchOf("common"),
    limit: 50,
  });
  assert.deepEqual(common.events.map((event) => event.id), [kept]);
  assert.equal((await reader.user(11))!.messages, 1);
  assert.equal((await reader.user(12))!.messages, 0);
  assert.deepEqual(await reader.minutes(1, 0), []);
  using db = new DatabaseSync(archive.path);
  db.exec("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, messages_index, row)");
  const terms = db.prepare("SELECT term FROM temp.terms ORDER BY term").all().map((row) => row.term);
  assert.deepEqual(terms, ["common", "\uE000c2", "\uE000u11"]);
});

Deno.test("a hidden channel stays searchable, and is listed again with its messages", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "hello")]);
  archive.writer.deleteChannel(1, false);
  assert.deepEqual(archive.writer.channels().map((channel) => channel.login), ["hill"]);
  await using reader = archive.reader();
  assert.equal((await reader.channelByLogin("lake"))!.hidden, true);
  assert.equal((await reader.timeline({ channelId: 1, limit: 5 })).events.length, 1);
  const back = archive.writer.createChannel("lake", NOON);
  assert.deepEqual([back.id, back.enabled, back.hidden], [1, true, false]);
});
