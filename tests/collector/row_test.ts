import assert from "node:assert/strict";
import fc from "fast-check";
import { Row } from "../../src/collector/row.ts";
import { readLine } from "../../src/irc/read.ts";
import { privmsg } from "../support/lines.ts";

function rowOf(line: string): Row {
  return new Row(eventOf(line), line, 1);
}

function eventOf(line: string) {
  const reading = readLine(line);
  assert.ok(reading.kind === "chat");
  return reading.event;
}

Deno.test("of a row that only kept its line the event is read again", () => {
  for (
    const line of [
      privmsg({ channel: "alpha", roomId: 9, text: "\uFEFFgrüße 👋 안녕" }),
      "@room-id=9;tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT #alpha",
      ":tmi.twitch.tv WHATEVER #alpha :kept as it came",
    ]
  ) {
    const row = rowOf(line);
    assert.equal(row.event, row.event);
    row.slim();
    assert.equal(row.line, line);
    assert.deepEqual(row.event, eventOf(line));
  }
});

Deno.test("a line stays what it was until its row is done, in whatever order they are", () => {
  const text = fc.oneof(
    fc.integer({ min: 0, max: 8_000 }).map((length) => "x".repeat(length)),
    fc.integer({ min: 0, max: 60_000 }).map((length) => "안".repeat(length)),
    fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\0\r\n]/g, "")),
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ text, done: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }) }), {
        size: "large",
      }),
      (steps) => {
        const kept: { row: Row; line: string }[] = [];
        for (const { text, done } of steps) {
          const line = privmsg({ channel: "alpha", roomId: 9, text });
          const row = rowOf(line);
          row.slim();
          kept.push({ row, line });
          // Mostly the oldest ones, as batches have it.
          if (kept.length > 3) kept.splice(Math.floor(done ** 4 * kept.length), 1)[0]!.row.done();
          for (const { row, line } of kept) assert.equal(row.line, line);
        }
        for (const { row } of kept) row.done();
      },
    ),
  );
});
