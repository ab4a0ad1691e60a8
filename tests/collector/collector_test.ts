import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { OverflowFile } from "../../src/collector/ingest/overflow_file.ts";
import { clearchat, privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("a channel added while running is joined, recorded and announced, and parted when disabled", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, channels: [] });
  assert.deepEqual(test.collector.status().connections, [], "without a channel there is no connection");

  const [beta] = test.collector.addChannels(["beta"]);
  test.collector.watch(beta!.id);
  await test.allJoined();
  twitch.send(privmsg({ channel: "beta", roomId: twitch.roomId("beta"), text: "hello there" }));
  await test.until(() => test.committed.some((event) => event.text === "hello there"));

  test.collector.setEnabled(beta!.id, false);
  await twitch.when(() => !twitch.joined("beta"));
  assert.deepEqual(test.collector.status().channels, []);
});

Deno.test("a channel that is added again while it is being deleted waits until it is gone", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  await test.allJoined();
  const old = test.collector.addChannels(["alpha"])[0]!.id;
  test.collector.deleteChannel(old, true);
  assert.equal(test.collector.addChannels(["alpha"])[0]!.deleting, true);
  assert.deepEqual(test.collector.status().channels, [], "it is not recorded meanwhile");

  await test.until(() => !test.collector.addChannels(["alpha"])[0]!.deleting);
  await test.allJoined();
  const { stored } = test.collector.status().counts;
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));
  await test.until(({ counts }) => counts.stored > stored);
  assert.equal(test.collector.status().counts.rejected, 0);
});

Deno.test("a disabled channel that is added again is recorded after a restart, too", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  {
    await using test = startTestCollector({ twitch, dbPath, channels: [] });
    const [beta] = test.collector.addChannels(["beta"]);
    test.collector.setEnabled(beta!.id, false);
    assert.equal(test.collector.addChannels(["beta"])[0]!.enabled, true);
  }
  await using test = startTestCollector({ twitch, dbPath, channels: [] });
  await test.allJoined();
});

Deno.test("a message that arrives twice is stored once, and counted as a duplicate", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  await test.allJoined();
  const line = privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") });
  twitch.send(line);
  twitch.send(line);
  await test.until(({ counts }) => counts.stored + counts.duplicates === 3);
  assert.equal(test.collector.status().counts.duplicates, 1);
});

Deno.test("malformed lines are counted, with a sample, and the connection stays", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  await test.allJoined();
  twitch.sendRaw("@broken\r\n:tmi.twitch.tv PRIVMSG\r\n");
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));
  await test.until(({ counts }) => counts.stored === 2);
  const status = test.collector.status();
  assert.equal(status.counts.rejected, 2);
  assert.equal(status.rejectedSamples.length, 2);
  assert.equal(twitch.counters.accepted, 1);
});

Deno.test("a refused channel has a reason, a start and the time of the next try; other channels are still recorded", async () => {
  const addedAt = Date.now();
  await using twitch = await startTwitch({ refusals: { gone: "msg_channel_suspended" } });
  await using test = startTestCollector({ twitch, channels: ["alpha", "gone"] });
  await test.until(() =>
    test.channel("gone").state === "refused" && test.channel("alpha").state === "joined"
  );
  const gone = test.channel("gone");
  assert.equal(gone.reason, "Twitch has suspended this channel");
  assert.ok(gone.since >= addedAt && gone.since <= Date.now());
  assert.ok(gone.nextTryAt! > Date.now());
});

Deno.test("a JOIN that no ROOMSTATE confirms is reported as unanswered and retried", async () => {
  await using twitch = await startTwitch({ faults: { noRoomState: true } });
  await using test = startTestCollector({ twitch, timings: { joinAnswerMs: 200 } });
  await test.until(() => test.channel("alpha").state === "refused");
  const { reason, nextTryAt } = test.channel("alpha");
  assert.match(reason!, /did not answer/);
  assert.ok(nextTryAt! > Date.now() && nextTryAt! <= Date.now() + 5_000);
  twitch.faults = {};
  await test.until(() => test.channel("alpha").state === "joined");
});

Deno.test("messages from before a PART are stored; lines after its confirmation are rejected", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, channels: ["alpha", "beta"] });
  await test.until(({ counts, channels }) =>
    counts.stored === 2 && channels.every(({ state }) => state === "joined")
  );
  const roomId = twitch.roomId("alpha");
  // In transit when the channel is disabled.
  for (let n = 0; n < 10; n++) twitch.send(privmsg({ channel: "alpha", roomId }));
  twitch.send(clearchat({ channel: "alpha", roomId, login: "somebody", userId: 5, seconds: 1 }));
  test.collector.setEnabled(test.channel("alpha").channelId, false);
  await twitch.when(() => !twitch.joined("alpha"));
  twitch.send(privmsg({ channel: "beta", roomId: twitch.roomId("beta") }));
  await test.until(({ counts }) => counts.stored === 14);
  const { late, received, rejected } = test.collector.status().counts;
  assert.deepEqual({ late, received, rejected }, { late: 0, received: 14, rejected: 0 });

  // The first channel may have no more lines, and the second one none at all.
  for (const channel of ["alpha", "gamma"]) twitch.sendRaw(`${privmsg({ channel, roomId: 1 })}\r\n`);
  await test.until(({ counts }) => counts.rejected === 2);
});

Deno.test("lines in transit to a channel that is deleted with its messages are late, not rejected", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, channels: ["alpha", "beta"] });
  await test.until(({ counts }) => counts.stored === 2);
  for (let n = 0; n < 10; n++) twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));
  test.collector.deleteChannel(test.channel("alpha").channelId, true);
  await twitch.when(() => !twitch.joined("alpha"));
  twitch.send(privmsg({ channel: "beta", roomId: twitch.roomId("beta") }));
  await test.until(({ counts }) => counts.stored === 3);
  const { late, received, rejected } = test.collector.status().counts;
  assert.deepEqual({ late, received, rejected }, { late: 10, received: 3, rejected: 0 });
});

Deno.test("a channel is not deleted with its messages while some of them wait in the overflow file", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  {
    using overflow = new OverflowFile(`${dbPath}-spool`, 1e6, () => 0);
    const line = privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") });
    overflow.append({ receivedAt: Date.now(), line });
  }
  await using test = startTestCollector({ dbPath, twitch });
  const { id } = test.collector.addChannels(["alpha"])[0]!;
  assert.throws(() => test.collector.deleteChannel(id, true), /still being stored/);
  await test.until(({ writer, counts }) => writer.overflowBytes === 0 && counts.stored > 0);
  test.collector.deleteChannel(id, true);
  await test.until(() => !test.collector.addChannels(["alpha"])[0]!.deleting);
  assert.equal(test.collector.status().counts.rejected, 0);
});

Deno.test("a refusal that repeats endlessly counts once", async () => {
  await using twitch = await startTwitch({ refusals: { gone: "msg_channel_suspended" } });
  await using test = startTestCollector({ twitch, channels: ["gone"] });
  await test.until(() => test.channel("gone").state === "refused");
  const { nextTryAt } = test.channel("gone");
  const line = "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #gone :This channel has been suspended.";
  for (let n = 0; n < 50; n++) twitch.sendToAll(line);
  await test.until(({ counts }) => counts.received >= 51);
  assert.equal(test.log.filter((text) => text.includes("refused")).length, 1);
  assert.ok(Math.abs(test.channel("gone").nextTryAt! - nextTryAt!) < 1_000);
});
