/** A server that is down or does not answer, at 1,000 messages a second. */
import assert from "node:assert/strict";
import { delay, near, Stage } from "./support/stage.ts";
import { until } from "../support/until.ts";

/** They need two connections, which reconnect independently. */
const CHANNELS = 60;
const ENDS = ["channel_0", `channel_${CHANNELS - 1}`];

interface Outage {
  from: number;
  /** By channel, the time at which it was joined again. */
  to: Map<string, number>;
}

/** Runs `begin`, waits until both connections have joined again, and returns the times. */
async function outage(stage: Stage, begin: () => Promise<void>): Promise<Outage> {
  const from = Date.now();
  await begin();
  const to = new Map<string, number>();
  await Promise.all(ENDS.map(async (login) => {
    await stage.twitch.waitForJoin(login);
    to.set(login, Date.now());
  }));
  await stage.allJoined();
  return { from, to };
}

/** Checks that only messages in the one gap are missing, and that the gap has the right times and reason. */
async function assertOnlyInGap(stage: Stage, { from, to }: Outage): Promise<void> {
  await stage.assertMissingInGaps(stage.missing(await stage.storedIds()));
  for (const login of ENDS) {
    const gaps = await stage.gaps(login);
    assert.deepEqual(gaps.map(({ reason }) => reason), ["connection lost"], login);
    near(gaps[0]!.from, from, `${login}: the gap begins`);
    near(gaps[0]!.to, to.get(login)!, `${login}: the gap ends`);
  }
}

/** Waits until pages and `/readyz` report that there is no connection. */
async function untilCutOff(stage: Stage, reason: RegExp): Promise<void> {
  await stage.waitForPage("/readyz", /every connection to Twitch is down/);
  await stage.waitForPage("/", reason);
  assert.match(await stage.page("/"), /There is no connection to Twitch/);
}

async function assertReady(stage: Stage): Promise<void> {
  await stage.waitForPage("/readyz", /"ready":true/);
  assert.doesNotMatch(await stage.page("/"), /There is no connection to Twitch/);
}

Deno.test("a server that refuses connections for some seconds: the gap is recorded, and nothing else is missing", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.startSending();
  await stage.sentMore(1_000);
  const lost = await outage(stage, () =>
    stage.serverGone(async () => {
      await untilCutOff(stage, /cannot connect to/);
      await delay(3_000);
    }));
  await assertReady(stage);
  await stage.sentMore(500);
  await assertOnlyInGap(stage, lost);
});

Deno.test("a server that stalls after TLS: the gap is recorded, and nothing else is missing", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.startSending();
  await stage.sentMore(1_000);
  const lost = await outage(stage, async () => {
    stage.twitch.faults = { stall: true };
    await stage.twitch.dropAll({ hard: true });
    await untilCutOff(stage, /no welcome within 10 s/);
    stage.twitch.faults = {};
    // Connection attempts in the meantime have stalled, too; do not wait for them.
    await stage.twitch.dropAll({ hard: true });
  });
  await assertReady(stage);
  await stage.sentMore(500);
  await assertOnlyInGap(stage, lost);
});

Deno.test("a server that never sends ROOMSTATE: each channel reports it and has a gap, and nothing is missing", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.startSending();
  await stage.sentMore(1_000);
  const cutAt = Date.now();
  stage.twitch.faults = { noRoomState: true };
  await stage.twitch.dropAll({ hard: true });
  await stage.allJoined();
  const toldOf = async () =>
    [...(await stage.page("/channels")).matchAll(/<span class="why">\s*Twitch did not answer/g)].length;
  await until(async () => await toldOf() === CHANNELS);
  const refusedAt = Date.now();
  const joins = stage.twitch.counters.joins;
  stage.twitch.faults = {};
  await stage.twitch.when(() => stage.twitch.counters.joins === joins + CHANNELS);
  const backAt = Date.now();
  await until(async () => await toldOf() === 0);

  // Messages before a confirmed JOIN are stored, too. Only those in flight when the connections were cut are
  // missing.
  const missing = stage.missing(await stage.storedIds());
  for (const { at } of missing) near(at, cutAt, "time of a missing message");
  await stage.assertMissingInGaps(missing);
  for (const login of ENDS) {
    const gaps = await stage.gaps(login);
    assert.deepEqual(gaps.map(({ reason }) => reason), ["connection lost", "not joined"], login);
    near(gaps[0]!.from, cutAt, `${login}: the gap begins`);
    near(gaps[1]!.from, refusedAt, `${login}: the second gap begins`);
    near(gaps[1]!.to, backAt, `${login}: the gap ends`);
  }
});

Deno.test("if one of two readers is cut, there is no gap and nothing is missing; if both are, there is a gap", async () => {
  await using stage = await Stage.open({ channels: 5, env: { TWITCH_SECOND_READER: "all" } });
  await stage.twitch.when(() => stage.twitch.counters.joins === 10);
  const { twitch, channels } = stage;
  stage.startSending();
  await stage.sentMore(500);

  // The oldest connection belongs to the first reader. It stays down until its next attempt is given up.
  twitch.faults = { stall: true };
  twitch.dropOne();
  await twitch.when(() => twitch.counters.accepted === 3);
  await stage.sentMore(1_000);
  twitch.faults = {};
  await twitch.when(() => twitch.counters.joins === 15);
  await stage.sentMore(500);
  // Now cut the second reader's.
  twitch.dropOne();
  await twitch.when(() => twitch.counters.joins === 20);
  await stage.sentMore(500);
  for (const login of channels) assert.deepEqual(await stage.gaps(login), []);

  const cutAt = Date.now();
  await twitch.dropAll({ hard: true });
  await stage.allJoined();
  await stage.sentMore(500);
  const missing = stage.missing(await stage.storedIds());
  for (const { at } of missing) near(at, cutAt, "time of a missing message");
  await stage.assertMissingInGaps(missing);
  for (const login of channels) {
    const [gap, ...more] = await stage.gaps(login);
    assert.equal(gap?.reason, "connection lost");
    near(gap.from, cutAt, `${login}: the gap begins`);
    assert.deepEqual(more, []);
  }
});
