/** The views for plain SQL say what the archive's own reader says. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { unpackFlags } from "../../../src/archive/sqlite/codec/author_flags.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { readLine } from "../../../src/irc/read.ts";
import { ANN, BEN, deletion, message, NOON, person, timed, timeout } from "../../support/archive/events.ts";
import {
  allEvents,
  emoteRows,
  eventRow,
  gapRows,
  isoTime,
  messageRow,
  type SqlRow,
  tagRows,
} from "../../support/archive/sql_rows.ts";
import { archiveFile, exec, openArchive, type TestArchive } from "../../support/archive/test_archive.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { anyEvent } from "../../support/chat/any_event.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { realFiles } from "../../irc/real_lines.ts";

/** Everything that a query without any function of ours returns. */
function query({ path }: { path: string }, sql: string): SqlRow[] {
  using db = new DatabaseSync(path, { readOnly: true });
  db.exec("PRAGMA trusted_schema = OFF");
  return db.prepare(sql).all().map((row) => ({ ...row }) as SqlRow);
}

/** Compares the views of events with the archive's reader, row by row and column by column. */
async function assertSameEvents(archive: Pick<TestArchive, "path" | "reader">): Promise<number> {
  await using reader = archive.reader();
  const events = await allEvents(reader);
  const isMessage = ({ kind }: { kind: string }) => kind === "message" || kind === "action";
  const expected = new Map(events.map((event) => [event.id, event]));
  const check = (view: string, order: string, rows: SqlRow[]) => {
    const found = query(archive, `SELECT * FROM ${view} ORDER BY ${order}`);
    assert.equal(found.length, rows.length, view);
    found.forEach((row, i) =>
      assert.deepEqual(
        row,
        { ...row, ...rows[i] },
        `${view}: ${JSON.stringify(expected.get(Number(row.id)))}`,
      )
    );
    const [first] = found;
    if (first) assert.deepEqual(Object.keys(first).sort(), Object.keys(rows[0]!).sort(), view);
  };
  check("chat_messages", "id", events.filter(isMessage).map(messageRow));
  check("chat_events", "id", events.filter((event) => !isMessage(event)).map(eventRow));
  check("chat_tags", "id, tag", events.flatMap(tagRows));
  check("chat_emotes", "id", events.flatMap(emoteRows));
  return events.length;
}

const UUID = "0c1d2e3f-0000-4000-8000-000000000001";
const EMOTE = "emotesv2_0123456789abcdef0123456789abcdef";
const TAGS = ["first-msg=0", "flags=", "returning-chatter=0"];

/** Messages of every odd kind, in the channel `lake`. */
const ODD: ChatEvent[] = [
  message(ANN, "hello", { uuid: UUID, sentAt: NOON - 5 }),
  message(ANN, "said by everybody, again and again"),
  message(BEN, "said by everybody, again and again"),
  message(BEN, "said by everybody, again and again"),
  message(person(-5 as number, "nobody"), "an old log", { author: { login: "oldie", flags: "" }, tags: [] }),
  message(ANN, "waves", { kind: "action" }),
  message(ANN, "first", { tags: ["emotes=", "first-msg=1", "flags=", "returning-chatter=0"] }),
  message(BEN, "Cheer1", { tags: ["bits=1", "emotes=", ...TAGS] }),
  message(BEN, "Cheer5000", { tags: ["bits=5000", "emotes=", ...TAGS] }),
  message(BEN, "@ann yes", {
    tags: [
      "emotes=",
      "reply-parent-display-name=Ann",
      `reply-parent-msg-body=a\\sb\\:c\\\\d\\r\\n\\x\\;`.replace("\\;", ""),
      `reply-parent-msg-id=${UUID}`,
      "reply-parent-user-login=ann",
      `reply-thread-parent-msg-id=${UUID}`,
    ],
  }),
  // The quoted text ends like ranges of the message's own first word.
  message(BEN, "no what", {
    tags: ["emotes=", "reply-parent-msg-body=score\\s1:0-1", "reply-parent-user-login=ann"],
  }),
  message(BEN, "bold", { tags: ["emotes=", "reply-parent-msg-body=\x02bold\x02\x02 \x03"] }),
  message(ANN, "a reward", { tags: ["custom-reward-id=r1", "emotes=", ...TAGS] }),
  message(ANN, "shared", { tags: ["emotes=", `source-id=${UUID}`, "source-room-id=77"] }),
  message(ANN, "Kappa 😀 Kappa LUL Kappa", { tags: ["emotes=25:0-4,8-12,18-22/425618:14-16", ...TAGS] }),
  message(ANN, "😀😀 hat😀 hat", { tags: [`emotes=${EMOTE}:3-6`, ...TAGS] }),
  message(ANN, "hat hat (hat)", { tags: [`emotes=${EMOTE}:0-2,4-6,9-11/e:0-1`, ...TAGS] }),
  message(ANN, "kept whole", { tags: ["a\x01b=c", "bits=7", "emotes=25:0-3", "first-msg=1"] }),
  message(ANN, "short id", { uuid: "AbC-_9" }),
  message(ANN, "odd id", { uuid: "no uuid at all" }),
  message(ANN, "id of 20", { uuid: "abcdefghijklmnopqrst" }),
  message(ANN, "id of 2", { uuid: "Aw" }),
  message(ANN, "\u{E0000} 草 ㅋㅋ \ufffd 𝓱 \u202e", {}),
  message(ANN, "a\0b"),
  message(ANN, "half a surrogate \ud83d"),
  message(ANN, "12"),
  message(ANN, ""),
  message({ ...ANN, displayName: undefined, color: undefined, badges: undefined }, "no tags of a person"),
  message({ ...ANN, flags: "mod=1;subscriber=1;turbo=0;user-type=mod" }, "a mod"),
  message({ ...ANN, flags: "mod=0;subscriber=1;user-type=;vip=1" }, "a vip"),
  message({ ...ANN, login: "ann_two", displayName: "AnnTwo" }, "renamed"),
  message(BEN, "to be removed", { uuid: "0c1d2e3f-0000-4000-8000-000000000002" }),
  deletion("ben", "0c1d2e3f-0000-4000-8000-000000000002"),
  timeout("ben", 12, 600),
  timeout("ann", 11),
  { kind: "clear", channel: "lake", roomId: 9001, text: "", tags: [] },
];

