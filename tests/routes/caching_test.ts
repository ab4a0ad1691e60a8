import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";
import { recordingSite, type TestSite, testSite } from "../support/site/site.ts";

const zipped = { "Accept-Encoding": "gzip, deflate, br" };

/** What a first view may weigh, with everything that it needs but the typeface and pictures of others. */
const FIRST_VIEW_BYTES = 60_000;

Deno.test("a page requested by 300 clients at once is rendered at most twice, and each answer has its own request id", async () => {
  using site = inventedSite();
  site.calls.length = 0;
  const answers = await Promise.all(Array.from({ length: 300 }, () => site.request("/channels/1")));
  const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
  assert.equal(texts.size, 1);
  assert.match([...texts][0]!, /^<!DOCTYPE html>/);
  assert.equal(site.calls.filter((method) => method === "timeline").length, 2);
  assert.equal(new Set(answers.map(({ headers }) => headers.get("X-Request-Id"))).size, 300);
});

Deno.test("pages, fragments and pages for managers are never mixed up", async () => {
  using site = testSite({ adminPassword: "a long password" });
  const Cookie = await loggedIn(site);
  const shapes: Record<string, string>[] = [{}, { "HX-Request": "true" }, { Cookie }];
  const wanted = [/^<!DOCTYPE html>.*Log in</s, /^<div id="channel-list"/, /^<!DOCTYPE html>.*Log out</s];
  const asked = Array.from({ length: 30 }, (_, i) => i % 3);
  const answers = await Promise.all(asked.map((i) => site.request("/channels", { headers: shapes[i] })));
  for (const [n, answer] of answers.entries()) assert.match(await answer.text(), wanted[asked[n]!]!);
});

Deno.test("an unchanged page is answered with 304", async () => {
  using site = recordingSite(["harborlight"], {}, () => 1_700_000_000_000);
  const first = await site.request("/channels", { headers: zipped });
  await first.body?.cancel();
  const ask = () =>
    site.request("/channels", { headers: { ...zipped, "If-None-Match": first.headers.get("ETag")! } });
  const same = await ask();
  assert.deepEqual([same.status, await same.text()], [304, ""]);
  for (const name of ["ETag", "Cache-Control", "Vary"]) {
    assert.equal(same.headers.get(name), first.headers.get(name), name);
  }
  await site.recorder.addChannels(["mossgarden"]);
  const changed = await ask();
  assert.equal(changed.status, 200);
  await changed.body?.cancel();
});

Deno.test("browsers revalidate pages; pages for managers are not stored", async () => {
  const cacheOf = async (site: TestSite, path: string, headers: Record<string, string> = {}) => {
    const answer = await site.request(path, { headers });
    await answer.body?.cancel();
    return [answer.headers.get("Cache-Control"), /\bCookie\b/.test(answer.headers.get("Vary") ?? "")];
  };
  using open = testSite();
  assert.deepEqual(await cacheOf(open, "/channels"), ["no-cache", true]);
  assert.deepEqual(await cacheOf(open, "/nowhere"), ["no-store", false]);
  using guarded = recordingSite(["harborlight"], { adminPassword: "a long password" });
  assert.deepEqual(await cacheOf(guarded, "/channels"), ["no-cache", true]);
  const Cookie = await loggedIn(guarded);
  assert.deepEqual(await cacheOf(guarded, "/channels", { Cookie }), ["no-store", true]);
  assert.equal((await cacheOf(guarded, "/channels/1/delete", { Cookie }))[0], "no-store");
});

Deno.test("pages and files are compressed if the client accepts it, with Vary", async () => {
  using site = inventedSite();
  for (const path of ["/channels/1", "/static/live/main.js", "/static/app.css"]) {
    const plain = await site.request(path);
    const packed = await site.request(path, { headers: zipped });
    assert.match(packed.headers.get("Vary")!, /Accept-Encoding/, path);
    assert.deepEqual([plain.headers.get("Content-Encoding"), packed.headers.get("Content-Encoding")], [
      null,
      "gzip",
    ]);
    const unpacked = new Response(packed.body!.pipeThrough(new DecompressionStream("gzip")));
    assert.deepEqual(await unpacked.bytes(), await plain.bytes(), path);
  }
});

Deno.test("a first view weighs less than 60 kB, without pictures", async () => {
  using site = inventedSite();
  for (const path of ["/", "/channels/1", "/channels/2", "/search/messages", "/search/messages?q=key"]) {
    const page = await weigh(site, path);
    let bytes = page.bytes;
    for (const [, address] of page.text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)) {
      if (address!.endsWith(".woff2")) continue;
      bytes += (await weigh(site, address!)).bytes;
    }
    assert.ok(bytes > 20_000 && bytes < FIRST_VIEW_BYTES, `${path} weighs ${bytes} bytes`);
  }
});

/** The bytes of an answer on the wire, its headers included. */
async function weigh(site: TestSite, path: string): Promise<{ bytes: number; text: string }> {
  const answer = await site.request(path, { headers: zipped });
  assert.equal(answer.status, 200, path);
  const body = await answer.bytes();
  let bytes = body.length;
  for (const [name, value] of answer.headers) bytes += name.length + value.length + 4;
  const isPacked = answer.headers.get("Content-Encoding") === "gzip";
  const stream = new Response(body).body!;
  const text = new Response(isPacked ? stream.pipeThrough(new DecompressionStream("gzip")) : stream).text();
  return { bytes, text: await text };
}

async function loggedIn(site: TestSite): Promise<string> {
  const answer = await site.request("/login", {
    method: "POST",
    body: new URLSearchParams({ password: "a long password" }),
  });
  return answer.headers.get("Set-Cookie")!.split(";")[0]!;
}
