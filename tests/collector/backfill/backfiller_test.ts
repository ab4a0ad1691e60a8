import assert from "node:assert/strict";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { gaps, messages, outage, say, scene } from "../../support/backfill.ts";
import { clearmsg } from "../../support/chat/lines.ts";
import { CLOCK_DIFFERENCE_MS, clockAdvance, nextMillisecond, until } from "../../support/until.ts";

Deno.test("messages in a gap are filled in at their times, without duplicates or losses", async () => {
  await using it = await scene();
  const { dbPath, history, twitch, test } = it;
  const before = say(twitch, 50, "before");
  await test.until(({ counts }) => counts.stored >= 50);
  let during: string[] = [];
  await outage(twitch, test, () => void (during = say(twitch, 120, "during")));
  const after = say(twitch, 50, "after");
  await until(async () => (await gaps(dbPath)).some((gap) => gap.state === "filled"));
  await test.until(({ counts }) => counts.stored >= 100);

  const stored = await messages(dbPath);
  assert.deepEqual(stored.map(({ uuid }) => uuid), [...before, ...during, ...after]);
  assert.deepEqual(
    stored.filter(({ source }) => source !== undefined).map(({ uuid, source }) => [uuid, source]),
    during.map((uuid) => [uuid, history.host]),
  );
  assert.ok(stored.every(({ tags }) => !/historical|rm-/.test(tags.join(";"))));
  const [gap] = await gaps(dbPath);
  assert.equal(gap!.fills.reduce((sum, fill) => sum + fill.messages, 0), 120);

  await using reader = openSqliteReader({ path: dbPath });
  await until(async () => (await reader.channel(1))!.messages >= 220);
  assert.equal((await reader.user(1001))!.messages, 220);
});

Deno.test("a gap of which the service has only a part is partly filled", async () => {
  await using it = await scene();
  const { dbPath, history, twitch, test } = it;
  say(twitch, 5, "before");
  await test.until(({ counts }) => counts.stored >= 5);
  let during: string[] = [];
  await outage(twitch, test, async () => {
    say(twitch, 5, "forgotten");
    await nextMillisecond();
    history.forget(Date.now());
    await nextMillisecond();
    during = say(twitch, 5, "kept");
  });
  const filled = async () => (await messages(dbPath)).filter(({ source }) => source !== undefined);
  await until(async () => (await filled()).length >= during.length);
  assert.deepEqual((await filled()).map(({ uuid }) => uuid), during);
  const [gap] = await gaps(dbPath);
  assert.equal(gap!.state, "partly filled");
  assert.ok(gap!.fills[0]!.from > gap!.from);
});

Deno.test("a gap with more messages than an answer may have is filled answer by answer", async () => {
  await using it = await scene();
  const { dbPath, history, twitch, test } = it;
  say(twitch, 3, "before");
  await test.until(({ counts }) => counts.stored >= 3);
  const during: string[] = [];
  await outage(twitch, test, async () => {
    for (let n = 0; n < 55; n++) {
      // Many in one millisecond, including the millisecond in which an answer begins.
      during.push(...say(twitch, 37, "during"));
      await nextMillisecond();
    }
  });
  await until(async () => (await gaps(dbPath)).some((gap) => gap.state === "filled"));
  assert.ok(history.asked >= 3);
  const filled = (await messages(dbPath)).filter(({ source }) => source !== undefined);
  assert.deepEqual(filled.map(({ uuid }) => uuid), during);
});

Deno.test("messages from while the channel was disabled are not filled", async () => {
  await using it = await scene();
  const { dbPath, history, twitch, test } = it;
  test.collector.setEnabled(1, false);
  await twitch.when(() => !twitch.joined("alpha"));
  say(twitch, 10, "not for the record");
  await clockAdvance(CLOCK_DIFFERENCE_MS);
  twitch.faults = { noRoomState: true };
  test.collector.setEnabled(1, true);
  await twitch.waitForJoin("alpha");
  const asked = history.asked;
  await clockAdvance(CLOCK_DIFFERENCE_MS);
  await outage(twitch, test, () => void say(twitch, 1, "while it was to be joined"));
  await until(() => history.asked > asked);
  await until(async () => (await messages(dbPath)).length > 0);
  assert.deepEqual((await messages(dbPath)).map(({ text }) => text), ["while it was to be joined 0"]);
});

Deno.test("messages that were deleted in a gap are marked", async () => {
  await using it = await scene();
  const { dbPath, twitch, test } = it;
  say(twitch, 1);
  await test.until(({ counts }) => counts.stored >= 1);
  await outage(twitch, test, () => {
    const [targetId] = say(twitch, 1, "regretted");
    twitch.send(clearmsg({ channel: "alpha", login: "ada_codes", targetId: targetId!, text: "regretted 0" }));
  });
  await until(async () => (await gaps(dbPath)).some((gap) => gap.state === "filled"));
  const regretted = (await messages(dbPath)).find(({ text }) => text === "regretted 0");
  assert.equal(regretted!.removed?.kind, "deletion");
});
