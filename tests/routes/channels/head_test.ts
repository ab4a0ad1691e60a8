import assert from "node:assert/strict";
import type { ChannelStatus } from "../../../src/collector/recorder.ts";
import { lakeSite } from "../../support/site/site.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const SAID = Date.UTC(2025, 11, 31, 20);

/** The words of the one state in a channel's head, on its page and when it is asked for anew. */
async function stateWords(status: Partial<ChannelStatus>, isSilent = false): Promise<string> {
  using site = lakeSite({}, () => NOW);
  const said = { kind: "message", channel: "lake", text: "good night", tags: [] } as const;
  if (!isSilent) site.recorder.receive(1, [said], SAID);
  const known = { channelId: 1, login: "lake", state: "joined", since: NOW - 60_000, perMinute: 0 } as const;
  site.recorder.says = { channels: [{ ...known, ...status }] };
  const page = await (await site.request("/channels/1")).text();
  const head = /<span id="recording"[^>]*>.*?(?=<span class="total dim)/s.exec(page)![0];
  assert.ok((await (await site.request("/channels/1/state")).text()).startsWith(head));
  return head.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ").trim();
}

Deno.test("the head of a channel shows one state: recording, not recording since when, or the trouble", async () => {
  assert.equal(await stateWords({}), "Recording");
  assert.equal(await stateWords({ state: "joining" }), "Joining");
  assert.equal(await stateWords({ state: "disabled" }), "Not recording · last message 31 Dec 2025");
  assert.equal(await stateWords({ state: "disabled" }, true), "Not recording · no messages");
  assert.equal(
    await stateWords({ state: "refused", reason: "the channel is suspended", nextTryAt: NOW + 240_000 }),
    "Trouble: the channel is suspended · since 11:59 · next try in 4 min",
  );
  assert.equal(
    await stateWords({ state: "joining", reason: "the connection was lost" }),
    "Trouble: the connection was lost · since 11:59",
  );
});

Deno.test("the day of the last message stands above it, however old it is", async () => {
  using site = lakeSite({}, () => NOW);
  site.recorder.receive(1, [{ kind: "message", channel: "lake", text: "good night", tags: [] }], SAID);
  const page = await (await site.request("/channels/1")).text();
  assert.match(
    page,
    /<li class="day" data-day="2025-12-31"><a [^>]*>Wednesday,? 31 December 2025<\/a><\/li><li id="m/,
  );
});
