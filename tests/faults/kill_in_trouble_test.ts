/**
 * kill -9 while the archive cannot be written, and while the overflow file is read back, at 1,000 messages a
 * second.
 */
import assert from "node:assert/strict";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { delay, readIds, Stage } from "./support/stage.ts";
import { lockForWriting } from "../support/archive/write_lock.ts";
import { everyEvent } from "../support/archive/every_event.ts";

const KILLS = 3;
/** Maximum distance from the kill to the last recorded moment, and to a lost message. */
const SECONDS_MS = 2_500;

Deno.test(`${KILLS} kills while the file is locked, and while the overflow file is read back: received messages are stored once, in order`, async () => {
  await using stage = await Stage.open({ channels: 5 });
  stage.startSending();
  const kills: { at: number; noticedAt: number }[] = [];
  const kill = async () => {
    stage.program.kill("SIGKILL");
    const at = Date.now();
    await stage.program.ended;
    // Until then, messages still go to the sockets of the killed process.
    await stage.twitch.when(() => stage.twitch.counters.open === 0);
    kills.push({ at, noticedAt: Date.now() });
  };
  for (let n = 0; n < KILLS; n++) {
    {
      using _lock = lockForWriting(stage.dbPath);
      stage.program.log.length = 0;
      await stage.program.logged("cannot be written");
      await delay(3_000 + Math.random() * 2_000);
      await kill();
    }
    await stage.start();
    await assertHeardUntil(stage, kills.at(-1)!.at);
    await delay(Math.random() * 300);
    await kill();
    await stage.start();
    await stage.allJoined();
  }
  const stored = await stage.storedIds();
  await assertInOrder(stage, stored);
  const missing = stage.missing(stored);
  // A killed program may not have read its socket for a while on a busy machine.
  await stage.assertMissingInGaps(missing, SECONDS_MS);
  for (const { at } of missing) {
    const isOfKill = kills.some((kill) => at > kill.at - SECONDS_MS && at <= kill.noticedAt);
    assert.ok(isOfKill, `lost ${kills.map((kill) => kill.at - at)} ms before the kills`);
  }
});

/** Checks that coverage reaches to the kill and contains the messages of the overflow file. */
async function assertHeardUntil(stage: Stage, killedAt: number): Promise<void> {
  for (const login of stage.channels) {
    const gap = (await stage.gaps(login)).findLast(({ from }) => from <= killedAt + 50);
    assert.equal(gap?.reason, "killed", login);
    assert.ok(
      gap.from > killedAt - SECONDS_MS,
      `${login}: known until ${killedAt - gap.from} ms before the kill`,
    );
  }
}

/** Checks that the messages of each channel are stored in their order, and none in a gap. */
async function assertInOrder(stage: Stage, stored: ReadonlySet<string>): Promise<void> {
  assert.equal((await readIds(stage.dbPath)).size, stored.size);
  await using reader = openSqliteReader({ path: stage.dbPath });
  for (const login of stage.channels) {
    const { id: channelId } = (await reader.channelByLogin(login))!;
    const events = await everyEvent(reader, { channelId });
    const gaps = await stage.gaps(login);
    for (const { id } of events) {
      const at = receivedAt(id);
      const gap = gaps.find(({ from, to = Infinity }) => at > from && at < to);
      assert.equal(
        gap,
        undefined,
        `${login}: a message of ${at} lies in a gap from ${gap?.from} to ${gap?.to}`,
      );
    }
    const uuids = events.filter(({ kind }) => kind === "message").map(({ uuid }) => uuid!);
    const sent = [...stage.sent].filter(([id, { channel }]) => channel === login && stored.has(id));
    assert.deepEqual(uuids, sent.map(([id]) => id), login);
  }
}
