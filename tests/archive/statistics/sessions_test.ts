import assert from "node:assert/strict";
import { MINUTE_MS } from "../../../src/clock.ts";
import { BEN, message, NOON } from "../../support/archive/events.ts";
import { openArchive, type TestArchive } from "../../support/archive/test_archive.ts";

const START = Math.floor(NOON / MINUTE_MS) * MINUTE_MS;
const END = START + 1_000 * MINUTE_MS;

/** One message at each of these minutes. */
function speak(archive: TestArchive, minutes: readonly number[], times = 1): void {
  for (const minute of minutes) {
    const events = Array.from({ length: times }, () => message(BEN, "hi", { channel: "lake" }));
    archive.append(events, (START - NOON) / 1_000 + minute * 60);
  }
}

Deno.test("a pause of more than 30 minutes ends a stream, and each names its busiest minute", async () => {
  using archive = openArchive();
  // Two streams with a pause of 31 minutes; within the first one, a pause of 30.
  speak(archive, [...range(0, 21), ...range(50, 60)]);
  speak(archive, [60], 6);
  speak(archive, [...range(61, 70), ...range(100, 130)]);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  const found = await reader.sessions({ channelId: 1, from: START, to: END }, 10);
  const at = (minute: number) => START + minute * MINUTE_MS;
  assert.deepEqual(found, [
    { from: at(100), to: at(130), messages: 30, busiestAt: at(100), busiest: 1 },
    { from: at(0), to: at(70), messages: 46, busiestAt: at(60), busiest: 6 },
  ]);
});

Deno.test("a few messages are no stream", async () => {
  using archive = openArchive();
  speak(archive, range(0, 15));
  speak(archive, [100], 40);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  assert.deepEqual(await reader.sessions({ channelId: 1, from: 0, to: END }, 10), []);
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
