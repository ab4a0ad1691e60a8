import assert from "node:assert/strict";
import fc from "fast-check";
import { inventedSite } from "../../support/site/invented_site.ts";
import { recordingSite } from "../../support/site/site.ts";

Deno.test("any input to the search is a query or gets a message beside the field", async () => {
  using site = inventedSite();
  const typed = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('"', "*", "a*", "AND", "草", "😂", "x\0y", '"a b'),
  );
  await fc.assert(
    fc.asyncProperty(typed, typed, typed, async (q, channel, from) => {
      const fields = Object.entries({ q, channel, from }).filter(([, value]) => value.trim() !== "");
      const answer = await site.request(`/search/messages?${new URLSearchParams(fields)}`);
      assert.equal(answer.status, 200);
      await answer.body?.cancel();
    }),
    { numRuns: 60 },
  );
});

Deno.test("a problem is shown beside its field, whose value is kept", async () => {
  using site = inventedSite();
  const page = await (await site.request("/search/messages?q=key&channel=Nope&user=zz_top")).text();
  assert.match(page, /No channel named “nope” in the archive/);
  assert.match(page, /No user named “zz_top”\. Use the whole login or display name/);
  assert.match(page, /value="Nope"/);
  assert.doesNotMatch(page, /id="found"/);
});

Deno.test("the user filter takes logins and display names in any case, with and without an @", async () => {
  using site = inventedSite();
  const found = async (user: string, channel = "") => {
    const fields = new URLSearchParams({ user, ...channel && { channel } });
    const page = await (await site.request(`/search/messages?${fields}`)).text();
    assert.doesNotMatch(page, /class="problem"/, user);
    return new Set(
      [...page.matchAll(/<a class="name"[^>]*href="\/users\/(-?\d+)"/g)].map(([, id]) => Number(id)),
    );
  };
  for (
    const user of [
      "yukino_san",
      "@Yukino_San",
      "ゆきのさん",
      "@ゆきのさん",
      " ゆきのさん ",
      "ゆきのさん (yukino_san)",
    ]
  ) {
    assert.ok((await found(user)).has(104), user);
  }
  for (const user of ["김치찌개", "@김치찌개", "＠김치찌개"]) assert.ok((await found(user)).has(105), user);
  for (const channel of ["#HarborLight", "harborlight", "@HARBORLIGHT", " # harborlight"]) {
    assert.ok((await found("MOSSGARDEN", channel)).has(102), channel);
  }
  for (const user of ["ゆきのさん", "@YUKINO_SAN"]) {
    const answer = await site.request(
      `/?${new URLSearchParams({ username: user, channel: "#HarborLight" })}`,
    );
    assert.equal(answer.headers.get("Location"), "/users/104?channel=harborlight", user);
  }
  const page = await (await site.request("/search/messages?user=!!!")).text();
  assert.match(page, /“!!!” is not a user name\. Use a login or a display name/);
});

Deno.test("dates are days in UTC, the last one included", async () => {
  using site = recordingSite(["harborlight"]);
  const say = (text: string, at: string) =>
    site.recorder.receive(1, [{ kind: "message", channel: "harborlight", text, tags: [] }], Date.parse(at));
  say("hat one", "2026-11-20T23:59:59.999Z");
  say("hat two", "2026-11-21T00:00:00Z");
  say("hat three", "2026-11-22T23:59:59.999Z");
  say("hat four", "2026-11-23T00:00:00Z");
  const page = await (await site.request("/search/messages?q=hat&from=2026-11-21&to=2026-11-22")).text();
  const found = [...page.matchAll(/<mark>hat<\/mark> (\w+)/g)].map(([, word]) => word);
  assert.deepEqual(found, ["three", "two"]);
});

Deno.test("search results are paged by id, and by page and page_size", async () => {
  using site = inventedSite();
  const ids = async (path: string) =>
    [...(await (await site.request(path)).text()).matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));
  const all = await ids("/search/messages?q=key&page_size=200");
  const first = await ids("/search/messages?q=key&page_size=10");
  assert.deepEqual(first, all.slice(0, 10));
  assert.deepEqual(
    await ids(`/search/messages?q=key&page_size=10&before_id=${first.at(-1)}`),
    all.slice(10, 20),
  );
  assert.deepEqual(await ids("/search/messages?q=key&page_size=10&page=2"), all.slice(10, 20));
  assert.deepEqual(await ids(`/search/messages?q=key&page_size=10&after_id=${all[20]}`), all.slice(10, 20));
});

Deno.test("a search that was stopped continues in its direction", async () => {
  using site = inventedSite();
  site.archive.timeline = () => Promise.resolve({ events: [], more: true, stoppedAt: 64_000, skipped: 0 });
  const page = async (place: string) => await (await site.request(`/search/messages?q=key&${place}`)).text();
  assert.match(await page("before_id=99999999"), /Searched back to .*before_id=64000"/);
  assert.match(await page("after_id=5"), /Searched up to .*after_id=64000"/);
});
