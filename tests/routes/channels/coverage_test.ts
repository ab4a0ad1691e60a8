import assert from "node:assert/strict";
import { CoverageJson } from "../../../routes/channels/coverage_json.ts";
import type { Listening } from "../../../src/chat/coverage.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { lakeSite, type TestSite } from "../../support/site/site.ts";
import { DAY_MS } from "../../../src/clock.ts";

/** A Monday, noon. */
const NOW = Date.UTC(2026, 10, 23, 12);
const MIN = 60_000;

/** One channel that was added ten days ago, switched off for a day, lost twice, and filled once. */
function lake({ joining = [], last = [{ from: NOW - 29 * MIN }] }: {
  joining?: Listening[];
  last?: Listening[];
} = {}): TestSite {
  const site = lakeSite({}, () => NOW);
  site.recorder.listened(1, [
    ...joining,
    { from: NOW - 10 * DAY_MS, to: NOW - 5 * DAY_MS, reason: "disabled" },
    { from: NOW - 4 * DAY_MS, to: NOW - 60 * MIN, reason: "connection lost" },
    { from: NOW - 54 * MIN, to: NOW - 30 * MIN, reason: "killed" },
    ...last,
  ]);
  for (const [n, minutes] of [70, 61, 53, 40, 20].entries()) {
    site.recorder.receive(1, [inventedEvent(n, "lake")], NOW - minutes * MIN);
  }
  const fill = { from: NOW - 30 * MIN, to: NOW - 29 * MIN, filledAt: NOW - 28 * MIN };
  const filled = { event: inventedEvent(5, "lake"), receivedAt: NOW - 29.5 * MIN };
  site.recorder.fill({ channelId: 1, source: "recent.example", ...fill }, [filled]);
  return site;
}

async function json(site: TestSite, path: string, init?: RequestInit): Promise<CoverageJson> {
  return CoverageJson.parse(await (await site.request(path, init)).json());
}

Deno.test("the page shows the share of each day, and every gap with its reason and state", async () => {
  using site = lake();
  const page = await (await site.request("/channels/1/coverage")).text();
  assert.match(page, /99\.9% recorded/);
  assert.match(page, /6 min/);
  assert.match(page, /the connection to Twitch was lost/);
  assert.match(page, /filled from recent\.example \(1 message\)/);
  assert.match(page, /recording was switched off[^]*not wanted/);
  assert.equal([...page.matchAll(/<td class="(full|most|some|off)/g)].length, 11);
});

Deno.test("coverage is JSON for clients that accept or request it", async () => {
  using site = lake();
  const accept = { headers: { Accept: "application/json" } };
  const answer = await json(site, "/channels/1/coverage", accept);
  assert.deepEqual(await json(site, "/channels/1/coverage?format=json"), answer);
  assert.equal(answer.missing_ms, 6 * MIN);
  assert.equal(answer.days.length, 11);
  assert.deepEqual(answer.gaps.map(({ state, on_purpose, missing_ms }) => [state, on_purpose, missing_ms]), [
    ["missing", true, 0],
    ["missing", false, 6 * MIN],
    ["filled", false, 0],
  ]);
  assert.equal(answer.listening.at(-1)!.to, null);
  const browser = { headers: { Accept: "text/html,application/xhtml+xml,application/json;q=0.9" } };
  assert.match(await (await site.request("/channels/1/coverage", browser)).text(), /^<!DOCTYPE html>/);
});

Deno.test("a span of days can be requested; an invalid one is a 400", async () => {
  using site = lake();
  const answer = await json(site, "/channels/1/coverage?format=json&from=2026-11-23&to=2026-11-23");
  assert.deepEqual(answer.days.map(({ day }) => day), ["2026-11-23"]);
  assert.equal(answer.gaps.length, 2);
  for (
    const query of ["from=yesterday", "from=2026-02-30", "from=2026-11-24", "from=2020-01-01", "format=xml"]
  ) {
    assert.equal((await site.request(`/channels/1/coverage?${query}`)).status, 400, query);
  }
  assert.equal((await site.request("/channels/9/coverage")).status, 404);
});

Deno.test("a channel that was never recorded says so", async () => {
  using site = lakeSite({}, () => NOW);
  assert.match(
    await (await site.request("/channels/1/coverage")).text(),
    /This channel has not been recorded yet/,
  );
  assert.equal((await json(site, "/channels/1/coverage?format=json")).percent, null);
});

/** Ids of rows, and gaps, in the order of the page. */
function order(page: string): string[] {
  return [...page.matchAll(/data-id="(\d+)"|data-gap="(\d+)"/g)].map(([, id, gap]) =>
    id ? "row" : `gap ${(NOW - Number(gap)) / MIN}`
  );
}

Deno.test("gaps stand between the rows received before and after them", async () => {
  using site = lake();
  const page = await (await site.request("/channels/1")).text();
  assert.deepEqual(order(page), ["gap 7200", "row", "row", "gap 60", "row", "row", "gap 30", "row", "row"]);
  assert.match(page, /filled from recent\.example/);
  assert.match(page, /title="Not recorded live: filled from recent\.example"/);
});

Deno.test("a gap between two pages of rows stands in only one of them", async () => {
  using site = lake();
  const third = site.recorder.stored[2]!.id;
  assert.deepEqual(order(await (await site.request(`/channels/1/messages?before_id=${third}`)).text()), [
    "gap 7200",
    "row",
    "row",
    "gap 60",
  ]);
  const second = site.recorder.stored[1]!.id;
  const polled = await (await site.request(`/channels/1/messages/stream?after_id=${second}`)).text();
  assert.deepEqual(order(polled), ["gap 60", "row", "row", "gap 30", "row", "row"]);
  const around = await (await site.request(`/messages/${third}`)).text();
  assert.deepEqual(order(around), ["row", "row", "gap 60", "row", "row", "gap 30", "row", "row"]);
});

Deno.test("a moment of joining is no row among messages, but is on the coverage page", async () => {
  const addedAt = NOW - 11 * DAY_MS;
  using site = lake({
    joining: [
      { from: addedAt, to: addedAt, reason: "not joined" },
      { from: addedAt + 3_000, to: NOW - 10 * DAY_MS, reason: "connection lost" },
    ],
  });
  assert.equal(order(await (await site.request("/channels/1")).text())[0], "gap 7200");
  assert.match(
    await (await site.request("/channels/1/coverage")).text(),
    /3 s[^]*the channel was not joined/,
  );
});

Deno.test("a gap that has not ended stands at the end", async () => {
  using site = lake({ last: [{ from: NOW - 29 * MIN, to: NOW - MIN, reason: "connection lost" }] });
  const page = await (await site.request("/channels/1")).text();
  assert.equal(order(page).at(-1), "gap 1");
  assert.match(page, /Not recorded since/);
});

Deno.test("results that span gaps say so, with the channels and durations", async () => {
  using site = lake();
  const page = await (await site.request("/search/messages?channel=lake")).text();
  assert.match(page, /<summary>Results may be missing: 1 channel has gaps[^]*lake<\/a>: 6 min in 1 gap/);
  const recent = await (await site.request("/search/messages?channel=lake&from=2026-11-23&to=2026-11-23"))
    .text();
  assert.match(recent, /Results may be missing/);
  const before = await (await site.request("/search/messages?channel=lake&to=2026-11-20")).text();
  assert.doesNotMatch(before, /Results may be missing/);
});
