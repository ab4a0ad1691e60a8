import assert from "node:assert/strict";
import { person } from "../../support/archive/events.ts";
import { recordingSite, testSite } from "../../support/site/site.ts";

const ANN = person(11, "ann", { displayName: "Ann", badges: "moderator/1" });
const STARTED_AT = Date.parse("2026-11-20T10:00:00Z");
/** Several pages of the archive. */
const MANY = 2_600;
const ODD = 'hat, "quoted"\nand a second line';

function siteWithHats() {
  const site = recordingSite(["harborlight"]);
  const texts = [ODD, ...Array.from({ length: MANY }, (_, n) => n % 3 === 0 ? "no" : `hat ${n}`)];
  for (const [n, text] of texts.entries()) {
    site.recorder.receive(
      1,
      [{
        kind: "message",
        channel: "harborlight",
        author: ANN,
        text,
        tags: [],
        uuid: n === 0 ? "odd-id" : undefined,
      }],
      STARTED_AT + n * 1_000,
    );
  }
  return { site, hats: texts.filter((text) => text.startsWith("hat")) };
}

const get = async (site: ReturnType<typeof testSite>, q: string, more: Record<string, string>) =>
  await site.request(`/search/messages?${new URLSearchParams({ q, ...more })}`);

/** Reads CSV as RFC 4180 defines it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}

Deno.test("all matches are exported as CSV, newest first or oldest first, with every sign as it was", async () => {
  const { site, hats } = siteWithHats();
  using _ = site;
  const answer = await get(site, "hat", { format: "csv" });
  assert.equal(answer.headers.get("Content-Type"), "text/csv; charset=utf-8");
  assert.equal(answer.headers.get("Content-Disposition"), 'attachment; filename="scrollback-hat.csv"');
  const [head, ...rows] = readCsv(await answer.text());
  const text = head!.indexOf("text");
  assert.deepEqual(rows.map((row) => row[text]), hats.toReversed());
  const first = Object.fromEntries(head!.map((name, i) => [name, rows.at(-1)![i]]));
  assert.deepEqual({ ...first, id: "" }, {
    time: "2026-11-20T10:00:00.000Z",
    channel: "harborlight",
    kind: "message",
    login: "ann",
    name: "Ann",
    userId: "11",
    text: ODD,
    removed: "",
    badges: "moderator/1",
    messageId: "odd-id",
    id: "",
  });
  const oldest = readCsv(await (await get(site, "hat", { format: "csv", order: "oldest" })).text());
  assert.deepEqual(oldest.slice(1).map((row) => row[text]), hats);
});

Deno.test("JSON, NDJSON and text have the same messages", async () => {
  const { site, hats } = siteWithHats();
  using _ = site;
  const textsOf = (records: { text: string }[]) => records.map(({ text }) => text);
  const json = await (await get(site, "hat", { format: "json" })).json();
  assert.deepEqual(textsOf(json), hats.toReversed());
  const lines = (await (await get(site, "hat", { format: "ndjson" })).text()).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), json);
  const text = (await (await get(site, "hat", { format: "text" })).text()).trimEnd().split("\n");
  assert.equal(text.at(-1), '[2026-11-20 10:00:00] #harborlight Ann: hat, "quoted" and a second line');
  assert.equal(text.length, hats.length);
});

Deno.test("an export without matches is a file without rows", async () => {
  const { site } = siteWithHats();
  using _ = site;
  assert.deepEqual(await (await get(site, "absent", { format: "json" })).json(), []);
  assert.equal((await (await get(site, "absent", { format: "csv" })).text()).split("\r\n").length, 2);
  assert.equal(await (await get(site, "absent", { format: "ndjson" })).text(), "");
});

Deno.test("an export is read from the archive as fast as it is taken, and no further when it is cancelled", async () => {
  const { site } = siteWithHats();
  using _ = site;
  site.calls.length = 0;
  const answer = await get(site, "in:harborlight", { format: "ndjson" });
  const reader = answer.body!.getReader();
  const first = await reader.read();
  assert.ok(first.value!.length > 10_000);
  await reader.cancel();
  const reads = site.calls.filter((call) => call === "timeline").length;
  assert.ok(reads >= 1 && reads <= 3, site.calls.join());
});

Deno.test("an unknown format is refused by its name, and a search with a mistake shows it", async () => {
  const { site } = siteWithHats();
  using _ = site;
  const refused = await get(site, "hat", { format: "xls" });
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /“xls” is not a valid format/);
  for (const format of ["csv", "atom"]) {
    const wrong = await get(site, "before:soon", { format });
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /needs a date/);
    assert.equal((await site.request(`/search/messages?format=${format}`)).status, 400);
  }
});

Deno.test("a feed has the newest matches, each with its address", async () => {
  const { site, hats } = siteWithHats();
  using _ = site;
  const answer = await get(site, "hat", { format: "atom" });
  assert.equal(answer.headers.get("Content-Type"), "application/atom+xml; charset=utf-8");
  const feed = await answer.text();
  const entries = [...feed.matchAll(/<entry>.*?<\/entry>/gs)].map(([entry]) => entry);
  assert.equal(entries.length, 50);
  const newest = site.recorder.stored.findLast(({ text }) => text === hats.at(-1))!;
  assert.match(entries[0]!, new RegExp(`<id>http://localhost/messages/${newest.id}</id>`));
  assert.match(entries[0]!, new RegExp(`<title>Ann in #harborlight: ${hats.at(-1)}</title>`));
  const odd = await (await get(site, "quoted", { format: "atom" })).text();
  assert.match(odd, /hat, &#34;quoted&#34;/);
  assert.match(odd, /<title>quoted · Scrollback<\/title>/);
});

Deno.test("results begin with the oldest match on request, and pages lead on and back", async () => {
  const { site, hats } = siteWithHats();
  using _ = site;
  const end = await (await site.request("/search/messages?q=hat&before_id=1")).text();
  assert.match(end, /href="\/search\/messages\?q=hat">No more messages match: to the first page/);
  const textsOn = (html: string) =>
    [...html.matchAll(/<span class="text"[^>]*>(.*?)<\/span>/gs)].map(([, text]) =>
      text!.replaceAll(/<[^>]*>/g, "")
    );
  const link = (html: string, rel: string) =>
    new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll("&amp;", "&");
  const first = await (await get(site, "hat", { order: "oldest" })).text();
  assert.deepEqual(textsOn(first).slice(1), hats.slice(1, 50));
  assert.equal(link(first, "prev"), undefined);
  assert.match(first, /id="how-many"/);
  const second = await (await site.request(link(first, "next")!)).text();
  assert.deepEqual(textsOn(second), hats.slice(50, 100));
  const back = await (await site.request(link(second, "prev")!)).text();
  assert.deepEqual(textsOn(back).slice(1), hats.slice(1, 50));
});
