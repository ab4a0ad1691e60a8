import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import { setTimeout } from "node:timers/promises";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import type { Gap } from "../../../src/chat/coverage.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { type HistoryFaults, startHistory } from "../../../src/demo/history.ts";
import { startTwitch } from "../../../src/demo/server/twitch.ts";
import type { StandIn } from "../../../src/demo/server/stand_in.ts";
import { startTestCollector, type TestCollector } from "../../support/collector.ts";
import { clearmsg, privmsg } from "../../support/chat/lines.ts";
import { tempFolder } from "../../support/temp.ts";
import { nextMillisecond, until } from "../../support/until.ts";

const TIMINGS = { settleMs: 100, paceMs: 5, timeoutMs: 300, retryMs: [50, 50], againMs: [50, 300, 50] };

/** A collector, a stand-in for Twitch, and a stand-in for a history service that has every message. */
async function scene(options: { kept?: number } = {}) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const dbPath = `${folder.path}/a.db`;
  const history = stack.use(startHistory(options));
  const twitch = stack.use(await startTwitch({ onSaid: (line) => history.hear(line) }));
  const test = stack.use(
    startTestCollector({ dbPath, twitch, historyUrl: history.url, backfillTimings: TIMINGS }),
  );
  await joined(test);
  return { dbPath, history, twitch, test, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function joined(test: TestCollector): Promise<void> {
  return test.until((status) => status.channels[0]?.state === "joined");
}

/** Sends messages, and returns their ids. */
function say(twitch: StandIn, count: number, text = "hello"): string[] {
  return Array.from({ length: count }, (_, n) => {
    const id = crypto.randomUUID();
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `${text} ${n}`, id }));
    return id;
  });
}

/** Cuts the connection, sends messages meanwhile, and waits until the channel is joined again. */
async function outage(twitch: StandIn, test: TestCollector, meanwhile: () => void | Promise<void>) {
  twitch.faults = { stall: true };
  await twitch.dropAll({ hard: true });
  await test.until((status) => status.channels[0]?.state === "joining");
  await nextMillisecond();
  await meanwhile();
  await nextMillisecond();
  twitch.faults = {};
  await twitch.dropAll({ hard: true });
  await joined(test);
}

async function gaps(dbPath: string): Promise<Gap[]> {
  await using reader = openSqliteReader({ path: dbPath });
  return (await reader.gaps(1, 0, Date.now())).filter((gap) => gap.reason === "connection lost");
}

async function messages(dbPath: string): Promise<StoredEvent[]> {
  await using reader = openSqliteReader({ path: dbPath });
  const all: StoredEvent[] = [];
  let before: number | undefined;
  while (true) {
    const page = await reader.timeline({ channelId: 1, place: placeBefore(before), limit: 200 });
    all.unshift(...page.events.toReversed());
    before = page.events.at(-1)?.id;
    if (!page.more) return all.filter(({ kind }) => kind === "message");
  }
}

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
  await nextMillisecond();
  twitch.faults = { noRoomState: true };
  test.collector.setEnabled(1, true);
  await twitch.waitForJoin("alpha");
  const asked = history.asked;
  await nextMillisecond();
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
