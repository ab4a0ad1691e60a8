/** What the palette offers, and to whom. */
import assert from "node:assert/strict";
import { inventedSite } from "../../support/site/invented_site.ts";
import { lakeSite } from "../../support/site/site.ts";

const offers = (html: string) =>
  [...html.matchAll(/class="kind-of">([^<]+)<\/span><span class="text">([^<]+)</g)].map(([, kind, words]) =>
    `${kind} ${words}`
  );

Deno.test("the palette offers only actions that change something", async () => {
  using site = inventedSite();
  const of = async (q: string, cookie = "") =>
    offers(await (await site.request(`/palette?q=${q}`, { headers: { Cookie: cookie } })).text())
      .filter((each) => each.startsWith("Action"));
  assert.deepEqual(await of("theme"), ["Action Theme: Light", "Action Theme: Dark"]);
  assert.deepEqual(await of("theme", "scrollback_view=theme%3Ddark"), [
    "Action Theme: Auto",
    "Action Theme: Light",
  ]);
  assert.deepEqual(await of("roomy%20rows"), ["Action Rows: Roomy"]);
  assert.deepEqual(await of("utc"), ["Action Times: UTC"]);
  assert.deepEqual(await of("disable%20old"), ["Action Disable oldlantern"]);
  assert.deepEqual(await of("pause%20old"), ["Action Disable oldlantern"]);
  assert.deepEqual(await of("enable%20old"), []);
  assert.deepEqual(await of("resume%20old"), []);
  assert.deepEqual(await of(""), []);
});

Deno.test("readers without rights to manage can neither disable a channel nor log out", async () => {
  using site = lakeSite({ adminPassword: "a long password", loopback: false });
  const reader = offers(await (await site.request("/palette?q=disable%20lake")).text());
  assert.deepEqual(reader, ["Search Messages with disable lake"]);
  assert.deepEqual(offers(await (await site.request("/palette?q=log")).text()), [
    "Page Log in",
    "Search Messages with log",
  ]);
  const login = await site.request("/login", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "http://localhost" },
    body: new URLSearchParams({ password: "a long password" }).toString(),
  });
  const cookie = login.headers.get("Set-Cookie")!.split(";")[0]!;
  const asManager = async (q: string) =>
    offers(await (await site.request(`/palette?q=${q}`, { headers: { Cookie: cookie } })).text());
  assert.ok((await asManager("disable%20lake")).includes("Action Disable lake"));
  assert.deepEqual(await asManager("log"), ["Page Audit log", "Action Log out", "Search Messages with log"]);
  assert.deepEqual(await asManager("add hill"), ["Action Add channel hill", "Search Messages with add hill"]);
  assert.deepEqual(await asManager("retention lake"), [
    "Channel lake retention",
    "Search Messages with retention lake",
  ]);
  assert.deepEqual(offers(await (await site.request("/palette?q=retention%20lake")).text()), [
    "Search Messages with retention lake",
  ]);
  assert.deepEqual(offers(await (await site.request("/palette?q=add%20hill")).text()), [
    "Search Messages with add hill",
  ]);
  assert.deepEqual(offers(await (await site.request("/palette?q=audit")).text()), [
    "Search Messages with audit",
  ]);
});

Deno.test("a page of a channel is found by its name and the channel's, and a saved search by its own", async () => {
  using site = inventedSite();
  const saved = { name: "Questions of the day", search: "has:question", savedAt: 0 };
  site.recorder.writer.change({ kind: "save search", saved });
  const of = async (
    q: string,
  ) => (await (await site.request(`/palette?${new URLSearchParams({ q })}`)).text());
  for (const q of ["stats old", "old stats"]) {
    assert.deepEqual(offers(await of(q)), ["Channel oldlantern stats", `Search Messages with ${q}`]);
    assert.match(await of(q), /href="\/channels\/3\/stats"/);
  }
  assert.deepEqual(offers(await of("events")), ["Page Events", "Search Messages with events"]);
  assert.deepEqual(offers(await of("questions")), [
    "Saved Questions of the day",
    "Search Messages with questions",
  ]);
  assert.match(await of("questions"), /href="\/searches\/Questions%20of%20the%20day"/);
});
