/** Several channels side by side, and the page of each in its frame. */
import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";
import { testSite } from "../support/site/site.ts";

const framesIn = (html: string) => [...html.matchAll(/<iframe src="([^"]*)"/g)].map(([, src]) => src);
const linksIn = (html: string, label: RegExp) =>
  [...html.matchAll(/href="([^"]*)"[^>]*aria-label="([^"]*)"/g)]
    .filter(([, , name]) => label.test(name!)).map(([, href]) => href!.replaceAll("&amp;", "&"));

Deno.test("each named channel has a column, once, in the order of the address", async () => {
  using site = inventedSite();
  const answer = await site.request("/side?in=mossgarden&in=%23HarborLight&in=mossgarden");
  assert.equal(answer.status, 200);
  const html = await answer.text();
  assert.deepEqual(framesIn(html), ["/channels/2/column", "/channels/1/column"]);
  assert.match(html, /<iframe [^>]*title="Chat of mossgarden"/);
  assert.deepEqual(linksIn(html, /^Remove/), ["/side?in=harborlight", "/side?in=mossgarden"]);
  assert.match(html, /href="\/search\/follow\?q=in%3Amossgarden\+in%3Aharborlight"/);
  // The form keeps the columns, and offers the others.
  assert.equal([...html.matchAll(/<input type="hidden" name="in"/g)].length, 2);
  assert.match(html, /<datalist[^>]*><option value="oldlantern"><\/option><option value="paperfox">/);
});

Deno.test("with fewer than two columns, the others can be chosen", async () => {
  using site = inventedSite();
  const one = await (await site.request("/side?in=harborlight")).text();
  assert.match(one, /Which channel beside it\?/);
  assert.match(one, /href="\/side\?in=harborlight&amp;in=paperfox"/);
  const none = await (await site.request("/side")).text();
  assert.match(none, /Which channel first\?/);
  assert.match(none, /href="\/side\?in=harborlight"/);
  using empty = testSite();
  assert.match(await (await empty.request("/side")).text(), /There is no other channel\./);
});

Deno.test("an invalid name and a name beyond the maximum are reported beside the field", async () => {
  using site = inventedSite();
  await site.recorder.addChannels(["fifth"]);
  for (
    const [path, problem, typed, columns] of [
      ["/side?in=harborlight&in=nobody", "No channel named “nobody” in the archive.", "nobody", 1],
      ["/side?in=a%20b", "“a b” is not a channel name.", "a b", 0],
      [
        "/side?in=harborlight&in=mossgarden&in=oldlantern&in=paperfox&in=fifth",
        "There is room for 4 channels: remove one to see fifth.",
        undefined,
        4,
      ],
    ] as const
  ) {
    const answer = await site.request(path);
    assert.equal(answer.status, 422, path);
    const html = await answer.text();
    assert.ok(html.includes(`id="f-in-problem" role="alert">${problem}`), problem);
    if (typed) assert.match(html, new RegExp(`id="f-in"[^>]*value="${typed}"`));
    assert.equal(framesIn(html).length, columns);
  }
});

Deno.test("a channel is found by an earlier login", async () => {
  using site = testSite();
  const [lake] = await site.recorder.addChannels(["lake"]);
  site.recorder.writer.identifyChannel("lake", 9001, 1);
  site.recorder.writer.identifyChannel("river", 9001, 2);
  assert.equal((await site.archive.channel(lake!.id))!.login, "river");
  const html = await (await site.request("/side?in=lake")).text();
  assert.deepEqual(framesIn(html), [`/channels/${lake!.id}/column`]);
});

Deno.test("only the page of a column may be shown in a frame, and only by this site", async () => {
  using site = inventedSite();
  const may = async (path: string) => {
    const { headers } = await site.request(path);
    const ancestors = /frame-ancestors ([^;]*)/.exec(headers.get("Content-Security-Policy")!)![1];
    return [ancestors, headers.get("X-Frame-Options")];
  };
  assert.deepEqual(await may("/channels/1/column"), ["'self'", "SAMEORIGIN"]);
  assert.deepEqual(await may("/channels/99/column"), ["'self'", "SAMEORIGIN"]);
  for (
    const path of ["/", "/side", "/channels/1", "/channels/1/x/column", "/column", "/channels/1/column/x"]
  ) {
    assert.deepEqual(await may(path), ["'none'", "DENY"], path);
  }
});

Deno.test("the page of a column is the newest of a channel, with the same stream as the channel's page", async () => {
  using site = inventedSite();
  const html = await (await site.request("/channels/1/column?at=2020-01-01")).text();
  assert.match(html, /<base target="_top"/);
  assert.match(html, /<link rel="canonical" href="\/channels\/1"/);
  assert.match(html, /data-live="\/channels\/1"/);
  assert.equal([...html.matchAll(/<li id="m/g)].length, 100);
  assert.doesNotMatch(html, /channel-groups|id="quick"|id="palette"/);
  const named = await site.request("/channels/harborlight/column");
  assert.equal(named.headers.get("Location"), "/channels/1/column");
  assert.equal((await site.request("/channels/99/column")).status, 404);
});
