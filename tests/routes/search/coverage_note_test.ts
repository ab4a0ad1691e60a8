import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import { CoverageNote, searchedSpan } from "../../../routes/search/coverage_note.tsx";
import type { TimelinePage, TimelineQuery } from "../../../src/archive/timeline.ts";

const NOW = 1_000_000;
const at = (ms: number) => ms * 64;
const event = (ms: number) => ({ id: at(ms) }) as TimelinePage["events"][number];
const page = (more: boolean, ...newestFirst: number[]): TimelinePage => ({
  events: newestFirst.map(event),
  more,
});
const stopped = (ms: number, ...newestFirst: number[]): TimelinePage => ({
  ...page(true, ...newestFirst),
  stoppedAt: at(ms),
});

const SPANS: [string, Omit<TimelineQuery, "limit">, TimelinePage, { from: number; to: number }][] = [
  ["the newest page", {}, page(true, 900, 500), { from: 500, to: NOW }],
  ["the only page", { from: 100, to: 950 }, page(false, 900, 500), { from: 100, to: 950 }],
  ["an older page", { place: placeBefore(at(400)) }, page(true, 300, 200), { from: 200, to: 400 }],
  ["the oldest page", { place: placeBefore(at(400)) }, page(false, 300), { from: 0, to: 400 }],
  ["a search that was stopped", {}, stopped(450, 900, 500), { from: 450, to: NOW }],
  ["a newer page", { place: { at: "after", id: at(400) } }, page(true, 600, 500), { from: 400, to: 600 }],
  ["a newer page that is the newest", { place: { at: "after", id: at(400) } }, page(false, 600, 500), {
    from: 400,
    to: NOW,
  }],
  [
    "a search for what is newer that was stopped",
    { place: { at: "after", id: at(400) } },
    stopped(700, 600),
    {
      from: 400,
      to: 700,
    },
  ],
  ["…with nothing found", { place: { at: "after", id: at(400) } }, stopped(700), { from: 400, to: 700 }],
];

for (const [name, query, found, span] of SPANS) {
  Deno.test(`the coverage note is about the period that was searched: ${name}`, () => {
    assert.deepEqual(searchedSpan(query, found, NOW), span);
  });
}

Deno.test("the coverage note is one folded line that counts every channel", () => {
  const missed = Array.from(
    { length: 255 },
    (_, i) => ({ channelId: i + 1, login: `c${i}`, gaps: 2, missedMs: 60_000 }),
  );
  const note = String(CoverageNote({ from: 0, to: NOW, missed }));
  const summary = /^<details class="note missed-note"><summary>(.*?)<\/summary>/s.exec(note)![1]!;
  assert.match(summary, /^Results may be missing: 255 channels have gaps\s+up to now\s*$/);
  assert.equal(note.match(/<a href="\/channels\/\d+\/coverage">/g)!.length, 20);
  assert.match(note, /<li>and 235 more channels<\/li>/);
  assert.match(
    String(CoverageNote({ from: 0, to: NOW, missed: missed.slice(0, 1) })),
    /: 1 channel has gaps/,
  );
});