Deno.test("odd messages read the same with plain SQL", async () => {
  using archive = openArchive();
  archive.append(ODD);
  assert.equal(await assertSameEvents(archive), ODD.length);
  const removed = query(archive, "SELECT text FROM chat_messages WHERE removed_kind = 'deletion'");
  assert.deepEqual(removed, [{ text: "to be removed" }]);
});

Deno.test("messages that a timeout has still to mark are removed", async () => {
  using archive = openArchive();
  archive.append(ODD.slice(0, 4));
  const [by] = archive.append([timeout("ben", 12, 60)], 60);
  exec(
    archive,
    `
    DELETE FROM removals;
    INSERT INTO pending_removals VALUES (${by}, 1, 12, 0, ${by})`,
  );
  await assertSameEvents(archive);
  assert.equal(query(archive, "SELECT * FROM chat_messages WHERE removed_kind = 'timeout'").length, 2);
});

Deno.test("every section of flags that is packed is unpacked", () => {
  const sections: string[] = [];
  for (let i = 0; unpackFlags(i.toString(36)) !== i.toString(36); i++) {
    sections.push(unpackFlags(i.toString(36)));
  }
  using archive = openArchive();
  archive.append(sections.map((flags, i) => message(person(100 + i, `user${i}`, { flags }), "hello")));
  const rows = query(archive, "SELECT flags FROM chat_all ORDER BY id");
  assert.deepEqual(rows.map(({ flags }) => flags), sections);
});

Deno.test("invented chat of every kind reads the same with plain SQL", async () => {
  using archive = openArchive();
  archive.append(Array.from({ length: 400 }, (_, n) => inventedEvent(n, "lake")));
  assert.ok(await assertSameEvents(archive) > 300);
});

Deno.test("any event reads the same with plain SQL", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), async (events) => {
      using archive = openArchive();
      archive.writer.append(events.map((event, i) => ({ event, receivedAt: NOON + i })), new Set());
      await assertSameEvents(archive);
    }),
    { numRuns: 60 },
  );
});

Deno.test("real lines read the same with plain SQL", async () => {
  for (const { name, lines } of realFiles()) {
    using archive = archiveFile();
    const events = lines.slice(0, 4_000).map(readLine).flatMap((reading) =>
      reading.kind === "chat" ? [reading.event] : []
    );
    for (const channel of new Set(events.map(({ channel }) => channel))) {
      archive.writer.createChannel(channel, NOON);
    }
    archive.writer.append(timed(events), new Set());
    const stored = await assertSameEvents({ path: archive.path, reader: () => openSqliteReader(archive) });
    assert.ok(stored > 0, name);
  }
});

Deno.test("a time is the same to the millisecond as the archive's", () => {
  using db = new DatabaseSync(":memory:");
  const iso = db.prepare("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', (? / 64) / 1000.0, 'unixepoch') AS time");
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
    assert.equal(iso.get(BigInt(ms) * 64n + 63n)!.time, isoTime(ms));
  }));
});

