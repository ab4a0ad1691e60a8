import assert from "node:assert/strict";
import { wordsNear } from "../../../../src/search/text/near.ts";
import { recordingSite, testSite } from "../../../support/site/site.ts";

function siteWith(texts: string[]) {
  const site = recordingSite(["harborlight", "pebblecove"]);
  site.recorder.receive(
    1,
    texts.map((text) => ({ kind: "message", channel: "harborlight", text, tags: [] })),
  );
  return site;
}

const TEXTS = [...Array.from({ length: 20 }, () => "love it"), "lovely", "lovers", "lvoe"];

/** The hints: words, the new part, the search that it leads to, and how many messages that finds. */
async function hintsOf(
  site: ReturnType<typeof testSite>,
  q: string,
): Promise<[string, string, string, string][]> {
  const html = await (await site.request(`/search/messages/hints?${new URLSearchParams({ q })}`)).text();
  return [...html.matchAll(/<li>([^<]+) <a href="([^"]+)">([^<]+)<\/a>: ([^<]+)<\/li>/g)]
    .map(([, words, href, part, messages]) => {
      const search = new URL(href!.replaceAll("&amp;", "&"), "http://x").searchParams.get("q")!;
      return [words!, part!, search, messages!];
    });
}

Deno.test("a mistyped word leads to the frequent word near it", async () => {
  using site = siteWith(TEXTS);
  assert.deepEqual(await hintsOf(site, "lvoe"), [["Did you mean", "love", "love", "20 messages"]]);
});

Deno.test("a word that begins more frequent ones leads to them", async () => {
  using site = siteWith(TEXTS);
  assert.deepEqual(await hintsOf(site, "lov"), [["Words that begin with", "lov*", "lov*", "22 messages"]]);
});

Deno.test("the part of a search without any match is named", async () => {
  using site = siteWith(TEXTS);
  assert.deepEqual(await hintsOf(site, "love in:pebblecove"), [
    ["Without", "in:pebblecove", "love", "20 messages"],
  ]);
  assert.deepEqual(await hintsOf(site, "love before:2020-01-01"), [
    ["Without", "before:2020-01-01", "love", "20 messages"],
  ]);
});

Deno.test("a search for an emote of another service leads to the word", async () => {
  using site = await siteWith(["catJAM catJAM", "so catJAM", "hello"]);
  const words = "emote: finds Twitch’s own emotes. Those of other services are words:";
  assert.deepEqual(await hintsOf(site, "emote:catJAM"), [[words, "catJAM", "catJAM", "2 messages"]]);
  assert.deepEqual(await hintsOf(site, "in:harborlight emote:catJAM"), [
    [words, "catJAM", "in:harborlight catJAM", "2 messages"],
    ["Without", "emote:catJAM", "in:harborlight", "3 messages"],
  ]);
  // A word that no message has is not offered.
  assert.deepEqual(await hintsOf(site, "emote:monkaS"), []);
});

Deno.test("hints load if few messages are found, and not if many are", async () => {
  using site = siteWith(TEXTS);
  const page = async (q: string) => await (await site.request(`/search/messages?q=${q}`)).text();
  assert.match(await page("lvoe"), /id="hints" hx-get="\/search\/messages\/hints\?q=lvoe" hx-trigger="load"/);
  assert.doesNotMatch(await page("love"), /id="hints"/);
});

Deno.test("words near another differ by one letter", () => {
  const near = new Set(wordsNear("love"));
  for (const word of ["lov", "loves", "live", "lvoe", "olve", "xlove"]) assert.ok(near.has(word), word);
  for (const word of ["love", "lo", "lovers", "evol"]) assert.ok(!near.has(word), word);
});
