import assert from "node:assert/strict";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import type { TestSite } from "../../support/site/site.ts";
import { nextTurn } from "../../support/next_turn.ts";

const LONG = "x".repeat(2_000);
/** More than 8 MiB of rows. */
const TOO_MANY = 5_000;

function receive(site: TestSite, messages: number, text = LONG): number[] {
  const events = Array.from({ length: messages }, (_, n) => ({ ...inventedEvent(n, "harborlight"), text }));
  const first = site.recorder.stored.length;
  site.recorder.receive(1, events);
  return site.recorder.stored.slice(first).map(({ id }) => id);
}

const idsIn = (text: string) => [...text.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));
const newest = (site: TestSite) => site.recorder.stored.filter(({ channelId }) => channelId === 1).at(-1)!.id;

/** Reads the stream until the row with this id has come; the events, without the hello. */
async function eventsUpTo(answer: Response, id: number): Promise<string[]> {
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(`\nid: ${id}\n`) || text.startsWith(`id: ${id}\n`)) break;
  }
  return text.split("\n\n").filter((event) => event.includes("data-id"));
}

Deno.test("a stream that resumes sends thousands of missed rows in several events, each with its id", async () => {
  using site = inventedSite();
  const after = newest(site);
  const missed = receive(site, 1_500, "short");
  const events = await eventsUpTo(await site.request(`/channels/1/live?after_id=${after}`), missed.at(-1)!);
  assert.ok(events.length >= 8, "200 rows an event");
  for (const event of events) {
    assert.equal(Number(/^id: (\d+)$/m.exec(event)![1]), idsIn(event).at(-1), "a cut resumes from here");
  }
  assert.deepEqual(idsIn(events.join("")), missed);
});

Deno.test("rows committed while the backlog is sent follow it, each id once", async () => {
  using site = inventedSite();
  const after = newest(site);
  const missed = receive(site, 1_000, "short");
  const answer = await site.request(`/channels/1/live?after_id=${after}`);
  const more = receive(site, 300, "more");
  const events = await eventsUpTo(answer, more.at(-1)!);
  assert.deepEqual(idsIn(events.join("")), [...missed, ...more]);
});

Deno.test("a page that does not read delays only its own backlog", async () => {
  using site = inventedSite();
  const after = newest(site);
  const missed = receive(site, 2_000);
  const before = site.calls.length;
  const answer = await site.request(`/channels/1/live?after_id=${after}`);
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  const asked = site.calls.slice(before).filter((name) => name === "timeline").length;
  assert.ok(asked < 5, `${asked} pages were read for somebody who reads none`);
  assert.deepEqual(idsIn((await eventsUpTo(answer, missed.at(-1)!)).join("")), missed);
});

Deno.test("beyond 8 MiB a row says which period is left out, with a link", async () => {
  using site = inventedSite(Date.now() - 60_000);
  const after = newest(site);
  const missed = receive(site, TOO_MANY);
  const events = await eventsUpTo(await site.request(`/channels/1/live?after_id=${after}`), missed.at(-1)!);
  const ids = idsIn(events.join(""));
  assert.ok(ids.length < missed.length);
  const jump = events.findIndex((event) => event.includes('class="edge missed"'));
  assert.equal(jump, events.length - 1, "once, before the newest");
  const lastBefore = idsIn(events[jump - 1]!).at(-1)!;
  assert.match(events[jump]!, /Messages from .* to .* are not shown here/s);
  assert.ok(
    events[jump]!.includes(`href="/channels/1?after_id=${lastBefore}"`),
    "the first that is left out",
  );
  assert.deepEqual(ids.slice(0, ids.indexOf(lastBefore) + 1), missed.slice(0, ids.indexOf(lastBefore) + 1));
  assert.equal(ids.at(-1), missed.at(-1));
});

Deno.test("a page that was just loaded misses nothing before its stream opens", async () => {
  using site = inventedSite();
  const [after] = receive(site, 1, "the last that the page has");
  const missed = receive(site, TOO_MANY);
  const events = await eventsUpTo(await site.request(`/channels/1/live?after_id=${after}`), missed.at(-1)!);
  assert.deepEqual(idsIn(events.join("")), missed);
  assert.ok(!events.join("").includes('class="edge missed"'));
});

Deno.test("a poll returns all missed rows, as the stream does", async () => {
  using site = inventedSite();
  const after = newest(site);
  const missed = receive(site, 1_500, "short");
  const answer = await site.request(`/channels/1/messages/stream?after_id=${after}`);
  const text = await answer.text();
  assert.deepEqual(idsIn(text), missed);
  assert.ok(!text.includes('class="edge missed"'));
  assert.equal((await site.request(`/channels/1/messages/stream?after_id=${missed.at(-1)}`)).status, 204);
});
