import assert from "node:assert/strict";
import { inventedSite } from "../../support/site/invented_site.ts";

const pageOf = async (site: Awaited<ReturnType<typeof inventedSite>>, q: string) =>
  await (await site.request(`/search/messages?${new URLSearchParams({ q })}`)).text();
const unescaped = (html: string) =>
  html.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");

Deno.test("each part of a search is a chip that leads to the search without it", async () => {
  using site = inventedSite();
  const html = unescaped(await pageOf(site, "  (key OR the)   -lake in:harborlight "));
  // In the line on top, and on the page for phones, which have no line there.
  for (const part of html.split("<main")) {
    const chips = [
      ...part.matchAll(/<a href="(\/search\/messages\?q=[^"]*)" title="Search without ([^"]*)"/g),
    ];
    assert.deepEqual(
      chips.map(([, href, text]) => [text, new URLSearchParams(href!.split("?")[1]).get("q")]),
      [
        ["key OR the", "-lake in:harborlight"],
        ["-lake", "(key OR the) in:harborlight"],
        ["in:harborlight", "(key OR the) -lake"],
      ],
    );
  }
  assert.match(html, /<input[^>]*value="\(key OR the\) -lake in:harborlight"/);
});

Deno.test("a mistake is shown at its place, and nothing is searched", async () => {
  using site = inventedSite();
  site.calls.length = 0;
  const html = unescaped(await pageOf(site, "key before:soon"));
  assert.match(html, /<code>before:<\/code> needs a date such as 2026-11-03.*got <code>soon<\/code>/);
  assert.match(html, /key <mark class="wrong">before:soon<\/mark>/);
  assert.ok(!site.calls.includes("timeline"));
});

Deno.test("an unknown channel or user of the text is named at its place", async () => {
  using site = inventedSite();
  assert.match(
    unescaped(await pageOf(site, "key in:nope")),
    /No channel named “nope”.*<mark class="wrong">in:nope/s,
  );
  assert.match(
    unescaped(await pageOf(site, "from:zz_top key")),
    /No user named “zz_top”.*<mark class="wrong">from:zz_top/s,
  );
  assert.match(
    unescaped(await pageOf(site, "/a(/ key")),
    /is no regular expression.*<mark class="wrong">\/a\(\/</s,
  );
  assert.match(
    unescaped(await pageOf(site, "after:2026-11-03 before:2026-11-02 key")),
    /No time lies within these dates/,
  );
});

Deno.test("logins, display names and ids name users and channels", async () => {
  using site = inventedSite();
  const authors = (html: string) =>
    new Set([...html.matchAll(/<a class="name"[^>]*href="\/users\/(-?\d+)"/g)].map(([, id]) => Number(id)));
  for (const q of ["from:yukino_san", "from:@Yukino_San", "from:ゆきのさん", "from:#104"]) {
    assert.deepEqual([...authors(await pageOf(site, q))], [104], q);
  }
  const both = authors(await pageOf(site, "from:#104 from:mossgarden is:reply OR from:#104 from:mossgarden"));
  assert.ok(both.has(104) && both.has(102) && both.size === 2);
  for (const q of ["in:harborlight key", "in:#HarborLight key", "in:#1 key"]) {
    assert.match(await pageOf(site, q), /data-id=/, q);
  }
});

Deno.test("every example of the help runs", async () => {
  using site = inventedSite();
  const help = await (await site.request("/search/messages")).text();
  const examples = [...help.matchAll(/<dt>.*?<\/dt>/gs)].flatMap((
    [dt],
  ) => [...dt.matchAll(/href="([^"]+)"/g)])
    .map(([, href]) => unescaped(href!));
  assert.ok(examples.length > 25);
  for (const address of examples) {
    const html = await (await site.request(address)).text();
    const problems = [...html.matchAll(/class="problem"[^>]*>(.*?)<\/div>/gs)].map(([, text]) => text);
    // The examples name users and channels that this archive does not have.
    for (const problem of problems) assert.match(problem!, /No (user|channel) named/, address);
  }
});

Deno.test("a field takes the place of its operator in the text, and the last day is no error", async () => {
  using site = inventedSite();
  const page = async (fields: Record<string, string>) =>
    unescaped(await (await site.request(`/search/messages?${new URLSearchParams(fields)}`)).text());
  assert.match(
    await page({ q: "key in:mosslake after:2020-01-01", channel: "harborlight", from: "2021-01-01" }),
    /value="key in:harborlight after:2021-01-01"/,
  );
  assert.match(await page({ q: "key", to: "9999-12-31" }), /value="key"/);
  const many = Array.from({ length: 32 }, (_, n) => `w${n}`).join(" ");
  assert.match(await page({ q: many, channel: "harborlight" }), /32 words and operators, this one has 33/);
  assert.match(
    await page({ q: ":)) OR :D", channel: "harborlight" }),
    /value="\(":\)\)" OR :D\) in:harborlight"/,
  );
});

Deno.test("two after: or before: bound the time, several on: are alternatives within their span", async () => {
  using site = inventedSite();
  const asked: { from?: number; to?: number }[] = [];
  const timeline = site.archive.timeline.bind(site.archive);
  site.archive.timeline = (query) => {
    asked.push(query);
    return timeline(query);
  };
  await pageOf(site, "key after:2020-01-01 after:2021-01-01 before:2030 before:2031");
  assert.deepEqual([asked[0]!.from, asked[0]!.to], [Date.UTC(2021, 0, 1), Date.UTC(2030, 0, 1)]);
  await pageOf(site, "key on:2020-01-01 on:2020-01-05");
  assert.deepEqual([asked.at(-1)!.from, asked.at(-1)!.to], [Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 6)]);
});

Deno.test("a word that looks like an operator is searched for, and the search that may be meant is offered", async () => {
  using site = inventedSite();
  const html = unescaped(await pageOf(site, "user:mossgarden key"));
  assert.match(
    html,
    /<code>user:mossgarden<\/code> is searched for as a word\. The operator is <code>from:<\/code>\./,
  );
  assert.match(
    html,
    /Search for <a href="\/search\/messages\?q=from%3Amossgarden\+key">from:mossgarden key<\/a> instead/,
  );
  assert.doesNotMatch(await pageOf(site, "key"), /is searched for as a word/);
});
