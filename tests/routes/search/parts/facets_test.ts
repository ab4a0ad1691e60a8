import assert from "node:assert/strict";
import { person } from "../../../support/archive/events.ts";
import { recordingSite } from "../../../support/site/site.ts";

const ANN = person(11, "ann", { displayName: "Ann" });
const MONA = person(13, "mona", { badges: "moderator/1", flags: "mod=1" });

function siteWithSayings() {
  const site = recordingSite(["harborlight", "pebblecove"]);
  const say = (channel: string, author: typeof ANN, text: string, tags: string[] = [], n = 0) =>
    site.recorder.receive(
      channel === "harborlight" ? 1 : 2,
      [{ kind: "message", channel, text, tags, author }],
      Date.parse("2026-11-20T10:00:00Z") + n * 1_000,
    );
  for (let n = 0; n < 5; n++) say("harborlight", ANN, "hat Kappa", ["emotes=25:4-8"], n);
  for (let n = 0; n < 3; n++) say("pebblecove", MONA, "hat @ann https://example.org/", [], 10 + n);
  say("pebblecove", ANN, "coat", [], 20);
  return site;
}

/** The entries of a facet: their texts, counts and the searches that they lead to. */
function entries(
  html: string,
  title: string,
): { text: string; messages: number; q: string; isOn: boolean }[] {
  const [, list = ""] = new RegExp(`<h2>${title}</h2><ul>(.*?)</ul>`).exec(html) ?? [];
  return [...list.matchAll(/<a href="([^"]+)"([^>]*)>.*?class="text">([^<]*)<.*?class="number">([\d,]+)</g)]
    .map(([, href, attributes, text, messages]) => ({
      text: text!,
      messages: Number(messages!.replaceAll(",", "")),
      q: new URL(href!.replaceAll("&amp;", "&"), "http://x").searchParams.get("q")!,
      isOn: attributes!.includes('class="on"'),
    }));
}

Deno.test("facets count channels, people, kinds and emotes of the matches, and each leads to its messages", async () => {
  using site = siteWithSayings();
  const html = await (await site.request("/search/messages/facets?q=hat")).text();
  assert.match(html, /Of all matches/);
  const found = (title: string) => entries(html, title).map(({ text, messages, q }) => [text, messages, q]);
  assert.deepEqual(found("Channels"), [
    ["harborlight", 5, "hat in:harborlight"],
    ["pebblecove", 3, "hat in:pebblecove"],
  ]);
  assert.deepEqual(found("People"), [["Ann", 5, "hat from:ann"], ["mona", 3, "hat from:mona"]]);
  assert.deepEqual(found("Kinds"), [
    ["with emote", 5, "hat has:emote"],
    ["mod", 3, "hat is:mod"],
    ["with link", 3, "hat has:link"],
    ["with mention", 3, "hat has:mention"],
  ]);
  assert.deepEqual(found("Emotes"), [["Kappa", 5, "hat emote:Kappa"]]);
  for (const title of ["Channels", "People", "Kinds", "Emotes"]) {
    for (const { q, messages } of entries(html, title)) {
      const page = await (await site.request(`/search/messages?${new URLSearchParams({ q })}`)).text();
      assert.equal([...page.matchAll(/data-id="/g)].length, messages, q);
    }
  }
});

Deno.test("an entry that the search has already leads to the search without it", async () => {
  using site = siteWithSayings();
  const html = await (await site.request("/search/messages/facets?q=hat+is%3Amod+in%3APebblecove")).text();
  const [mod] = entries(html, "Kinds").filter(({ text }) => text === "mod");
  assert.deepEqual(mod, { text: "mod", messages: 3, q: "hat in:Pebblecove", isOn: true });
  assert.deepEqual(entries(html, "Channels"), [
    { text: "pebblecove", messages: 3, q: "hat is:mod", isOn: true },
  ]);
});

Deno.test("facets load by themselves beside the results, and not if nothing matches", async () => {
  using site = siteWithSayings();
  const html = await (await site.request("/search/messages?q=hat")).text();
  assert.match(html, /id="facets"[^>]*hx-get="\/search\/messages\/facets\?q=hat"[^>]*hx-trigger="load"/);
  assert.doesNotMatch(await (await site.request("/search/messages?q=nothing")).text(), /id="facets"/);
});

Deno.test("an entry narrows a search that has its operator already", async () => {
  using site = siteWithSayings();
  const html = await (await site.request("/search/messages/facets?q=has%3Amention")).text();
  const [link] = entries(html, "Kinds").filter(({ text }) => text === "with link");
  assert.deepEqual(link, { text: "with link", messages: 3, q: "has:mention (has:link)", isOn: false });
  const narrowed = `/search/messages/facets?${new URLSearchParams({ q: link!.q })}`;
  const again = entries(await (await site.request(narrowed)).text(), "Kinds");
  assert.deepEqual(again.find(({ text }) => text === "with link"), {
    text: "with link",
    messages: 3,
    q: "has:mention",
    isOn: true,
  });
});
