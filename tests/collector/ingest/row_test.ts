import assert from "node:assert/strict";
import { LineStore } from "../../../src/collector/ingest/line_store.ts";
import { Row } from "../../../src/collector/ingest/row.ts";
import { Random } from "../../../src/demo/script/random.ts";
import { readLine } from "../../../src/irc/read.ts";
import { privmsg } from "../../support/chat/lines.ts";

function rowOf(line: string, lines = new LineStore()): Row {
  return new Row(lines, { event: eventOf(line), line, receivedAt: 1 });
}

function eventOf(line: string) {
  const reading = readLine(line);
  assert.ok(reading.kind === "chat");
  return reading.event;
}

Deno.test("a row that kept only its line parses its event again", () => {
  for (
    const line of [
      privmsg({ channel: "alpha", roomId: 9, text: "\uFEFFgrüße 👋 안녕" }),
      "@room-id=9;tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT #alpha",
      ":tmi.twitch.tv WHATEVER #alpha :kept as it came",
    ]
  ) {
    const row = rowOf(line);
    assert.equal(row.event, row.event);
    row.releaseEvent();
    assert.equal(row.line, line);
    assert.deepEqual(row.event, eventOf(line));
  }
});

Deno.test("a row of a watched channel keeps its event for the announcement", () => {
  const line = privmsg({ channel: "alpha", roomId: 9, text: "hi" });
  const event = eventOf(line);
  const row = new Row(new LineStore(), { event, line, receivedAt: 1, isWatched: true });
  row.releaseEvent();
  assert.equal(row.event, event);
});

Deno.test("a line does not change until its row is released, in any order of releases", () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed);
    const lines = new LineStore();
    const kept: { row: Row; line: string }[] = [];
    for (let step = 0; step < 200; step++) {
      const letters = random.chance(0.05) ? random.int(2_000, 30_000) : random.int(0, 1_700);
      const line = privmsg({
        channel: "alpha",
        roomId: 9,
        text: random.pick(["x", "안", "👋"]).repeat(letters),
      });
      const row = rowOf(line, lines);
      row.releaseEvent();
      kept.push({ row, line });
      // Mostly the oldest one, as in batches; sometimes nearly all.
      const left = random.chance(0.03) ? random.int(0, 1) : 40;
      while (kept.length > left) {
        kept.splice(Math.floor(random.next() ** 4 * kept.length), 1)[0]!.row.release();
      }
      assert.ok(kept.every(({ row, line }) => row.line === line), `seed ${seed}, step ${step}`);
    }
  }
});
