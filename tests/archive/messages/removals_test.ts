import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import type { ChatEvent, StoredEvent } from "../../../src/chat/events.ts";
import { readLine } from "../../../src/irc/read.ts";
import { ANN, BEN, deletion, message, NOON, person, timeout } from "../../support/archive/events.ts";
import { openArchive, type TestArchive } from "../../support/archive/test_archive.ts";

const STEP_ROWS = 500;

function uuid(n: number): string {
  return `0c1d2e3f-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** Appends messages of one user within a time that begins at noon, and returns their ids. */
function spam(archive: TestArchive, count: number, overMs: number, author = ANN): number[] {
  const ids: number[] = [];
  for (let at = 0; at < count; at += 5_000) {
    const batch = Array.from({ length: Math.min(5_000, count - at) }, (_, i) => ({
      event: message(author, `spam ${at + i}`, { uuid: uuid(at + i), sentAt: NOON }),
      receivedAt: NOON + Math.floor((at + i) * overMs / count),
    }));
    ids.push(...archive.writer.append(batch, new Set([1])).events.map(({ id }) => id));
  }
  return ids;
}

/** Everything of the channel `lake`, oldest first. */
async function everything(archive: TestArchive): Promise<StoredEvent[]> {
  await using reader = archive.reader();
  const events: StoredEvent[] = [];
  let page = await reader.timeline({ channelId: 1, limit: 200 });
  events.push(...page.events);
  while (page.more) {
    page = await reader.timeline({ channelId: 1, place: placeBefore(events.at(-1)!.id), limit: 200 });
    events.push(...page.events);
  }
  return events.reverse();
}

const removedBy = (events: StoredEvent[]) =>
  events.filter(({ kind }) => kind === "message").map(({ removed }) => removed?.by);

for (const [count, overMs] of [[510, 10_000], [20_000, 3_600_000]] as const) {
  Deno.test(`a ban marks all ${count} messages of the last day in steps, and no later one`, async () => {
    using archive = openArchive();
    const ids = spam(archive, count, overMs);
    const [ban] = archive.append([timeout("ann", 11)], overMs / 1_000 + 1);
    archive.append([message(ANN, "unbanned, and back"), message(BEN, "hi")], overMs / 1_000 + 10);
    const expected = [...ids.map(() => ban), undefined, undefined];
    assert.deepEqual(
      removedBy(await everything(archive)),
      expected,
      "reads see the removal before the steps are done",
    );

    let steps = 0;
    while (archive.writer.maintenance.markRemoved(STEP_ROWS)) {
      // Recording continues between the steps.
      archive.append([message(ANN, `again ${steps}`)], overMs / 1_000 + 100 + steps);
      steps++;
    }
    assert.ok(steps >= Math.floor(count / STEP_ROWS) - 1, `${steps} steps`);
    assert.equal(archive.writer.maintenance.markRemoved(STEP_ROWS), false);
    assert.deepEqual(
      removedBy(await everything(archive)),
      [...expected, ...Array.from({ length: steps }, () => undefined)],
    );
  });
}

Deno.test("pending marks of a ban survive a kill between two steps", async () => {
  using archive = openArchive();
  const ids = spam(archive, 3_000, 60_000);
  const [ban] = archive.append([timeout("ann", 11)], 61);
  assert.equal(archive.writer.maintenance.markRemoved(STEP_ROWS), true);
  // The first writer is left open, as if it had been killed; a second one opens.
  using second = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  while (second.maintenance.markRemoved(STEP_ROWS));
  assert.deepEqual(removedBy(await everything(archive)), ids.map(() => ban));
});

Deno.test("a timeout marks back to the previous ban and a day at most, even while that ban has pending marks", async () => {
  using archive = openArchive();
  const dayS = 24 * 60 * 60;
  archive.append([message(ANN, "too old")], -dayS);
  const ids = spam(archive, 1_200, 10_000);
  const [ban] = archive.append([timeout("ann", 11)], 11);
  archive.append(Array.from({ length: 600 }, (_, i) => message(ANN, `more ${i}`)), 12);
  const [short] = archive.append([timeout("ann", 11, 60)], 700);
  const expected = [undefined, ...ids.map(() => ban), ...Array.from({ length: 600 }, () => short)];
  assert.deepEqual(removedBy(await everything(archive)), expected);
  while (archive.writer.maintenance.markRemoved(100));
  assert.deepEqual(removedBy(await everything(archive)), expected);
});

Deno.test("pending marks are deleted with their channel", () => {
  using archive = openArchive();
  spam(archive, 1_000, 10_000);
  archive.append([timeout("ann", 11)], 11);
  archive.writer.deleteChannel(1, true);
  while (archive.writer.maintenance.deleteMessages(500));
  assert.equal(archive.writer.maintenance.markRemoved(STEP_ROWS), false);
});

function eventOf(line: string): ChatEvent {
  const reading = readLine(line);
  assert.ok(reading.kind === "chat");
  return reading.event;
}

Deno.test("a deletion finds its message by id and channel, even if two users had the login", async () => {
  using archive = openArchive();
  const [bob, other] = [person(21, "bob"), person(22, "bob")];
  archive.append([
    message(bob, "m1", { uuid: uuid(4), sentAt: NOON }),
    message(other, "m2", { uuid: uuid(5), sentAt: NOON, channel: "hill" }),
    message(bob, "m3", { uuid: uuid(6), sentAt: NOON }),
    eventOf(
      `@login=bob;room-id=;target-msg-id=${
        uuid(6)
      };tmi-sent-ts=1700000000060 :tmi.twitch.tv CLEARMSG #lake :m3`,
    ),
  ]);
  const events = await everything(archive);
  const deleted = events.find(({ kind }) => kind === "deletion")!;
  assert.deepEqual(removedBy(events), [undefined, deleted.id]);
  assert.equal(deleted.userId, 21, "its user is the author of the message");
  assert.equal(deleted.author!.userId, undefined, "the line has no user id");
});

