import assert from "node:assert/strict";
import { DAY_MS } from "../../../src/clock.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { lakeSite } from "../../support/site/site.ts";

function form(fields: Record<string, string>): RequestInit {
  return {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "Sec-Fetch-Site": "same-origin", Origin: "http://localhost" },
  };
}

Deno.test("the retention of a channel can be set, is shown, and can be removed", async () => {
  using site = lakeSite();
  const answer = await site.request("/channels/1/retention", form({ days: "30", messages: " 1000 " }));
  assert.equal(answer.status, 303);
  assert.deepEqual(site.recorder.writer.channels()[0]!.retention, { days: 30, messages: 1000 });
  const list = await site.request("/channels").then((response) => response.text());
  assert.match(list, /keeps 30 days and 1,000 messages/);
  const again = await site.request("/channels/1/retention").then((response) => response.text());
  assert.match(again, /value="30"/);
  await site.request("/channels/1/retention", form({ days: "", messages: "" }));
  assert.equal(site.recorder.writer.channels()[0]!.retention, undefined);
});

Deno.test("an invalid number is reported beside its field, and nothing changes", async () => {
  using site = lakeSite();
  for (const days of ["0", "-3", "1.5", "many", "36501"]) {
    const answer = await site.request("/channels/1/retention", form({ days, messages: "" }));
    assert.equal(answer.status, 422, days);
    assert.match(await answer.text(), /Enter a whole number from 1 to 36,500, or leave it empty\./);
  }
  assert.equal(site.recorder.writer.channels()[0]!.retention, undefined);
  assert.equal((await site.request("/channels/7/retention")).status, 404);
});

Deno.test("before it is saved, the form says what a retention would delete", async () => {
  const now = Date.UTC(2026, 10, 27, 20);
  using site = lakeSite({}, () => now);
  for (let day = 0; day < 10; day++) {
    const events = Array.from({ length: 3 }, (_, n) => inventedEvent(day * 3 + n, "lake"));
    site.recorder.receive(1, events, now - day * DAY_MS - 1);
  }
  site.recorder.writer.flushCounters();
  const words = async (query: string, init?: RequestInit) => {
    let answer = await site.request(`/channels/1/retention?${query}`, init);
    const shorter = answer.headers.get("Location");
    if (shorter) answer = await site.request(shorter, init);
    const html = await answer.text();
    return /<p id="outcome-1"[^>]*>([^<]*)<\/p>/.exec(html)![1]!;
  };
  const fragment = { headers: { "HX-Request": "true" } };
  for (
    const [query, expected] of [
      ["days=4&messages=", /deletes the oldest 18 messages now, about \d/],
      ["days=&messages=10", /the oldest 20 messages/],
      // The stricter of both.
      ["days=4&messages=10", /the oldest 20 messages/],
      ["days=30&messages=1000", /deletes nothing now/],
      ["days=&messages=", /deletes nothing now/],
      ["days=many&messages=", /^$/],
    ] as const
  ) {
    assert.match(await words(query), expected, query);
    assert.match(await words(query, fragment), expected, query);
  }
});

Deno.test("managers set the retention among the settings, and come back there", async () => {
  using site = lakeSite();
  const settings = async () => await site.request("/settings").then((answer) => answer.text());
  assert.match(
    await settings(),
    /<summary[^>]*>everything <span[^>]*>[^<]*<\/span><\/summary><form[^>]*action="\/channels\/1\/retention"/,
  );
  const answer = await site.request(
    "/channels/1/retention",
    form({ days: "30", messages: "", back: "/settings" }),
  );
  assert.equal(answer.headers.get("Location"), "/settings");
  assert.match(await settings(), /<summary[^>]*>30 days <span/);
  const elsewhere = await site.request(
    "/channels/1/retention",
    form({ days: "", messages: "", back: "https://example.org" }),
  );
  assert.equal(elsewhere.headers.get("Location"), "/channels");
  using guarded = lakeSite({ loopback: false });
  const read = await guarded.request("/settings").then((answer) => answer.text());
  assert.match(read, /everything/);
  assert.doesNotMatch(read, /retention/);
});
