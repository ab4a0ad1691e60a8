import assert from "node:assert/strict";
import { type OptOut, OptOutList } from "../../src/archive/access/opt_out.ts";
import { examine } from "../../src/archive/sqlite/doctor/doctor.ts";
import { ANN, BEN, deletion, message, NOON, person, timeout } from "../support/archive/events.ts";
import { openArchive, type TestArchive } from "../support/archive/test_archive.ts";

const user = (more: Partial<OptOut>): OptOut => ({ kind: "user", at: NOON, stored: "hidden", ...more });

Deno.test("an id decides who has opted out, whatever login it has now", () => {
  const list = new OptOutList([user({ twitchId: 11, login: "ann" })]);
  assert.ok(list.has("user", { twitchId: 11, login: "ann" }));
  assert.ok(list.has("user", { twitchId: 11, login: "renamed" }));
  assert.ok(list.has("user", { login: "ann" }), "a line without an id");
  assert.ok(
    list.has("user", { twitchId: -4, login: "ann" }),
    "a user of the archive without an id of Twitch",
  );
  assert.ok(!list.has("user", { twitchId: 99, login: "ann" }), "somebody else has the login now");
  assert.ok(!list.has("channel", { twitchId: 11, login: "ann" }), "a user is no channel");
});

Deno.test("while no id is known, the login decides", () => {
  const list = new OptOutList([user({ login: "ann" })]);
  assert.ok(list.has("user", { twitchId: 11, login: "ann" }));
  assert.ok(list.lacksIdOf("user", "ann"));
  assert.ok(!list.has("user", { twitchId: 11, login: "ben" }));
  assert.ok(!list.has("user", {}));
});

Deno.test("an opt-out replaces the one of the same user, keeps its beginning, and learns the id", async () => {
  using archive = openArchive();
  const { writer } = archive;
  const add = (optOut: OptOut) => writer.change({ kind: "opt out", optOut });
  add(user({ login: "ann" }));
  add(user({ login: "ann", at: NOON + 5, stored: "deleted" }));
  add(user({ twitchId: 11, login: "ann", at: NOON + 9, stored: "deleted" }));
  await using reader = archive.reader();
  assert.deepEqual(await reader.optOuts(), [user({ twitchId: 11, login: "ann", stored: "deleted" })]);
  add(user({ twitchId: 99, login: "ann" }));
  assert.equal((await reader.optOuts()).length, 2, "another user with the login");
  assert.equal(
    writer.change({ kind: "end opt-out", subject: { kind: "user", twitchId: 5, login: "x" } }),
    "missing",
  );
  assert.equal(
    writer.change({ kind: "end opt-out", subject: { kind: "user", twitchId: 11, login: "ann" } }),
    "done",
  );
  assert.deepEqual((await reader.optOuts()).map(({ twitchId }) => twitchId), [99]);
});

/** Runs all steps of the deletion. */
function deleteAll({ writer }: TestArchive, rows: number): void {
  writer.flushCounters();
  while (writer.maintenance.markRemoved(100));
  while (writer.maintenance.deleteOptedOut(rows));
}

Deno.test("messages of a user are deleted in all channels, with counters and index, and nobody else's", async () => {
  using archive = openArchive();
  const { writer } = archive;
  const nameless = person(undefined, "ann");
  const uuid = crypto.randomUUID();
  archive.append([
    message(ANN, "one", { uuid }),
    message(BEN, "two"),
    message(ANN, "three", { channel: "hill" }),
    message(nameless, "four"),
    deletion("ann", uuid),
    timeout("ann", 11, 60),
    timeout("ben", 12, 60),
    ...Array.from({ length: 40 }, (_, n) => message(n % 2 ? ANN : BEN, `again and again ${n % 4}`)),
  ]);
  deleteAll(archive, 7);
  await using reader = archive.reader();
  assert.equal((await reader.timeline({ userId: 11, limit: 100 })).events.length, 25);

  writer.change({ kind: "opt out", optOut: user({ twitchId: 11, login: "ann", stored: "deleted" }) });
  deleteAll(archive, 7);
  const { events } = await reader.timeline({ limit: 200 });
  assert.deepEqual(new Set(events.map(({ author }) => author?.login)), new Set(["ben"]));
  assert.equal(events.length, 22);
  assert.deepEqual([(await reader.user(11))!.messages, (await reader.user(12))!.messages], [0, 21]);
  assert.deepEqual((await reader.channels()).map(({ messages }) => messages), [0, 22]);
  assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).left, []);
});

Deno.test("messages that were not counted yet when a user opted out are deleted, too", async () => {
  using archive = openArchive();
  const { writer } = archive;
  archive.append([message(ANN, "counted")]);
  deleteAll(archive, 10);
  archive.append([message(ANN, "not counted")], 60);
  writer.change({ kind: "opt out", optOut: user({ twitchId: 11, stored: "deleted" }) });
  while (writer.maintenance.deleteOptedOut(10));
  deleteAll(archive, 10);
  await using reader = archive.reader();
  assert.deepEqual((await reader.timeline({ limit: 9 })).events, []);
  assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).left, []);
});

Deno.test("messages that had to wait, and are stored after the deletion, are deleted when opt-outs are applied again", async () => {
  using archive = openArchive();
  const { writer } = archive;
  archive.append([message(ANN, "one")]);
  writer.change({ kind: "opt out", optOut: user({ twitchId: 11, stored: "deleted" }) });
  deleteAll(archive, 10);
  archive.append([message(ANN, "from the overflow file")], 60);
  deleteAll(archive, 10);
  await using reader = archive.reader();
  assert.equal((await reader.timeline({ limit: 9 })).events.length, 1);
  writer.applyOptOuts(true);
  deleteAll(archive, 10);
  assert.deepEqual((await reader.timeline({ limit: 9 })).events, []);
});

Deno.test("a channel is hidden or deleted, also one that was hidden before, and another one with its login is not", async () => {
  using archive = openArchive();
  const { writer } = archive;
  archive.append([message(ANN, "in the lake"), message(ANN, "on the hill", { channel: "hill" })]);
  const optOut: OptOut = { kind: "channel", twitchId: 9001, login: "lake", at: NOON, stored: "hidden" };
  writer.change({ kind: "opt out", optOut: { ...optOut, twitchId: 4711 } });
  writer.applyOptOuts(true);
  assert.deepEqual(writer.channels().map(({ login }) => login), ["hill", "lake"]);
  writer.change({ kind: "end opt-out", subject: { kind: "channel", twitchId: 4711, login: "lake" } });

  writer.change({ kind: "opt out", optOut });
  writer.applyOptOuts(true);
  assert.deepEqual(writer.channels().map(({ login }) => login), ["hill"]);
  writer.change({ kind: "opt out", optOut: { ...optOut, stored: "deleted" } });
  writer.applyOptOuts(false);
  while (writer.maintenance.deleteMessages(10));
  await using reader = archive.reader();
  assert.equal(
    (await reader.timeline({ channelId: 1, limit: 9 })).events.length,
    1,
    "others wait to be stored",
  );
  writer.applyOptOuts(true);
  while (writer.maintenance.deleteMessages(10));
  assert.deepEqual((await reader.timeline({ limit: 9 })).events.map(({ text }) => text), ["on the hill"]);
  assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).left, []);
});