Deno.test("of two deletions of a message in one batch, the first one is stored and announced", async () => {
  using archive = openArchive();
  const events = [
    message(ANN, "spam", { uuid: uuid(1) }),
    deletion("ann", uuid(1)),
    deletion("ann", uuid(1)),
  ];
  const announced = archive.writer.append(
    events.map((event, i) => ({ event, receivedAt: NOON + i })),
    new Set([1]),
  ).events;
  const [first] = announced.slice(1);
  assert.deepEqual(removedBy(announced), [first!.id]);
  assert.deepEqual(removedBy(await everything(archive)), [first!.id]);
});

Deno.test("a deletion finds its message by any author name, and finds a raw line", async () => {
  using archive = openArchive();
  archive.append([
    message(ANN, "one", { uuid: uuid(1), sentAt: NOON }),
    message(BEN, "two", { uuid: uuid(2), sentAt: NOON }),
    message(BEN, "elsewhere", { uuid: uuid(2), sentAt: NOON, channel: "hill" }),
    eventOf(`@id=${uuid(3)};room-id=9001 :!odd@odd.tmi.twitch.tv PRIVMSG #lake :no`),
  ]);
  assert.equal((await everything(archive))[2]!.kind, "raw");
  archive.append([
    { ...deletion("somebody_else", uuid(1)), text: "" },
    { ...deletion("", uuid(2)), author: undefined },
    deletion("odd", uuid(3)),
    deletion("ben", uuid(9)),
  ], 10);
  const [one, two, raw, ...deletions] = await everything(archive);
  assert.deepEqual(
    [one, two, raw].map((event) => event!.removed?.by),
    deletions.slice(0, 3).map(({ id }) => id),
  );
  await using reader = archive.reader();
  const [elsewhere] = (await reader.timeline({ channelId: 2, limit: 1 })).events;
  assert.equal(elsewhere!.removed, undefined, "one id in two rooms is two messages");
});

Deno.test("a deletion finds a message that is not among the newest in later steps", async () => {
  using archive = openArchive();
  const [gone] = archive.append(
    [message(person(31, "carl"), "gone", { uuid: uuid(99_999), sentAt: NOON })],
    -10,
  );
  spam(archive, 2_000, 10_000);
  const [by] = archive.append([deletion("old_name_of_carl", uuid(99_999))], 60);
  const removed = async () => {
    await using reader = archive.reader();
    return (await reader.event(gone!))!.removed;
  };
  assert.equal(await removed(), undefined);
  let steps = 1;
  while (archive.writer.maintenance.markRemoved(STEP_ROWS)) steps++;
  assert.deepEqual(await removed(), { by, kind: "deletion" });
  assert.ok(steps > 3, `${steps} steps`);
  assert.ok(receivedAt(by!) > NOON);
});

Deno.test("a removed message of a fill is marked by the event that removed it, however many messages are in between", async () => {
  using archive = openArchive();
  const bob = person(21, "bob");
  archive.append([message(bob, "before"), message(person(22, "bob"), "another bob", { channel: "hill" })]);
  archive.append(Array.from({ length: 900 }, (_, i) => message(bob, `after ${i}`)), 1_000);
  const [byDeletion, byBan] = archive.append([deletion("bob", uuid(7)), timeout("bob", 21)], 2_000);
  while (archive.writer.maintenance.markRemoved(STEP_ROWS));
  const fill = {
    channelId: 1,
    from: NOON + 1_000,
    to: NOON + 900_000,
    source: "recent.example",
    filledAt: NOON + 3_000_000,
  };
  const missed = [
    message(bob, "deleted", { uuid: uuid(7) }),
    message(bob, "banned", { uuid: uuid(8) }),
    message(bob, "kept"),
  ];
  archive.writer.fill(
    fill,
    missed.map((event, i) => ({ event, receivedAt: NOON + (500 + i) * 1_000, removed: i < 2 })),
  );
  const filled = (await everything(archive)).filter(({ source }) => source !== undefined);
  assert.deepEqual(removedBy(filled), [byDeletion, byBan, undefined]);
});
