import assert from "node:assert/strict";
import fc from "fast-check";
import type { ListeningChange } from "../../../src/archive/coverage.ts";
import { CoverageTracker } from "../../../src/collector/coverage/tracker.ts";
import { TimeJudge } from "../../../src/collector/time/judge.ts";
import { StandingClock } from "../../support/clock.ts";
import { AppError } from "../../../src/chat/errors.ts";

function startTracker(bound?: number) {
  const changes: ListeningChange[] = [];
  const state = {
    works: true,
    changes,
    knownAt: 0,
    safeUntil: Infinity,
    /** If set, writes wait here until they are called. */
    later: undefined as (() => void)[] | undefined,
  };
  const clock = new StandingClock();
  const tracker = new CoverageTracker({
    time: new TimeJudge(clock),
    bound,
    safeUntil: () => state.safeUntil,
    write: ({ changes: more, knownAt }, done) => {
      const noting = () => {
        if (!state.works) return done(new AppError("unavailable", "locked"));
        changes.push(...more);
        state.knownAt = knownAt;
        done();
      };
      if (state.later) state.later.push(noting);
      else noting();
    },
  });
  const tick = (now: number) => {
    clock.now = now;
    tracker.tick();
  };
  return { tracker, state, tick };
}

const brief = (changes: ListeningChange[]) =>
  changes.map((change) => `${change.channelId} ${change.kind} ${change.at}`);

Deno.test("a channel is heard while at least one reader hears it", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(1, "first", 10);
  tracker.started(1, "second", 11);
  tracker.ended(1, "first", 12, "connection lost");
  tracker.ended(1, "first", 13, "connection lost");
  tracker.started(1, "first", 14);
  tracker.ended(1, "second", 15, "connection lost");
  tracker.ended(1, "first", 16, "connection lost");
  tick(20);
  assert.deepEqual(brief(state.changes), ["1 started 10", "1 ended 16"]);
});

Deno.test("a refusal changes nothing while another reader hears the channel", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(1, "second", 10);
  tracker.refused(1, 11);
  tracker.refused(2, 12);
  tick(20);
  assert.deepEqual(brief(state.changes), ["1 started 10", "2 ended 12"]);
});

Deno.test("changes while the archive cannot be written are written afterwards, in order", () => {
  const { tracker, state, tick } = startTracker();
  state.works = false;
  tracker.started(1, "first", 10);
  tick(11);
  tracker.ended(1, "first", 12, "connection lost");
  tick(13);
  assert.deepEqual(state.changes, []);
  state.works = true;
  tick(14);
  tick(15);
  assert.deepEqual(brief(state.changes), ["1 started 10", "1 ended 12"]);
  assert.equal(state.knownAt, 14);
});

Deno.test("changes during a write are written after it, whether it succeeds or fails", () => {
  for (const works of [true, false]) {
    const { tracker, state, tick } = startTracker();
    state.later = [];
    tracker.started(1, "first", 10);
    tick(11);
    tracker.ended(1, "first", 12, "connection lost");
    tick(13);
    assert.equal(state.later.length, 1, "there is one write at a time");
    state.works = works;
    state.later.shift()!();
    assert.deepEqual(tracker.unwritten(13)?.changes.length, works ? undefined : 2);
    state.works = true;
    tracker.started(1, "first", 14);
    tick(15);
    state.later.shift()!();
    assert.deepEqual(brief(state.changes), ["1 started 10", "1 ended 12", "1 started 14"]);
  }
});

Deno.test("a write into a former file is ignored", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(7, "first", 10);
  tick(1_000);
  state.later = [];
  tick(2_000);
  tracker.reopened(new Map([[7, 1]]));
  state.works = false;
  state.later.shift()!();
  state.works = true;
  tick(3_000);
  state.later.shift()!();
  assert.deepEqual(brief(state.changes), ["7 started 10", "1 started 1000"]);
});

Deno.test("coverage is known only until the first message that waits in memory", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(1, "first", 10);
  state.safeUntil = 700;
  tick(1_000);
  assert.equal(state.knownAt, 700);
  state.safeUntil = Infinity;
  tick(2_000);
  assert.equal(state.knownAt, 2_000);
});

Deno.test("a new file's coverage begins where the known coverage of the former file ends", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(7, "first", 10);
  state.safeUntil = 700;
  tick(1_000);
  tracker.reopened(new Map([[7, 1]]));
  tick(1_001);
  assert.deepEqual(brief(state.changes), ["7 started 10", "1 started 700"]);
});

