import assert from "node:assert/strict";
import fc from "fast-check";
import { TimeJudge, TOLERANCE_MS } from "../../../src/collector/time/judge.ts";
import { StandingClock } from "../../support/clock.ts";
import { DAY_MS, EARLIEST_MS } from "../../../src/clock.ts";

const TRUTH = EARLIEST_MS + 100 * 24 * 3_600_000;

/** A clock whose monotonic time is 0 at `TRUTH`, so that the true time is `TRUTH + now`. */
function stage(wallAheadMs: number, options?: ConstructorParameters<typeof TimeJudge>[1]) {
  const clock = new StandingClock(1_000);
  clock.shiftMs = TRUTH + wallAheadMs;
  const judge = new TimeJudge(clock, options);
  const later = (ms: number) => {
    for (const endsAt = clock.now + ms; clock.now < endsAt;) {
      clock.now = Math.min(endsAt, clock.now + 100);
      judge.tick();
    }
  };
  return {
    clock,
    judge,
    later,
    setWall: (aheadMs: number) => {
      clock.shiftMs = TRUTH + aheadMs;
      judge.tick();
    },
    /** Receives a line that Twitch sent `lateMs` ago by its own clock, which may be wrong. */
    line: (lateMs = 200) => judge.heard(TRUTH + clock.now - lateMs, clock.now),
    /** The judged time minus the true time. */
    error: () => judge.now() - (TRUTH + clock.now),
  };
}

/** Receives three lines a second for some seconds. */
function talk(it: ReturnType<typeof stage>, ms: number, lateMs: () => number = () => 200): void {
  for (let done = 0; done < ms; done += 350) {
    it.line(lateMs());
    it.later(350);
  }
}

const WRONG = [
  -20 * 365 * DAY_MS,
  -400 * DAY_MS,
  -2 * 3_600_000,
  -60_000,
  60_000,
  DAY_MS,
  2 * 3_600_000,
  400 * DAY_MS,
];

for (const wrongMs of WRONG) {
  const set = `${wrongMs / 3_600_000} h`;

  Deno.test(`a wall clock that is set by ${set} is ignored and reported until it is right again`, () => {
    const it = stage(0);
    it.line();
    assert.equal(it.judge.isCertain, true);
    it.setWall(wrongMs);
    assert.ok(Math.abs(it.error()) <= 5);
    assert.equal(it.judge.isCertain, false, "nothing is deleted by age meanwhile");
    talk(it, 5_000);
    assert.ok(Math.abs(it.error()) <= 500, `${it.error()}`);
    assert.equal(it.judge.isCertain, true);
    assert.equal(it.judge.status().plausible, false);
    it.setWall(0);
    it.line();
    assert.equal(it.judge.status().plausible, true);
    assert.ok(Math.abs(it.error()) <= 5);
  });

  Deno.test(`a start with a wall clock that is ${set} off: lines correct it, and no row is ahead of the true time`, () => {
    const it = stage(wrongMs);
    let rows = 0;
    for (let n = 0; n < 30; n++) {
      it.line();
      if (!it.judge.isContested) {
        rows++;
        const at = it.judge.receivedAt(it.clock.now, TRUTH + it.clock.now - 200);
        assert.ok(at <= TRUTH + it.clock.now, `${at - TRUTH - it.clock.now} ms ahead`);
        assert.ok(at >= TRUTH + it.clock.now - 1_000);
      }
      it.later(300);
    }
    assert.ok(rows > 20, "lines are held for a moment only");
    assert.ok(Math.abs(it.error()) <= 500);
    assert.equal(it.judge.isCertain, true);
    assert.equal(it.judge.status().plausible, false);
  });
}

Deno.test("after a suspend, one new line that agrees with the wall clock is enough", () => {
  const it = stage(0);
  it.line();
  // The monotonic clock stopped for 8 h: the true time is 8 h later, and the wall clock is right.
  it.clock.shiftMs += 8 * 3_600_000;
  it.judge.tick();
  it.judge.heard(it.clock.wallMs() - 300, it.clock.now);
  assert.equal(it.judge.now(), it.clock.wallMs());
  assert.equal(it.judge.isCertain, true);
  assert.equal(it.judge.status().plausible, true);
});

