/** Waits, limits and back-offs while the machine's wall clock is set. */
import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { ShiftedClock } from "../support/clock.ts";
import { startTestCollector } from "../support/collector.ts";

const HOURS = 3_600_000;
const SHIFTS = [-2 * HOURS, 2 * HOURS, -400 * 24 * HOURS, 400 * 24 * HOURS];
const names = (count: number) => Array.from({ length: count }, (_, i) => `channel_${i}`);

for (const shiftMs of SHIFTS) {
  const set = `the clock is set by ${shiftMs / HOURS} h`;

  Deno.test(`20 channels are joined again after a cut and ${set}`, async () => {
    await using twitch = await startTwitch({ joinLimit: undefined });
    const clock = new ShiftedClock();
    await using test = startTestCollector({ twitch, clock, channels: names(20), timings: { retryMs: 10 } });
    await test.allJoined();
    clock.setBy(shiftMs);
    for (let cuts = 1; cuts <= 3; cuts++) {
      await twitch.dropAll({ hard: true });
      await twitch.when(() => twitch.counters.joins === 20 * (cuts + 1));
      await test.allJoined();
    }
  });

  Deno.test(`a connection that goes silent is noticed when ${set}`, async () => {
    await using twitch = await startTwitch();
    const clock = new ShiftedClock();
    await using test = startTestCollector({
      twitch,
      clock,
      timings: { handshakeMs: 5_000, quietMs: 300, deadMs: 300 },
    });
    await test.allJoined();
    const { accepted } = twitch.counters;
    twitch.faults = { silent: true };
    clock.setBy(shiftMs);
    await test.until(({ channels }) => channels[0]?.state === "joining");
    assert.ok(
      test.log.some((line) => /nothing heard for 0\.[6-9] s|nothing heard for [1-4]\./.test(line)),
      `${test.log}`,
    );
    twitch.faults = {};
    await twitch.when(() => twitch.counters.accepted > accepted);
    await test.allJoined();
  });

  Deno.test(`a handshake without an answer ends, and a live connection stays, when ${set}`, async () => {
    await using twitch = await startTwitch();
    const clock = new ShiftedClock();
    twitch.faults = { stall: true };
    await using test = startTestCollector({ twitch, clock, timings: { handshakeMs: 400, retryMs: 50 } });
    await twitch.when(() => twitch.counters.open === 1);
    clock.setBy(shiftMs);
    twitch.faults = {};
    await test.allJoined();
    const { accepted } = twitch.counters;
    clock.setBy(-shiftMs);
    twitch.reconnectAll();
    await twitch.when(() => twitch.counters.accepted >= accepted + 1 && twitch.counters.open === 1);
    assert.equal(test.channel("alpha").state, "joined");
  });
}
