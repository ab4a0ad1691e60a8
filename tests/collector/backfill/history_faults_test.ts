import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { HistoryFaults } from "../../../src/demo/history.ts";
import { gaps, joined, messages, outage, say, scene, TIMINGS } from "../../support/backfill.ts";
import { privmsg } from "../../support/chat/lines.ts";
import { startTestCollector } from "../../support/collector.ts";
import { until } from "../../support/until.ts";

Deno.test("a service that is down is retried; a program that starts fills earlier gaps", async () => {
  await using it = await scene();
  const { dbPath, history, twitch, test } = it;
  say(twitch, 3);
  await test.until(({ counts }) => counts.stored >= 3);
  history.faults = { status: 503 };
  await outage(twitch, test, () => void say(twitch, 10, "during"));
  await until(() => history.asked >= 2);
  assert.equal((await gaps(dbPath))[0]!.state, "missing");
  history.faults = {};
  await until(async () => (await gaps(dbPath))[0]!.state === "filled");

  history.faults = { status: 503 };
  await outage(twitch, test, () => void say(twitch, 10, "during again"));
  const { asked } = history;
  await until(() => history.asked >= asked + 5);
  await test[Symbol.asyncDispose]();
  say(twitch, 10, "while it was not running");
  history.faults = {};
  await using again = startTestCollector({
    dbPath,
    twitch,
    historyUrl: history.url,
    backfillTimings: TIMINGS,
  });
  await joined(again);
  await until(async () => (await messages(dbPath)).length === 33);
  await until(async () => (await gaps(dbPath)).every((gap) => gap.state === "filled"));
});

Deno.test("a service that had no messages of a gap is asked again a few times later", async () => {
  await using it = await scene();
  const { dbPath, history, twitch, test } = it;
  say(twitch, 3);
  await test.until(({ counts }) => counts.stored >= 3);
  history.faults = { body: JSON.stringify({ messages: [], error_code: "channel_not_joined" }) };
  const asked = history.asked;
  await outage(twitch, test, () => void say(twitch, 10, "during"));
  await until(() => history.asked >= asked + 2);
  assert.equal((await gaps(dbPath))[0]!.state, "missing");
  history.faults = {};
  await until(async () => (await gaps(dbPath))[0]!.state === "filled");
  assert.equal((await messages(dbPath)).length, 13);

  history.forget(Date.now());
  const before = history.asked;
  await outage(twitch, test, () => {});
  // Once at the join, and once after each pause.
  await until(() => history.asked >= before + 4);
  // No event tells that it is not asked again, so this waits longer than its longest pause.
  await setTimeout(1_000);
  assert.equal(history.asked, before + 4);
  assert.equal((await gaps(dbPath))[1]!.state, "missing");
});

const WRONG: [what: string, faults: HistoryFaults, expected: RegExp][] = [
  ["slow", { delayMs: 600 }, /no answer within 0.3 s/],
  ["talking nonsense", { body: "<html>welcome</html>" }, /without JSON/],
  ["without messages", { body: '{"error":null}' }, /no list of messages/],
  ["talking of another channel", {
    body: JSON.stringify({
      messages: [
        `@rm-received-ts=${Date.now()} ${
          privmsg({ channel: "beta", roomId: 2 }).split(" ").slice(1).join(" ")
        }`,
      ],
    }),
  }, /no line of this channel/],
  ["endless", { body: "x".repeat(9_000_000) }, /longer than/],
];

for (const [what, faults, expected] of WRONG) {
  Deno.test(`a service that is ${what} changes nothing`, async () => {
    await using it = await scene();
    const { dbPath, history, twitch, test } = it;
    say(twitch, 3);
    await test.until(({ counts }) => counts.stored >= 3);
    history.faults = faults;
    await outage(twitch, test, () => void say(twitch, 3, "during"));
    await until(() => test.log.some((line) => expected.test(line)));
    const after = say(twitch, 3, "after");
    await until(async () => (await messages(dbPath)).length === 6);
    assert.deepEqual((await messages(dbPath)).slice(3).map(({ uuid }) => uuid), after);
    assert.equal((await gaps(dbPath))[0]!.state, "missing");
  });
}
