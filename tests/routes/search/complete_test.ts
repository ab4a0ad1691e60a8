import assert from "node:assert/strict";
import { person } from "../../support/archive/events.ts";
import { recordingSite, testSite } from "../../support/site/site.ts";

function siteWithWords() {
  const site = recordingSite(["harborlight", "pebblecove"]);
  const say = (texts: string[], login: string) =>
    site.recorder.receive(
      1,
      texts.map((text) => ({
        kind: "message",
        channel: "harborlight",
        text,
        tags: [],
        author: person(login.length, login, { displayName: login === "moss" ? "모스" : login }),
      })),
    );
  say([...Array.from({ length: 30 }, () => "Love"), "lovely", "lovely", "long", "草莓"], "ann");
  say(["hi"], "moss");
  return site;
}

async function complete(site: ReturnType<typeof testSite>, q: string, at?: number) {
  const query = new URLSearchParams({ q, as: "list", ...at !== undefined && { at: String(at) } });
  const html = await (await site.request(`/search/complete?${query}`)).text();
  const [, from, to] = /data-from="(\d+)" data-to="(\d+)"/.exec(html)!;
  return {
    from: Number(from),
    to: Number(to),
    texts: [...html.matchAll(/data-text="([^"]*)"/g)].map(([, text]) => text!),
    html,
  };
}

Deno.test("words of the index complete a word, the most frequent first, with their counts", async () => {
  using site = siteWithWords();
  const { from, to, texts, html } = await complete(site, "hat Lo");
  assert.deepEqual([from, to, texts], [4, 6, ["love", "lovely", "long"]]);
  assert.match(html, /love<\/span><span class="number">\d+</);
  assert.deepEqual((await complete(site, "草")).texts, ["草莓"]);
});

Deno.test("operators complete a word, and their values what follows the colon", async () => {
  using site = siteWithWords();
  assert.deepEqual((await complete(site, "fr")).texts, ["from:"]);
  assert.deepEqual((await complete(site, "is:su")).texts, ["sub", "subscriber"]);
  assert.deepEqual((await complete(site, "in:")).texts, ["harborlight", "pebblecove"]);
  assert.deepEqual((await complete(site, "in:peb")).texts, ["pebblecove"]);
  assert.deepEqual((await complete(site, "-from:mo")).texts, ["moss"]);
  assert.match((await complete(site, "from:모")).html, /data-text="moss".*모스/);
  assert.deepEqual((await complete(site, "has:")).texts, ["link", "emote", "mention"]);
  assert.ok((await complete(site, "after:")).texts.includes("24h"));
});

Deno.test("only what is before the cursor counts, and nothing is completed where nothing can be", async () => {
  using site = siteWithWords();
  assert.deepEqual((await complete(site, "lo hat", 2)).texts, ["love", "lovely", "long"]);
  for (const q of ["xyz", "before:xyz", "/lo", "thread:"]) {
    assert.deepEqual((await complete(site, q)).texts, [], q);
  }
});

Deno.test("without script, completions are links: to the search, and from an operator to its values", async () => {
  using site = siteWithWords();
  const form = await (await site.request("/search/messages")).text();
  assert.match(form, /<noscript><button[^>]*formaction="\/search\/complete"/);
  const page = async (q: string) => {
    const html = await (await site.request(`/search/complete?${new URLSearchParams({ q })}`))
      .text();
    assert.match(html, /<h1>Completions<\/h1>/);
    return [...html.matchAll(/<li><a href="([^"]+)"><span class="text">([^<]+)</g)]
      .map(([, href, text]) => [text, href!.replaceAll("&amp;", "&")]);
  };
  assert.deepEqual(await page("hat Lo"), [
    ["love", "/search/messages?q=hat+love"],
    ["lovely", "/search/messages?q=hat+lovely"],
    ["long", "/search/messages?q=hat+long"],
  ]);
  assert.deepEqual((await page("hat fr"))[0], ["from:", "/search/complete?q=hat+from%3A"]);
  assert.deepEqual((await page("hat from:an"))[0], ["ann", "/search/messages?q=hat+from%3Aann"]);
  assert.match(
    await (await site.request("/search/complete?q=zzzz")).text(),
    /Nothing in the archive begins like this/,
  );
});
