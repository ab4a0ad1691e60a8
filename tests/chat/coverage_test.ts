import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dayShares,
  type Fill,
  gapsOf,
  type Listening,
  missedMs,
  percentOf,
} from "../../src/chat/coverage.ts";
import { DAY_MS } from "../../src/clock.ts";

const at = (minutes: number) => minutes * 60_000;
const fill = (from: number, to: number): Fill => ({ from, to, source: "x", messages: 1, filledAt: to });
const lost = (from: number, to: number): Listening => ({ from, to, reason: "connection lost" });

Deno.test("a gap is between two intervals, and has the reason of the first one's end", () => {
  const gaps = gapsOf([lost(at(0), at(10)), { from: at(12) }], []);
  assert.deepEqual(gaps, [{
    from: at(10),
    to: at(12),
    reason: "connection lost",
    onPurpose: false,
    state: "missing",
    fills: [],
  }]);
});

Deno.test("an interval of length 0 changes the reason from then on", () => {
  const gaps = gapsOf([
    lost(at(0), at(10)),
    { from: at(11), to: at(11), reason: "not joined" },
    { from: at(14), to: at(14), reason: "disabled" },
    { from: at(20) },
  ], []);
  assert.deepEqual(gaps.map(({ from, to, reason, onPurpose }) => [from, to, reason, onPurpose]), [
    [at(10), at(11), "connection lost", false],
    [at(11), at(14), "not joined", false],
    [at(14), at(20), "disabled", true],
  ]);
});

Deno.test("the last gap continues, unless its end is known", () => {
  assert.equal(gapsOf([lost(0, at(1))], [])[0]!.to, undefined);
  assert.equal(gapsOf([lost(0, at(1))], [], at(3))[0]!.to, at(3));
});

const STATES: [fills: [number, number][], state: string][] = [
  [[], "missing"],
  [[[10, 20]], "filled"],
  [[[5, 25]], "filled"],
  [[[10, 15], [15, 20]], "filled"],
  [[[10, 16], [14, 20]], "filled"],
  [[[15, 20]], "partly filled"],
  [[[10, 14], [15, 20]], "partly filled"],
  [[[0, 10], [20, 30]], "missing"],
];
for (const [fills, state] of STATES) {
  Deno.test(`a gap from 10 to 20 with fills ${JSON.stringify(fills)} is ${state}`, () => {
    const intervals = [lost(0, at(10)), { from: at(20) }];
    const [gap] = gapsOf(intervals, fills.map(([from, to]) => fill(at(from), at(to))));
    assert.equal(gap!.state, state);
  });
}

Deno.test("days count only wanted time: not before the channel was known, nor while it was disabled", () => {
  const noon = DAY_MS * 100 + DAY_MS / 2;
  const intervals: Listening[] = [
    { from: noon, to: noon + DAY_MS, reason: "disabled" },
    { from: noon + DAY_MS + at(60), to: noon + DAY_MS + at(120), reason: "killed" },
    { from: noon + DAY_MS + at(180) },
  ];
  const now = noon + 2 * DAY_MS;
  const days = dayShares(intervals, gapsOf(intervals, []), { from: 0, to: now, known: noon, now });
  assert.deepEqual(days.map((day) => day.day / DAY_MS), [100, 101, 102]);
  assert.deepEqual(days.map((day) => day.wantedMs), [DAY_MS / 2, DAY_MS - at(60), DAY_MS / 2]);
  assert.deepEqual(days.map((day) => percentOf(day)), [100, Math.floor(1000 * (1380 - 60) / 1380) / 10, 100]);
});

Deno.test("a share is 100 only if nothing is missing", () => {
  const share = { wantedMs: DAY_MS, listenedMs: DAY_MS - 1, filledMs: 0 };
  assert.equal(percentOf(share), 99.9);
  assert.equal(percentOf({ ...share, filledMs: 1 }), 100);
  assert.equal(percentOf({ ...share, wantedMs: 0 }), undefined);
});

/** Intervals by time, some of length 0, and fills anywhere. */
const history = fc.record({
  steps: fc.array(fc.record({ gap: fc.nat(5 * DAY_MS / 10), length: fc.nat(5 * DAY_MS / 10) }), {
    minLength: 1,
    maxLength: 20,
  }),
  fills: fc.array(fc.record({ from: fc.nat(10 * DAY_MS), ms: fc.nat(DAY_MS) }), { maxLength: 10 }),
  open: fc.boolean(),
});

Deno.test("heard, filled and missed time of every day add up to the whole day", () => {
  fc.assert(fc.property(history, ({ steps, fills, open }) => {
    const intervals: Listening[] = [];
    let time = 0;
    for (const [i, { gap, length }] of steps.entries()) {
      const from = time + gap;
      time = from + length;
      const reason = i % 3 === 0 ? "disabled" : "connection lost";
      intervals.push(open && i === steps.length - 1 ? { from } : { from, to: time, reason });
    }
    const now = time + DAY_MS;
    const known = intervals[0]!.from;
    const sorted = fills.map(({ from, ms }) => fill(from, from + ms)).sort((a, b) => a.from - b.from);
    const gaps = gapsOf(intervals, sorted);
    const days = dayShares(intervals, gaps, { from: 0, to: now, known, now });
    for (const [i, { day, wantedMs, listenedMs, filledMs }] of days.entries()) {
      const start = Math.max(day, known);
      const end = Math.min(day + DAY_MS, now);
      const missed = (onPurpose: boolean) =>
        gaps.filter((gap) => gap.onPurpose === onPurpose)
          .reduce((sum, gap) => sum + missedMs(gap, start, end, now), 0);
      assert.equal(listenedMs + filledMs + missed(true) + missed(false), end - start, `day ${i}`);
      assert.equal(wantedMs, end - start - missed(true));
      assert.ok(missed(true) >= 0 && missed(false) >= 0 && filledMs >= 0);
    }
  }));
});