Deno.test("dropped messages are a gap from the first that may be missing to the last", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(1, "first", 10);
  tick(11);
  state.works = false;
  for (const at of [20, 21, 25]) tracker.dropped(1, { at, since: at - 2 });
  tick(26);
  state.works = true;
  tick(30);
  tick(31);
  assert.deepEqual(brief(state.changes), ["1 started 10", "1 ended 18", "1 started 26"]);
  assert.equal(state.changes[1]!.kind === "ended" && state.changes[1]!.reason, "storage");
});

Deno.test("a new file gets the open intervals, under its own channel ids", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(7, "first", 10);
  tracker.started(8, "first", 10);
  tick(1_000);
  tracker.ended(8, "first", 1_100, "connection lost");
  state.changes.length = 0;
  tracker.reopened(new Map([[7, 1], [8, 2]]));
  tick(2_000);
  assert.deepEqual(brief(state.changes), ["1 started 1000"]);
  tracker.ended(1, "first", 2_500, "connection lost");
  tick(2_600);
  assert.deepEqual(brief(state.changes), ["1 started 1000", "1 ended 2500"]);
});

Deno.test("at the end every interval ends, and channels that were not heard get the new reason", () => {
  const { tracker, state } = startTracker();
  tracker.started(1, "first", 10);
  tracker.started(2, "first", 10);
  tracker.stop([1, 2, 3], 20);
  assert.deepEqual(brief(state.changes).slice(2), ["1 ended 20", "2 ended 20", "3 ended 20"]);
});

Deno.test("if too many changes wait, coverage is understated, never overstated", () => {
  const step = fc.record({ channelId: fc.integer({ min: 1, max: 3 }), start: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 10 }), (steps, bound) => {
      const { tracker, state, tick } = startTracker(bound);
      state.works = false;
      const truth = new Set<string>();
      const heard = new Set<number>();
      steps.forEach(({ channelId, start }, at) => {
        if (start) tracker.started(channelId, "first", at);
        else tracker.ended(channelId, "first", at, "connection lost");
        if (start) heard.add(channelId);
        else heard.delete(channelId);
        for (const id of heard) truth.add(`${id} ${at}`);
      });
      state.works = true;
      tick(steps.length + 1_000);
      const claimed = new Set<number>();
      for (let at = 0; at < steps.length; at++) {
        for (const change of state.changes) {
          if (change.at !== at) continue;
          if (change.kind === "started") claimed.add(change.channelId);
          else claimed.delete(change.channelId);
        }
        for (const id of claimed) assert.ok(truth.has(`${id} ${at}`), `${id} was not heard at ${at}`);
      }
      assert.ok(state.changes.length <= bound);
    }),
  );
});

Deno.test("waiting changes can be read up to a moment, without later ones", () => {
  const { tracker, state, tick } = startTracker();
  tracker.started(1, "first", 10);
  tick(11);
  assert.equal(tracker.unwritten(12), undefined, "nothing waits");
  state.works = false;
  tracker.ended(1, "first", 20, "connection lost");
  tracker.started(1, "first", 30);
  tick(31);
  const unwritten = (until: number) => {
    const { since, changes, knownAt } = tracker.unwritten(until)!;
    return { since, changes: brief(changes), knownAt };
  };
  assert.deepEqual(unwritten(40), { since: 11, changes: ["1 ended 20", "1 started 30"], knownAt: 40 });
  assert.deepEqual(unwritten(25), { since: 11, changes: ["1 ended 20"], knownAt: 25 });
  assert.deepEqual(unwritten(5), { since: 11, changes: [], knownAt: 11 }, "written changes stay written");
  state.works = true;
  tick(50);
  assert.equal(tracker.unwritten(51), undefined);
});

Deno.test("the reason for a channel that was never heard applies to no channel that was heard before, and not to the time before it was enabled", () => {
  const { tracker, state, tick } = startTracker();
  for (const [channelId, at] of [[1, 0], [2, 0], [3, 4_000], [4, 0]] as const) tracker.wanted(channelId, at);
  tracker.started(2, "first", 1_000);
  tracker.ended(2, "first", 3_000, "connection lost");
  tracker.left(4, 2_000, "disabled");
  tracker.explainUnheard(2_500, "not joined");
  tick(10_000);
  const reasons = (id: number) =>
    state.changes.flatMap((change) =>
      change.channelId === id && change.kind === "ended" ? [change.reason] : []
    );
  assert.deepEqual([1, 2, 3, 4].map(reasons), [["not joined"], ["connection lost"], ["not joined"], [
    "disabled",
  ]]);
  const [first, third] = [1, 3].map((id) =>
    state.changes.find((change) => change.channelId === id && change.kind === "ended")!.at
  );
  assert.equal(third! - first!, 1_500);
});
