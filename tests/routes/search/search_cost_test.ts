/** What a page of search results costs: how often its words are split into tokens, and how often the archive is asked. */
import assert from "node:assert/strict";
import { tokens } from "../../../src/search/text/tokens.ts";
import { inventedSite } from "../../support/site/invented_site.ts";

/** Runs the work, and returns how many texts were split into tokens meanwhile. */
async function countSplits(work: () => Promise<unknown>): Promise<number> {
  const { matchAll } = String.prototype;
  let splits = 0;
  const counted = function (this: string, pattern: RegExp) {
    if (pattern.flags.includes("v") && pattern.source.includes("sc=Hangul")) splits++;
    return matchAll.call(this, pattern);
  };
  String.prototype.matchAll = counted as typeof matchAll;
  try {
    tokens("see that splitting is counted");
    assert.equal(splits, 1);
    await work();
    return splits - 1;
  } finally {
    String.prototype.matchAll = matchAll;
  }
}

/** The searches, how many pieces they have, and what a page of them asks of the archive. */
const PAGES: [address: string, pieces: number, calls: string[]][] = [
  ["/search/messages?q=key", 1, ["timeline", "batch"]],
  ["/search/messages?q=key+%22the+key%22+ke*", 3, ["timeline", "batch"]],
  ["/search/messages?q=key&channel=harborlight", 1, ["batch", "timeline", "missed"]],
  ["/search/messages?q=key&user=mossgarden&page_size=200", 1, ["batch", "timeline", "missed"]],
];

for (const [address, pieces, calls] of PAGES) {
  Deno.test(`${address} splits its words once and asks the archive in one round trip a step`, async () => {
    // The archive is read on this thread, so that what it splits is counted, too.
    using site = inventedSite();
    // The sidebar reads the counts of the last day once.
    await (await site.request("/about")).text();
    site.calls.length = 0;
    let page = "";
    const splits = await countSplits(async () => page = await (await site.request(address)).text());
    assert.match(page, /<mark>/, "something is found and highlighted");
    assert.equal(splits, pieces);
    // On a busy machine a search may be continued.
    assert.deepEqual(site.calls.filter((call, i) => call !== site.calls[i - 1]), calls);
  });
}

Deno.test("a fragment of search results has no sidebar, and does not ask for it", async () => {
  using site = inventedSite();
  site.calls.length = 0;
  const answer = await site.request("/search/messages?q=key", { headers: { "HX-Request": "true" } });
  assert.equal(answer.status, 200);
  await answer.text();
  assert.deepEqual(site.calls.filter((call, i) => call !== site.calls[i - 1]), ["timeline", "missed"]);
});
