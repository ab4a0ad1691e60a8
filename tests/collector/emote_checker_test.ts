import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { startTestCollector } from "../support/collector.ts";
import { type ServiceFaults, startEmoteServices } from "../support/emote_services.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

const TIMINGS = { everyMs: 60, paceMs: 5, timeoutMs: 200, retryMs: [20] };

async function scene() {
  const stack = new AsyncDisposableStack();
  const dbPath = `${stack.use(tempFolder()).path}/a.db`;
  const services = stack.use(startEmoteServices());
  const twitch = stack.use(await startTwitch());
  const roomId = twitch.roomId("alpha");
  for (const service of ["ffz", "bttv", "7tv"] as const) {
    services.channels[service][roomId] = ["a", "b", "c", "d"].map((letter, n) => ({
      id: String(n + 1),
      name: `${service}-${letter}`,
    }));
    services.global[service] = [{ id: "9", name: `${service}-global` }];
  }
  const test = stack.use(
    startTestCollector({ dbPath, twitch, emoteServices: services.chosen, emoteTimings: TIMINGS }),
  );
  const names = async (channelId?: number) => {
    await using reader = openSqliteReader({ path: dbPath });
    const emotes = await reader.setEmotes(channelId);
    return emotes.filter((emote) => emote.until === undefined).map(({ name }) => name).sort();
  };
  const answers = async (times: number) => {
    const count = () => services.asked.filter((path) => path.endsWith(String(roomId))).length;
    const before = count();
    await until(() => count() >= before + times);
  };
  return {
    services,
    test,
    roomId,
    names,
    answers,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("the sets of joined channels and the global ones are stored, and again after a change", async () => {
  await using it = await scene();
  const { names, services, test, roomId } = it;
  await until(async () => (await names(1)).length === 12 && (await names()).length === 3);
  const { changes } = test.collector.status().emotes!;
  services.channels["7tv"][roomId]![0] = { id: "1", name: "renamed" };
  await until(async () => (await names(1)).includes("renamed"));
  assert.ok(!(await names(1)).includes("7tv-a"));
  assert.equal(test.collector.status().emotes!.changes, changes + 1);
  assert.ok(test.collector.status().emotes!.services.every(({ failure }) => failure === undefined));
});

const FAULTS: [what: string, faults: ServiceFaults, expected: RegExp][] = [
  ["down", { status: 503 }, /it answered 503/],
  ["slow", { delayMs: 600 }, /no answer within 0.2 s/],
  ["showing a page", { body: "<html>maintenance</html>" }, /without JSON/],
  ["answering with something else", { body: '{"error":"x"}' }, /not a set of emotes/],
  ["endless", { body: "x".repeat(13_000_000) }, /longer than/],
];
for (const [what, faults, expected] of FAULTS) {
  Deno.test(`a service that is ${what} ends no emote, and delays no other service`, async () => {
    await using it = await scene();
    const { names, services, test, roomId } = it;
    await until(async () => (await names(1)).length === 12);
    services.faults.bttv = faults;
    const failure = () =>
      test.collector.status().emotes!.services.find(({ service }) => service === "bttv")!.failure;
    await until(() => expected.test(failure() ?? ""));
    services.channels["7tv"][roomId]!.push({ id: "5", name: "7tv-e" });
    await until(async () => (await names(1)).includes("7tv-e"));
    assert.equal((await names(1)).length, 13);
    services.faults.bttv = undefined;
    services.channels.bttv[roomId]!.push({ id: "5", name: "bttv-e" });
    await until(async () => (await names(1)).includes("bttv-e"));
    await until(() => failure() === undefined);
  });
}

Deno.test("a set that is suddenly empty is accepted once a second answer confirms it", async () => {
  await using it = await scene();
  const { names, services, roomId, answers } = it;
  await until(async () => (await names(1)).length === 12);
  const before = services.channels["7tv"][roomId]!;
  services.channels["7tv"][roomId] = [];
  await until(async () => (await names(1)).length === 8);
  services.channels["7tv"][roomId] = before;
  await until(async () => (await names(1)).length === 12);

  // Once only: the next answer is right again.
  let asked = 0;
  Object.defineProperty(services.channels["7tv"], roomId, {
    get: () => asked++ === 0 ? [] : before,
  });
  await answers(9);
  assert.ok(asked >= 2);
  assert.equal((await names(1)).length, 12);
});

Deno.test("a malformed set of one channel does not keep the others waiting", async () => {
  await using it = await scene();
  const { names, services, test, roomId } = it;
  await until(async () => (await names(1)).length === 12);
  services.channels.bttv[roomId] = [{ id: "../x", name: "a b" }, { id: "../y", name: "" }];
  services.global.bttv.push({ id: "10", name: "bttv-new" });
  await until(async () => (await names()).includes("bttv-new"));
  await until(() => test.log.some((line) => /cannot read the emotes of bttv/.test(line)));
  assert.equal((await names(1)).length, 12);
});

Deno.test("the end of the program does not wait for a service", async () => {
  const it = await scene();
  it.services.faults = { ffz: { delayMs: 3_000 }, bttv: { delayMs: 3_000 }, "7tv": { delayMs: 3_000 } };
  const { length } = it.services.asked;
  await until(() => it.services.asked.length > length);
  const end = it.test[Symbol.asyncDispose]().then(() => "ended");
  assert.equal(await Promise.race([end, setTimeout(1_500, "waited")]), "ended");
  await it[Symbol.asyncDispose]();
});
