import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { ChatEvent, Received } from "../../../src/chat/events.ts";
import { readLine } from "../../../src/irc/read.ts";
import { ANN, deletion, message, NOON, person, timed, timeout } from "../../support/archive/events.ts";
import { openArchive, type TestArchive } from "../../support/archive/test_archive.ts";

function eventOf(line: string): ChatEvent {
  const reading = readLine(line);
  assert.ok(reading.kind === "chat");
  return reading.event;
}

/** Names from a notice and a message within one batch: the notice is an irregular row, the message a regular one. */
const NOTICE =
  "@display-name=carl;id=0c1d2e3f-0000-4000-8000-000000000002;login=carl;mod=0;msg-id=resub;room-id=9001;" +
  "subscriber=1;system-msg=x;tmi-sent-ts=1700000000000;user-id=41;user-type=;badges=;color=;badge-info= " +
  ":tmi.twitch.tv USERNOTICE #lake";
const MESSAGE = "@display-name=Carl2;id=0c1d2e3f-0000-4000-8000-000000000003;room-id=9001;" +
  "tmi-sent-ts=1700000000010;user-id=41;mod=0;subscriber=0;turbo=0;user-type=;badges=;color=;badge-info= " +
  ":carl2!carl2@carl2.tmi.twitch.tv PRIVMSG #lake :new name";

Deno.test("after a batch a user has the name of the last line of any kind", async () => {
  for (
    const [lines, login, displayName] of [
      [[NOTICE, MESSAGE], "carl2", "Carl2"],
      [[MESSAGE, NOTICE], "carl", "carl"],
      [[MESSAGE, NOTICE, MESSAGE], "carl2", "Carl2"],
    ] as const
  ) {
    using archive = openArchive();
    archive.append(lines.map(eventOf));
    await using reader = archive.reader();
    const user = (await reader.user(41))!;
    assert.deepEqual([user.login, user.displayName], [login, displayName]);
  }
});

Deno.test("a batch writes the same tables as its rows one by one: names, name spans, authors, channels, removals", () => {
  const login = fc.constantFrom("ann", "annika", "ben", "carl");
  const author = fc.record({
    userId: fc.constantFrom(undefined, 11, 12, 13),
    login,
    displayName: fc.constantFrom(undefined, "", "Ann", "ann", "アン", "Ben"),
    color: fc.constantFrom("", "#FF0000"),
  }).map(({ userId, login, ...more }) => person(userId, login, more));
  const uuid = fc.integer({ min: 0, max: 9 }).map((n) => `0c1d2e3f-0000-4000-8000-00000000000${n}`);
  const channel = fc.constantFrom("lake", "hill");
  const roomId = fc.constantFrom(9001, 9002, 9003, undefined);
  const event = fc.tuple(fc.nat(9), author, uuid, channel, roomId).map(
    ([kind, author, uuid, channel, roomId]) => {
      if (kind === 0) return { ...deletion(author.login, uuid), channel };
      if (kind === 1) return { ...timeout(author.login, author.userId), channel };
      if (kind === 2) return message(author, "hi", { channel, roomId, uuid, kind: "notice" });
      if (kind === 3) {
        return message(author, "", { channel, roomId, kind: "state", author: undefined, tags: ["slow=0"] });
      }
      return message(author, `text ${kind}`, { channel, roomId, uuid, sentAt: NOON });
    },
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), fc.integer({ min: 2, max: 25 }), (events, size) => {
      const rows = timed(events);
      assert.deepEqual(tablesOf(rows, size), tablesOf(rows, 1));
    }),
    { numRuns: 25 },
  );
});

Deno.test("a message of the past extends the time span of a name, and replaces no name", async () => {
  using archive = openArchive();
  archive.append([message(ANN, "now")], 1_000);
  const fill = {
    channelId: 1,
    from: NOON,
    to: NOON + 900_000,
    source: "recent.example",
    filledAt: NOON + 2_000_000,
  };
  const past = [message(ANN, "before"), message(person(11, "ann", { displayName: "アン" }), "before, too")];
  archive.writer.fill(fill, timed(past).map((row) => ({ ...row, removed: false })));
  await using reader = archive.reader();
  const user = (await reader.user(11))!;
  assert.deepEqual([user.displayName, user.names], [
    "ann",
    [{ login: "ann", firstAt: NOON, lastAt: NOON + 1_000_000 }],
  ]);
  assert.equal((await reader.userByName("アン"))?.id, 11);
});

/** The tables of an archive after these rows are appended in batches of a size. */
function tablesOf(rows: readonly Received[], size: number): Record<string, unknown[]> {
  using archive = openArchive();
  for (let at = 0; at < rows.length; at += size) archive.writer.append(rows.slice(at, at + size), new Set());
  archive.writer.flushCounters();
  return dump(archive);
}

function dump(archive: TestArchive): Record<string, unknown[]> {
  using db = new DatabaseSync(archive.path, { readOnly: true });
  const tables = [
    "users",
    "user_names",
    "authors",
    "messages",
    "shapes",
    "removals",
    "channels",
    "user_channels",
  ];
  return Object.fromEntries(
    tables.map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]),
  );
}
