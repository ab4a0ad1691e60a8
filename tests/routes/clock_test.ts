/** What pages, streams and `/readyz` say while the machine's clock is wrong, and of messages of the future. */
import assert from "node:assert/strict";
import { firstIdAt } from "../../src/chat/ids.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { recordingSite } from "../support/site/site.ts";
import { DAY_MS } from "../../src/clock.ts";

const NOW = Date.UTC(2026, 10, 30, 12);

function site(ahead: number) {
  const site = recordingSite(["alpha"], {}, () => NOW);
  site.recorder.receive(1, [inventedEvent(1, "alpha")], NOW - 60_000);
  if (ahead > 0) site.recorder.receive(1, [inventedEvent(2, "alpha")], NOW + 400 * DAY_MS);
  site.recorder.says = { time: { wallMs: NOW + 400 * DAY_MS, judgedMs: NOW, plausible: false, ahead } };
  return site;
}

Deno.test("while the clock is wrong, every page and /readyz show both times", async () => {
  using at = site(0);
  for (const path of ["/", "/channels", "/channels/1", "/users", "/search/messages"]) {
    const text = await (await at.request(path)).text();
    assert.match(
      text,
      /The clock of this machine is wrong\..*2028-01-04T12:00:00.000Z.*2026-11-30T12:00:00.000Z/s,
      path,
    );
  }
  const ready = await at.request("/readyz");
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /2028-01-04T12:00:00.000Z, and it is 2026-11-30T12:00:00.000Z/);
});

Deno.test("messages from the future are reported, and left out of the live page", async () => {
  using at = site(1);
  const text = await (await at.request("/channels/1")).text();
  assert.match(text, /1 message is in the future/);
  assert.equal(text.match(/data-id="/g)?.length, 1);
  assert.match(await (await at.request("/readyz")).text(), /1 message is in the future/);
});

Deno.test("a page with rows from the future is told to reload, by its stream and by its poll", async () => {
  using at = site(0);
  const ahead = firstIdAt(NOW + 400 * DAY_MS);
  for (const init of [{ headers: { "Last-Event-ID": String(ahead) } }, {}]) {
    const stream = await at.request(`/channels/1/live?after_id=${ahead}`, init);
    assert.match(await stream.text(), /event: reload/);
  }
  const poll = await at.request(`/channels/1/messages/stream?after_id=${ahead}`);
  assert.equal(poll.headers.get("HX-Refresh"), "true");
});
