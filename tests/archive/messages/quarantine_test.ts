import assert from "node:assert/strict";
import { examine } from "../../../src/archive/sqlite/doctor/doctor.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

Deno.test("an event that could not be stored is kept with the error, and is stored at its time once it can be", async () => {
  using archive = openArchive();
  const event = message(ANN, "what about me?", { channel: "creek", roomId: 9003 });
  archive.append([message(ANN, "before")]);
  archive.writer.quarantine({ event, receivedAt: NOON + 5_000 }, "the archive does not know it");
  archive.append([message(ANN, "after")], 10);
  const [row] = archive.writer.quarantined(0);
  assert.deepEqual(
    { ...row, event: { ...row!.event } },
    { id: 1, at: NOON + 5_000, error: "the archive does not know it", event: { ...event } },
  );
  assert.deepEqual(archive.writer.quarantined(1), []);

  assert.throws(() => archive.writer.replayQuarantined(1), /"creek"/);
  assert.equal(archive.writer.quarantined(0).length, 1, "it is still there");

  archive.writer.createChannel("creek", NOON);
  archive.writer.replayQuarantined(1);
  assert.deepEqual(archive.writer.quarantined(0), []);
  await using reader = archive.reader();
  const { events } = await reader.timeline({ userId: 11, limit: 10 });
  assert.deepEqual(events.map(({ text }) => text), ["after", "what about me?", "before"]);
  archive.writer.flushCounters();
  assert.deepEqual(examine({ path: archive.path, repair: false, progress: () => {} }).left, []);
});
