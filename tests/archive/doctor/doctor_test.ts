import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { type Diagnosis, examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import type { EndReason } from "../../../src/chat/coverage.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { ANN, BEN, message, NOON, person, timeout } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

function diagnose(path: string, options: { repair?: boolean; sample?: number } = {}): Diagnosis {
  return examine({ path, repair: options.repair ?? false, sample: options.sample, progress: () => {} });
}

const LINE = "what everybody says, again and again";

/** A closed archive with events of every kind, so that everything is counted. */
function livedIn() {
  const archive = openArchive();
  archive.append([
    message(ANN, "hello there, Hello again"),
    message(BEN, "草草草 それは ㅋㅋㅋ 😂😂"),
    message(ANN, "don't stop", { kind: "notice", tags: ["msg-id=resub", "system-msg=Ann\\ssubscribed"] }),
    timeout("ben", 12, 60),
    message(person(undefined, "nobody"), "", { channel: "hill" }),
    message(BEN, LINE),
    message(BEN, LINE),
  ]);
  archive.writer.flushCounters();
  return archive;
}

/** Runs SQL that damages the file. */
function damage(path: string, sql: string): void {
  using db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  db.exec(sql);
}

Deno.test("an archive that only its writer has written has no faults, even while it is open", () => {
  using archive = livedIn();
  for (const sample of [undefined, 50]) {
    assert.deepEqual(diagnose(archive.path, { sample }).left, []);
  }
});

const DAMAGES: [what: string, sql: string, expected: RegExp][] = [
  [
    "a message that is missing from the index",
    "INSERT INTO messages_index (messages_index) VALUES ('delete-all')",
    /7 messages are missing from the index messages_index/,
  ],
  [
    "a row of the index without a message",
    "INSERT INTO messages_index (rowid, terms) VALUES (77, 'gone for good')",
    /index messages_index has 1 without a row in the table messages/,
  ],
  [
    "a message that is indexed under other words",
    "UPDATE messages SET text = 'something else' WHERE id = (SELECT min(id) FROM messages)",
    /1 message is indexed under other words than they have/,
  ],
  [
    "a name that is missing from its index",
    "INSERT INTO names_index (names_index) VALUES ('delete-all')",
    /3 names are missing from the index names_index/,
  ],
  ["a channel's counter", "UPDATE channels SET messages = 9 WHERE id = 1", /such as lake: 9 instead of 6/],
  ["a user's counter", "UPDATE users SET messages = 0 WHERE id = 11", /such as ann: 0 instead of 2/],
  [
    "a user without counters",
    "DELETE FROM user_channels",
    /The counter of 3 users in channels is wrong/,
  ],
  [
    "a minute without messages that has a count",
    "INSERT INTO channel_minutes VALUES (1, 5, 5)",
    /1970-01-01 00:05: 5/,
  ],
  [
    "the counters of an hour",
    "DELETE FROM channel_hours WHERE id < 2 << 24",
    /counters by user of 1 hour are wrong, such as 2024-03-01T12 h \(UTC\) of lake/,
  ],
  [
    "an hour without messages that has counters",
    "INSERT INTO channel_hours VALUES (7, x'1601')",
    /counters by user of 1 hour are wrong, such as 1970-01-01T07 h/,
  ],
  ["an author", "DELETE FROM authors WHERE user_id = 12", /authors? of messages (is|are) missing/],
  ["a user", "DELETE FROM users WHERE id = 12", /1 user is missing/],
  ["a channel", "DELETE FROM channels WHERE id = 2", /1 channel of messages is missing/],
  ["a tag template", "DELETE FROM shapes WHERE kind = 2", /1 tag template of messages is missing/],
  ["a text that messages refer to", "DELETE FROM texts", /1 text of messages is missing/],
  [
    "a text of a month without messages",
    "INSERT INTO texts SELECT channel_id, month + 1, n, text FROM texts",
    /1 text belongs to a channel's month without messages/,
  ],
  ["a removal of nothing", "INSERT INTO removals VALUES (1, 2)", /1 removal belongs to a missing message/],
];

for (const [what, sql, expected] of DAMAGES) {
  Deno.test(`${what}: the doctor reports it, and repairs it`, () => {
    using archive = livedIn();
    damage(archive.path, sql);
    const seen = diagnose(archive.path);
    assert.match(seen.left.join("\n"), expected);
    assert.deepEqual(seen.repaired, []);

    const repaired = diagnose(archive.path, { repair: true });
    assert.match(repaired.found.join("\n"), expected);
    assert.ok(repaired.repaired.length > 0);
    assert.deepEqual(repaired.left, []);
    assert.deepEqual(diagnose(archive.path).found, []);
  });
}

Deno.test("messages are found again after a repair", async () => {
  using archive = livedIn();
  damage(archive.path, "INSERT INTO messages_index (messages_index) VALUES ('delete-all')");
  diagnose(archive.path, { repair: true });
  await using reader = openSqliteReader({ path: archive.path });
  const { events } = await reader.timeline({ channelId: 1, limit: 10 });
  assert.equal(events.length, 6);
});

Deno.test("a sample of rows shows that the index lost many, and the repair restores all", () => {
  using archive = livedIn();
  damage(archive.path, "INSERT INTO messages_index (messages_index) VALUES ('delete-all')");
  assert.match(
    diagnose(archive.path, { sample: 20 }).left.join(),
    /Of 20 messages in the sample, \d+ cannot be found/,
  );
  diagnose(archive.path, { sample: 20, repair: true });
  assert.deepEqual(diagnose(archive.path).left, []);
});

/** The seconds after noon of messages in a gap from 100 to 200, and the seconds that count as recorded after a repair. */
const UNHEARD: [what: string, messages: number[], listening: [from: number, to: number][]][] = [
  ["in the middle of a gap", [140, 149, 150, 170, 171], [[0, 100], [140, 150], [170, 171], [200, 300]]],
  ["right behind its beginning", [101, 108, 117], [[0, 117], [200, 300]]],
  ["right before its end", [180, 185, 195], [[0, 100], [180, 300]]],
  ["all the time", [105, 115, 125, 135, 145, 155, 165, 175, 185, 194], [[0, 200], [200, 300]]],
];

for (const [what, seconds, listening] of UNHEARD) {
  Deno.test(`messages in a gap, ${what}, are reported, and count as recorded after a repair`, async () => {
    using archive = openArchive();
    const at = (s: number) => NOON + s * 1_000;
    for (const second of seconds) archive.append([message(ANN, "hello?")], second);
    archive.writer.flushCounters();
    archive.writer.storeCoverage([
      { kind: "started", channelId: 1, at: at(0) },
      { kind: "ended", channelId: 1, at: at(100), reason: "connection lost" },
      { kind: "started", channelId: 1, at: at(200) },
      { kind: "ended", channelId: 1, at: at(300), reason: "stopped" },
    ], at(300));
    assert.match(
      diagnose(archive.path).left.join(),
      /In #lake, \d+ messages were received while .* nothing was recorded/,
    );
    const { repaired, left } = diagnose(archive.path, { repair: true });
    assert.match(repaired.join(), /In #lake, time between messages at most 10 s apart/);
    assert.deepEqual(left, []);
    await using reader = archive.reader();
    const coverage = await reader.coverage(1, NOON, at(400));
    assert.deepEqual(
      coverage.listening.map(({ from, to }) => [from, to]),
      listening.map((span) => span.map(at)),
    );
    for (const { reason } of coverage.gaps.slice(0, -1)) assert.equal(reason, "connection lost");
  });
}

/** An archive with a gap from second 100 to 200 that has messages. */
function gapWith(seconds: number[], reason: EndReason) {
  const archive = openArchive();
  for (const second of seconds) archive.append([message(ANN, "hello?")], second);
  archive.writer.flushCounters();
  archive.writer.storeCoverage([
    { kind: "started", channelId: 1, at: NOON },
    { kind: "ended", channelId: 1, at: NOON + 100_000, reason },
    { kind: "started", channelId: 1, at: NOON + 200_000 },
  ], NOON + 300_000);
  return archive;
}

Deno.test("a single message in a gap is reported, and does not split the gap", async () => {
  using archive = gapWith([120, 140, 160], "connection lost");
  const { left } = diagnose(archive.path, { repair: true });
  assert.match(left.join(), /In #lake, 3 messages were received while/);
  await using reader = archive.reader();
  assert.equal((await reader.coverage(1, NOON, NOON + 300_000)).gaps.length, 1);
});

Deno.test("messages in a gap after a full disk are no fault", async () => {
  using archive = gapWith([120, 125, 130], "storage");
  assert.deepEqual(diagnose(archive.path, { repair: true }).found, []);
  await using reader = archive.reader();
  assert.equal((await reader.coverage(1, NOON, NOON + 300_000)).gaps.length, 1);
});

Deno.test("messages in a filled gap are covered, whether they were filled or received", async () => {
  using archive = gapWith([140, 145, 150], "connection lost");
  const span = { from: NOON + 100_000, to: NOON + 200_000 };
  archive.writer.fill({ channelId: 1, ...span, source: "elsewhere", filledAt: NOON + 300_000 }, []);
  assert.deepEqual(diagnose(archive.path, { repair: true }).found, []);
  await using reader = archive.reader();
  assert.equal((await reader.gaps(1, NOON + 160_000, NOON + 170_000))[0]!.state, "filled");
});

Deno.test("messages after the last known moment of listening are reported", () => {
  using archive = livedIn();
  archive.writer.storeCoverage([
    { kind: "started", channelId: 1, at: NOON - 60_000 },
    { kind: "ended", channelId: 1, at: NOON - 30_000, reason: "connection lost" },
  ], NOON);
  assert.match(
    diagnose(archive.path).left.join(),
    /In #lake, 6 messages were received while the archive says that nothing was recorded/,
  );
  assert.deepEqual(diagnose(archive.path, { repair: true }).left, []);
});

Deno.test("the index and the messages agree for any texts", () => {
  using archive = openArchive();
  let second = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), {
        minLength: 1,
        maxLength: 50,
      }),
      (texts) => {
        archive.append(texts.map((text) => message(ANN, text.replace(/[\r\n\0]/g, " "))), second);
        second += texts.length;
      },
    ),
    { numRuns: 20 },
  );
  archive.writer.flushCounters();
  assert.deepEqual(diagnose(archive.path).left, []);
});
