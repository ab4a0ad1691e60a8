import assert from "node:assert/strict";
import { parseName } from "../../../src/archive/saved/name.ts";
import { type TestSite, testSite } from "../../support/site/site.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" };

const post = (site: TestSite, path: string, fields: Record<string, string>) =>
  site.request(path, { method: "POST", headers: FORM, body: String(new URLSearchParams(fields)) });

Deno.test("a search is saved under a name, replaced under the same one, and deleted", async () => {
  using site = testSite();
  const saved = await post(site, "/searches", { name: " Hats of the day ", q: 'hat  "top hat"' });
  assert.deepEqual([saved.status, saved.headers.get("Location")], [303, "/searches"]);
  await post(site, "/searches", { name: "mods", q: "is:mod" });
  await post(site, "/searches", { name: "mods", q: "is:mod -from:nightbot" });
  assert.deepEqual(
    (await site.archive.savedSearches()).map(({ name, search }) => [name, search]),
    [["Hats of the day", 'hat "top hat"'], ["mods", "is:mod -from:nightbot"]],
  );
  const html = await (await site.request("/searches")).text();
  assert.match(html, /<a href="\/searches\/Hats%20of%20the%20day">Hats of the day<\/a>/);
  assert.equal((await post(site, "/searches/mods", { delete: "1" })).status, 303);
  assert.deepEqual((await site.archive.savedSearches()).map(({ name }) => name), ["Hats of the day"]);
});

Deno.test("each leads to its results, its live page and its feed", async () => {
  using site = testSite();
  await post(site, "/searches", { name: "모자 1", q: "hat" });
  const path = `/searches/${encodeURIComponent("모자 1")}`;
  const leadsTo = async (part: string) => (await site.request(path + part)).headers.get("Location");
  assert.equal(await leadsTo(""), "/search/messages?q=hat");
  assert.equal(await leadsTo("/live"), "/search/follow?q=hat");
  assert.equal(await leadsTo("/feed"), "/search/messages?q=hat&format=atom");
  const absent = await site.request("/searches/nothing");
  assert.equal(absent.status, 404);
  assert.match(await absent.text(), /There is no saved search “nothing”/);
});

Deno.test("an invalid name or search is refused, and the typed text is kept", async () => {
  using site = testSite();
  for (
    const [name, q, problem] of [
      ["", "hat", /A name has 1 to 60/],
      ["a/b", "hat", /A name has 1 to 60/],
      ["hats", "", /Enter what to search for/],
      ["hats", "before:soon", /needs a date/],
    ] as const
  ) {
    const answer = await post(site, "/searches", { name, q });
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), problem);
  }
  assert.deepEqual(await site.archive.savedSearches(), []);
});

Deno.test("every reader sees saved searches, and only managers change them", async () => {
  using site = testSite({ loopback: false });
  assert.equal((await post(site, "/searches", { name: "hats", q: "hat" })).status, 403);
  const saved = { name: "hats", search: "hat", savedAt: 0 };
  site.recorder.writer.change({ kind: "save search", saved });
  assert.equal((await post(site, "/searches/hats", { delete: "1" })).status, 403);
  const html = await (await site.request("/searches")).text();
  assert.match(html, />hats<\/a>/);
  assert.doesNotMatch(html, /<form class="save-search"|>Delete</);
});

Deno.test("names are short lines without slashes", () => {
  const valid: [string, string][] = [["a", "a"], [" top hats ", "top hats"], ["v1.2_x-y", "v1.2_x-y"], [
    "모자",
    "모자",
  ]];
  for (const [text, name] of valid) assert.equal(parseName(text), name);
  for (const text of ["", " ", "a/b", "a\nb", ".", "x".repeat(61), "<b>"]) {
    assert.equal(parseName(text), undefined, JSON.stringify(text));
  }
});