Deno.test("a right wall clock stays: after a wrong line, delayed lines, replays at any speed, a constant time", () => {
  const replay = (startsAt: number, speed: number) => (now: number) => startsAt + now * speed;
  const streams: Record<string, (now: number, n: number) => number> = {
    "one bogus line": (now, n) => TRUTH + now + (n === 5 ? 400 * DAY_MS : -100),
    "an old capture at its original speed": replay(Date.UTC(2019, 3, 1), 1),
    "an old capture at full speed": replay(Date.UTC(2024, 3, 1), 3_000),
    "a recent capture at full speed": replay(TRUTH - 30 * DAY_MS, 3_000),
    "lines from four minutes ago for a minute": (now) => TRUTH + now - (now < 61_000 ? 240_000 : 100),
    "a constant time in the past": () => 1_700_000_000_000,
    "a fixed time ahead": () => TRUTH + 30 * DAY_MS,
  };
  for (const isConfirmed of [true, false]) {
    for (const [name, sent] of Object.entries(streams)) {
      if (!isConfirmed && name === "lines from four minutes ago for a minute") continue;
      const it = stage(0);
      if (isConfirmed) it.line();
      for (let n = 0; n < 400; n++) {
        it.judge.heard(sent(it.clock.now, n), it.clock.now);
        it.later(250);
        assert.equal(it.judge.now(), it.clock.wallMs(), `${name}, ${isConfirmed ? "" : "not "}confirmed`);
      }
      assert.equal(it.judge.status().plausible, true, name);
    }
  }
});

Deno.test("a burst of lines after a stall does not contradict the clock", () => {
  const it = stage(0);
  for (let n = 0; n < 50; n++) {
    it.judge.heard(TRUTH + it.clock.now - 240_000 + n * 4_000, it.clock.now);
    it.later(10);
  }
  assert.equal(it.judge.now(), it.clock.wallMs());
});

Deno.test("if lines are replayed, their times are ignored, and the wall clock counts", () => {
  const it = stage(0, { useLineTimes: false });
  talk(it, 5_000, () => 30 * DAY_MS);
  assert.equal(it.judge.now(), it.clock.wallMs());
  assert.equal(it.judge.isCertain, true);
  it.setWall(DAY_MS);
  assert.equal(it.judge.now(), it.clock.wallMs());
});

Deno.test("a machine without a clock starts at 1970: the time follows the archive's newest message until the time server answers", () => {
  const changes: { byMs: number; retroactive: boolean }[] = [];
  const it = stage(-TRUTH, { changed: (change) => changes.push(change) });
  it.judge.startNotBefore(TRUTH - 3 * DAY_MS);
  assert.ok(it.judge.now() >= TRUTH - 3 * DAY_MS && it.judge.now() <= TRUTH);
  assert.equal(it.judge.isCertain, false);
  it.setWall(0);
  it.line();
  assert.equal(it.error(), 0);
  assert.equal(it.judge.status().plausible, true);
  assert.ok(changes.every(({ retroactive }) => retroactive));
});

Deno.test("a clock that drifts is reported after every line contradicted it for five minutes", () => {
  const it = stage(0);
  it.line();
  for (let n = 0; n < 40; n++) {
    it.clock.shiftMs -= 1_000;
    it.later(1_000);
  }
  for (let n = 0; n < 400 && it.judge.status().plausible; n++) {
    it.line();
    it.later(1_000);
  }
  assert.equal(it.judge.status().plausible, false);
  assert.ok(Math.abs(it.error()) <= 500, `${it.error()}`);
});

Deno.test("lines that arrive within seconds keep the judged time right for any changes of the wall clock", () => {
  fc.assert(fc.property(
    fc.array(
      fc.record({ setTo: fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS }), lateMs: fc.nat(1_500) }),
      {
        maxLength: 12,
      },
    ),
    fc.boolean(),
    (steps, startsRight) => {
      const it = stage(startsRight ? 0 : DAY_MS);
      talk(it, 3_000);
      for (const { setTo, lateMs } of steps) {
        it.setWall(setTo);
        talk(it, 3_000, () => lateMs);
        assert.ok(Math.abs(it.error()) <= TOLERANCE_MS + 2_000, `${it.error()} after ${setTo}`);
      }
      it.setWall(0);
      talk(it, 3_000);
      assert.ok(Math.abs(it.error()) <= 2_000, `${it.error()} in the end`);
    },
  ));
});

Deno.test("the first line that agrees with the clock does not move moments of the past", () => {
  for (let tenths = 0; tenths < 20; tenths++) {
    const it = stage(0);
    // Read in whole milliseconds, the two clocks differ by another one at every tenth of a millisecond.
    it.clock.now += tenths / 10;
    const moment = it.clock.now;
    const before = it.judge.epochOf(moment);
    it.clock.now += 0.4;
    it.clock.shiftMs += 0.6;
    it.line();
    assert.equal(it.judge.isCertain, true);
    assert.equal(it.judge.epochOf(moment), before);
  }
});
