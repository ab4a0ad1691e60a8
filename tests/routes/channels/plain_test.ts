/** Pages for browsers without script. */
import assert from "node:assert/strict";
import { inventedSite } from "../../support/site/invented_site.ts";

Deno.test("a browser without script gets the strip and the calendar with the page, in no further call", async () => {
  using site = inventedSite();
  const paths = ["/channels/1", "/channels/1?at=2020-01-01", "/channels/1?before_id=1", "/channels/4"];
  for (const path of paths) {
    const usual = await site.request(path).then((answer) => answer.text());
    assert.match(usual, /<noscript><link rel="stylesheet" href="\/view\/plain"/);
    assert.doesNotMatch(usual, /class="month-head"/, path);
  }
  const answer = await site.request("/view/plain");
  assert.match(answer.headers.get("Content-Type")!, /^text\/css/);
  const cookie = answer.headers.get("Set-Cookie")!.split(";")[0]!;
  for (const path of paths) {
    site.calls.length = 0;
    const plain = await site.request(path, { headers: { Cookie: cookie } }).then((answer) => answer.text());
    assert.match(plain, /<div id="channel-strip"><figure class="strip">/, path);
    assert.match(plain, /class="month-head"/, path);
    assert.doesNotMatch(plain, /class="waiting"/, path);
    assert.ok(site.calls.length <= 3, `${path}: ${site.calls}`);
  }
});
