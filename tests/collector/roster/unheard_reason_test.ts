import assert from "node:assert/strict";
import type { Gap } from "../../../src/chat/coverage.ts";
import { systemClock } from "../../../src/clock.ts";
import { startTwitch } from "../../../src/demo/server/twitch.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { startTestCollector } from "../../support/collector.ts";
import { tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";
import { UnheardReasons } from "../../../src/collector/roster/unheard_reason.ts";

/** The reasons of a run, each tick 100 ms. @param connectedAt when the connection opens */
function reasonsOf(connectedAt: number, untilMs: number) {
  const unheard = new UnheardReasons(0);
  const told = [];
  for (let now = 0; now <= untilMs && !unheard.isDone; now += 100) {
    const next = unheard.next(now, now >= connectedAt);
    if (next) told.push([next.reason, next.since, now]);
  }
  return told;
}

Deno.test("without a connection for longer than a JOIN takes, that is the reason since the start", () => {
  assert.deepEqual(reasonsOf(Infinity, 60_000), [["not connected", 0, 10_000]]);
});

Deno.test("after a connection, channels that still wait are not joined since then", () => {
  assert.deepEqual(reasonsOf(40_000, 60_000), [
    ["not connected", 0, 10_000],
    ["not joined", 40_000, 50_000],
  ]);
  assert.deepEqual(reasonsOf(500, 60_000), [["not joined", 500, 10_500]]);
});

Deno.test("after a start without a connection the gap has two reasons: stopped, then not connected", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  {
    await using test = startTestCollector({ dbPath, twitch });
    await test.allJoined();
  }
  twitch.faults = { stall: true };
  let aheadMs = 0;
  const clock = {
    wallMs: () => systemClock.wallMs() + aheadMs,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
  };
  await using again = startTestCollector({
    dbPath,
    twitch,
    clock,
    timings: { handshakeMs: 500, quietMs: 150, deadMs: 150 },
  });
  const startedAt = again.collector.status().startedAt;
  aheadMs = 11_000;
  await using reader = openSqliteReader({ path: dbPath });
  let gaps: Gap[] = [];
  await until(async () => (gaps = await reader.gaps(1, 0, Date.now() + 60_000)).length === 2);
  assert.deepEqual(gaps.map(({ reason, to }) => [reason, to !== undefined]), [
    ["stopped", true],
    ["not connected", false],
  ]);
  assert.ok(Math.abs(gaps[1]!.from - startedAt) <= 1_000, "since the start");
});