Deno.test("users, channels and counters read the same with plain SQL", async () => {
  using archive = openArchive();
  archive.append([...ODD, message(BEN, "on the hill", { channel: "hill" })]);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  const channels = await reader.channels();
  assert.deepEqual(
    query(
      archive,
      "SELECT channel, twitch_id, messages, first_ms, last_ms FROM chat_channels ORDER BY channel",
    ),
    channels.map((channel) => ({
      channel: channel.login,
      twitch_id: channel.twitchId ?? null,
      messages: channel.messages,
      first_ms: channel.firstAt ?? null,
      last_ms: channel.lastAt ?? null,
    })),
  );
  const users = query(archive, "SELECT * FROM chat_users");
  assert.ok(users.length >= 3);
  for (const row of users) {
    const user = (await reader.user(row.user_id as number))!;
    assert.deepEqual(
      [row.login, row.display_name, row.messages, row.first_ms, row.last_ms, row.first_time],
      [
        user.login,
        user.displayName,
        user.messages,
        user.firstAt ?? null,
        user.lastAt ?? null,
        user.firstAt === undefined ? null : isoTime(user.firstAt),
      ],
    );
    assert.deepEqual(
      query(
        archive,
        `SELECT login, first_ms AS firstAt, last_ms AS lastAt FROM chat_user_names WHERE user_id = ${row.user_id}
        ORDER BY is_present DESC, last_ms DESC`,
      ),
      user.names,
    );
    assert.deepEqual(
      query(
        archive,
        `SELECT channel_id AS channelId, channel AS login, messages FROM chat_user_channels
        WHERE user_id = ${row.user_id} ORDER BY messages DESC`,
      ),
      user.channels,
    );
  }
  const [minutes] = query(archive, "SELECT sum(messages) AS n FROM chat_minutes WHERE channel = 'lake'");
  assert.equal(minutes!.n, channels.find(({ login }) => login === "lake")!.messages);
});

Deno.test("former names of a channel are there", async () => {
  using archive = openArchive();
  archive.writer.createChannel("pond", NOON);
  archive.writer.identifyChannel("pond", 9001, NOON + 6_000);
  await using reader = archive.reader();
  assert.deepEqual((await reader.channelByLogin("pond"))!.earlierLogins, ["lake"]);
  assert.deepEqual(query(archive, "SELECT * FROM chat_channel_names"), [{
    channel_id: 1,
    channel: "pond",
    former_login: "lake",
    until_time: isoTime(NOON + 6_000),
    until_ms: NOON + 6_000,
  }]);
});

Deno.test("coverage, gaps and fills read the same with plain SQL", async () => {
  using archive = openArchive();
  const at = (s: number) => NOON + s * 1_000;
  const { writer } = archive;
  writer.storeCoverage([
    { kind: "started", channelId: 1, at: at(0) },
    { kind: "ended", channelId: 1, at: at(10), reason: "killed" },
    { kind: "started", channelId: 1, at: at(100) },
    { kind: "ended", channelId: 1, at: at(110), reason: "disabled" },
    { kind: "started", channelId: 1, at: at(200) },
    { kind: "ended", channelId: 1, at: at(210), reason: "connection lost" },
    { kind: "started", channelId: 1, at: at(300) },
    { kind: "started", channelId: 2, at: at(0) },
    { kind: "ended", channelId: 2, at: at(10), reason: "stopped" },
  ], at(310));
  const fill = (from: number, to: number) => {
    writer.fill({ channelId: 1, from: at(from), to: at(to), source: "history.test", filledAt: at(400) }, []);
  };
  fill(10, 60);
  fill(30, 100);
  fill(220, 240);
  fill(230, 250);
  await using reader = archive.reader();
  const expected: SqlRow[] = [];
  for (const { id, login } of await reader.channels()) {
    expected.push(...gapRows(login, id, await reader.coverage(id, 0, at(1_000))));
  }
  const gaps = query(archive, "SELECT * FROM chat_gaps ORDER BY channel_id DESC, start_ms");
  assert.deepEqual(gaps.map(({ filled_ms: _, ...row }) => row), expected);
  assert.deepEqual(gaps.map(({ filled_ms }) => filled_ms), [0, 90_000, 0, 30_000]);
  assert.deepEqual(
    query(archive, "SELECT start_ms, end_ms, known_ms, end_reason FROM chat_coverage WHERE channel = 'lake'"),
    [
      { start_ms: at(0), end_ms: at(10), known_ms: at(10), end_reason: "killed" },
      { start_ms: at(100), end_ms: at(110), known_ms: at(110), end_reason: "disabled" },
      { start_ms: at(200), end_ms: at(210), known_ms: at(210), end_reason: "connection lost" },
      { start_ms: at(300), end_ms: null, known_ms: at(310), end_reason: null },
    ],
  );
  assert.equal(query(archive, "SELECT * FROM chat_fills WHERE source = 'history.test'").length, 4);
});
