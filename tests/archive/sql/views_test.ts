/** The views of events for plain SQL say what the archive's own reader says. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { unpackFlags } from "../../../src/archive/sqlite/codec/author_flags.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { readLine } from "../../../src/irc/read.ts";
import { ANN, BEN, deletion, message, NOON, person, timed, timeout } from "../../support/archive/events.ts";
import {
  emoteRows,
  eventRow,
  isoTime,
  messageRow,
  query,
  type SqlRow,
  tagRows,
} from "../../support/archive/sql_rows.ts";
import { archiveFile, exec, openArchive, type TestArchive } from "../../support/archive/test_archive.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { anyEvent } from "../../support/chat/any_event.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { realFiles } from "../../irc/real_lines.ts";
import { everyEvent } from "../../support/archive/every_event.ts";

/** Compares the views of events with the archive's reader, row by row and column by column. */
async function assertSameEvents(archive: Pick<TestArchive, "path" | "reader">): Promise<number> {
  await using reader = archive.reader();
  const events = await everyEvent(reader);
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
