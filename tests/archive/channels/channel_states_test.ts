import assert from "node:assert/strict";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import type { ChatEvent, StoredEvent } from "../../../src/chat/events.ts";
import { stateWords } from "../../../components/words/sentences.ts";
import { formatEvent } from "../../../src/irc/format.ts";
import { readLine } from "../../../src/irc/read.ts";
import { ANN, message, NOON, timed } from "../../support/archive/events.ts";
import { openArchive, type TestArchive } from "../../support/archive/test_archive.ts";

function roomState(modes: string): ChatEvent {
  const reading = readLine(`@${modes};room-id=9001 :tmi.twitch.tv ROOMSTATE #lake`);
  assert.ok(reading.kind === "chat" && reading.event.kind === "state");
  return reading.event;
}

const QUIET = "emote-only=0;followers-only=-1;r9k=0;slow=0;subs-only=0";
const SLOW = "emote-only=0;followers-only=-1;r9k=0;slow=30;subs-only=0";

/** Removes undefined values, so that they equal missing ones. */
function plain(events: readonly StoredEvent[]): unknown {
  return JSON.parse(JSON.stringify(events));
}

async function states(archive: TestArchive): Promise<StoredEvent[]> {
  await using reader = archive.reader();
  const { events } = await reader.timeline({ channelId: 1, limit: 200 });
  return events.filter(({ kind }) => kind === "state").reverse();
}

Deno.test("a ROOMSTATE that changes nothing is no event, even after a restart; others name the changed modes", async () => {
  using archive = openArchive();
  const batch = timed([
    roomState(QUIET),
    message(ANN, "a"),
    roomState(QUIET),
    roomState("slow=0"),
    message(ANN, "b"),
  ]);
  const { events, repeated, lastId } = archive.writer.append(batch, new Set([1]));
  assert.deepEqual([events.map(({ kind }) => kind), repeated], [["state", "message", "message"], 2]);
  assert.equal(events.at(-1)!.id, lastId);

  // As after a kill: another writer, which must read the state from the file.
  using second = SqliteWriter.open({ path: archive.path, synchronous: "normal" });
  const lines = [QUIET, "slow=30", SLOW, "emote-only=1", SLOW, QUIET, QUIET];
  const later = second.append(timed(lines.map(roomState), 100), new Set([1]));
  assert.equal(later.repeated, 3);
  const stored = await states(archive);
  assert.deepEqual(plain(stored.slice(1)), plain(later.events), "what is announced is what is read");
  assert.deepEqual(stored.map(stateWords), [
    "No chat modes are on",
    "Slow mode on (30 s)",
    "Emote-only mode on",
    "Emote-only mode off",
    "Slow mode off",
  ]);
  // The rebuilt line is the original one, whether or not the previous state is known.
  assert.deepEqual(
    stored.map((event) => readLine(formatEvent(event))),
    [QUIET, "slow=30", "emote-only=1", SLOW, QUIET].map((modes) => ({
      kind: "chat",
      event: roomState(modes),
    })),
  );
});

Deno.test("a batch of repeated ROOMSTATEs stores nothing, and ids still rise", () => {
  using archive = openArchive();
  const [first] = archive.append([roomState(QUIET)]);
  const { events, repeated, lastId } = archive.writer.append(timed([roomState(QUIET)], 10), new Set([1]));
  assert.deepEqual([events, repeated, lastId], [[], 1, first]);
  const [next] = archive.append([message(ANN, "a")], 20);
  assert.ok(next! > first!);
});

Deno.test("each channel has its own state, which stays after its event is deleted but not after its channel is", () => {
  using archive = openArchive();
  const other = { ...roomState(QUIET), channel: "hill", roomId: 9002 };
  assert.equal(archive.append([roomState(QUIET), other, message(ANN, "a")]).length, 3);
  archive.writer.flushCounters();
  archive.writer.change({ kind: "set retention", channelId: 1, retention: { messages: 1 } });
  while (archive.writer.maintenance.expire(10, NOON));
  assert.equal(
    archive.append([roomState(QUIET)], 10).length,
    0,
    "its event is deleted, and it changes nothing",
  );
  archive.writer.deleteChannel(2, true);
  while (archive.writer.maintenance.deleteMessages(10));
  const { id } = archive.writer.createChannel("hill", NOON);
  assert.equal(archive.writer.append(timed([other], 20), new Set([id])).events.length, 1);
});

Deno.test("a ROOMSTATE that fills a gap is compared with the state at its time", async () => {
  using archive = openArchive();
  archive.append([roomState(QUIET)]);
  archive.append([roomState(SLOW)], 1_000);
  const fill = {
    channelId: 1,
    from: NOON + 1_000,
    to: NOON + 900_000,
    source: "recent.example",
    filledAt: NOON + 2_000_000,
  };
  const rows = timed([roomState(QUIET), roomState("emote-only=1"), roomState("emote-only=1")], 100)
    .map((row) => ({ ...row, removed: false }));
  assert.deepEqual(archive.writer.fill(fill, rows), { stored: 1, known: 2 });
  assert.deepEqual((await states(archive)).map(stateWords), [
    "No chat modes are on",
    "Emote-only mode on",
    "Slow mode on (30 s)",
  ]);
});
