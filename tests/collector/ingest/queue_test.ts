import assert from "node:assert/strict";
import { startTwitch } from "../../../src/demo/server/twitch.ts";
import { startTestCollector } from "../../support/collector.ts";
import { privmsg } from "../../support/chat/lines.ts";

Deno.test("RECONNECT in a flood: lines that wait on the old connection are read before it is left", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  await test.allJoined();

  const roomId = twitch.roomId("alpha");
  let sent = 0;
  twitch.reconnectAll();
  while (twitch.counters.closed.left === 0) {
    for (let i = 0; i < 200; i++, sent++) twitch.send(privmsg({ channel: "alpha", roomId }));
    await twitch.ready();
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Lines from here on are behind the flood on the new connection.
  const last = crypto.randomUUID();
  test.collector.watch(test.channel("alpha").channelId);
  twitch.send(privmsg({ channel: "alpha", roomId, id: last }));
  sent++;
  await test.until(() => test.committed.some(({ uuid }) => uuid === last));
  const states = 1;
  assert.equal(test.collector.status().counts.stored, sent + states);
});
