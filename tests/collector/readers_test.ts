import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";

Deno.test("1,000 channels come up at the pace that Twitch allows, on connections of at most 50, without a cut", async () => {
  // The client counts a JOIN when it sends it, the server when it reads it: on a busy machine up to seconds later.
  await using twitch = await startTwitch({ joinLimit: { joins: 800, perMs: 7_000 } });
  const channels = Array.from({ length: 1_000 }, (_, n) => `channel_${n}`);
  await using test = startTestCollector({
    twitch,
    channels,
    joinsPer10s: 800,
    timings: { joinAnswerMs: 60_000 },
  });
  const count = (wanted: string) =>
    test.collector.status().channels.filter(({ state }) => state === wanted).length;
  await test.until(() => count("joined") >= 800);
  assert.equal(count("joining"), 1_000 - count("joined"), "every other channel is joining");
  assert.ok(count("joining") > 0);
  await test.allJoined();
  const { connections } = test.collector.status();
  assert.equal(connections.length, 20);
  assert.ok(connections.every((connection) => connection.channels === 50));
  assert.equal(twitch.counters.closed["join limit"], 0);
  assert.equal(twitch.counters.accepted, 20);
});

Deno.test("a busy channel moves to its own connection, without losses or duplicates", async () => {
  await using twitch = await startTwitch();
  const channels = ["alpha", "beta", "gamma"];
  await using test = startTestCollector({ twitch, channels, busyPerMinute: 200 });
  await test.allJoined();
  test.collector.watch(test.channel("beta").channelId);

  const sent: string[] = [];
  const talking = setInterval(() => {
    const id = crypto.randomUUID();
    assert.ok(twitch.send(privmsg({ channel: "beta", roomId: twitch.roomId("beta"), id })) > 0);
    sent.push(id);
  }, 1);
  await test.until(({ connections }) => connections.map(({ channels }) => channels).join() === "2,1");
  clearInterval(talking);
  await test.until(() => test.committed.filter(({ kind }) => kind === "message").length >= sent.length);
  assert.deepEqual(test.committed.filter(({ kind }) => kind === "message").map(({ uuid }) => uuid), sent);
  assert.equal(test.channel("beta").state, "joined");
});

Deno.test("a channel that is enabled just after its connection was closed is joined on a new connection", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  await test.allJoined();
  const { channelId } = test.channel("alpha");
  for (let round = 2; round <= 4; round++) {
    test.collector.setEnabled(channelId, false);
    await twitch.when(() => twitch.counters.open === 0);
    test.collector.setEnabled(channelId, true);
    await twitch.when(() => twitch.counters.joins === round);
  }
});

Deno.test("two readers: every message is stored once, and a cut of one reader loses nothing", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, secondReader: ["alpha"] });
  await test.until(({ channels }) =>
    channels[0]?.state === "joined" && channels[0].second?.state === "joined"
  );
  test.collector.watch(test.channel("alpha").channelId);
  assert.deepEqual(test.collector.status().connections.map(({ reader }) => reader), ["first", "second"]);

  const sent: string[] = [];
  const say = () => {
    const id = crypto.randomUUID();
    if (twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id })) > 0) sent.push(id);
  };
  for (let n = 0; n < 100; n++) say();
  await test.until(({ counts }) => counts.stored >= 101);
  twitch.dropOne();
  for (let n = 0; n < 100; n++) say();
  await twitch.when(() => twitch.counters.open === 2 && twitch.counters.joins >= 3);
  for (let n = 0; n < 100; n++) say();
  const messages = () => test.committed.filter(({ kind }) => kind === "message").map(({ uuid }) => uuid);
  await test.until(() => messages().length >= 300);
  assert.deepEqual(messages(), sent);
  assert.ok(test.collector.status().counts.duplicates >= 200);
});

Deno.test("lines without an id are stored once, while a channel moves and while two readers hear it", async () => {
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using test = startTestCollector({
    twitch,
    channels: ["alpha", "beta"],
    secondReader: "all",
    busyPerMinute: 200,
  });
  await test.until(({ channels }) =>
    channels.every(({ state, second }) => state === "joined" && second?.state === "joined")
  );
  await test.until(({ counts }) => counts.stored === 2);
  test.collector.watch(test.channel("beta").channelId);
  const sent: string[] = [];
  const say = () => {
    const text = `notice ${sent.length}`;
    if (twitch.send(`@msg-id=slow_on :tmi.twitch.tv NOTICE #beta :${text}`) > 0) sent.push(text);
    twitch.send(privmsg({ channel: "beta", roomId: twitch.roomId("beta") }));
  };
  const talking = setInterval(say, 1);
  await test.until(({ connections }) => connections.map(({ channels }) => channels).join() === "1,1,2");
  twitch.reconnectAll();
  await twitch.when(() => twitch.counters.accepted >= 6 && twitch.counters.open === 3);
  clearInterval(talking);
  say();
  const stored = () => test.committed.filter(({ kind }) => kind === "server").map(({ text }) => text);
  await test.until(() => stored().includes(sent.at(-1)!));
  assert.deepEqual(stored().toSorted(), sent.toSorted());
  const states = test.committed.filter(({ kind }) => kind === "state");
  assert.equal(states.length, 0, "the ROOMSTATE of another connection's JOIN is no event");
});

Deno.test("two readers: a raw line is stored once, and one id in two rooms twice", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, channels: ["alpha", "beta"], secondReader: "all" });
  await test.until(({ channels }) =>
    channels.every(({ state, second }) => state === "joined" && second?.state === "joined")
  );
  for (const login of ["alpha", "beta"]) test.collector.watch(test.channel(login).channelId);
  const id = crypto.randomUUID();
  for (const channel of ["alpha", "beta"]) {
    twitch.send(privmsg({ channel, roomId: twitch.roomId(channel), id, text: "one id, two rooms" }));
  }
  const rawId = crypto.randomUUID();
  twitch.send(`@id=${rawId};room-id=${twitch.roomId("alpha")} :!odd@odd.tmi.twitch.tv PRIVMSG #alpha :no`);
  const last = crypto.randomUUID();
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id: last }));
  // Each of the four arrived twice, and the second reader's ROOMSTATEs are not counted.
  await test.until(({ counts }) =>
    counts.duplicates >= 4 && test.committed.some(({ uuid }) => uuid === last)
  );
  const stored = test.committed.filter(({ kind }) => kind !== "state").map((
    { kind, channel, uuid },
  ) => [kind, channel, uuid]);
  assert.deepEqual(
    stored.sort(),
    [
      ["message", "alpha", id],
      ["message", "alpha", last],
      ["message", "beta", id],
      ["raw", "alpha", rawId],
    ].sort(),
  );
});
