/** Downloads of logs: as fast as the client reads, bounded by client, and gone with the client. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { MAX_LOG_PAGE } from "../../../src/archive/log.ts";
import { AppError } from "../../../src/chat/errors.ts";
import { FIRST_PAGE } from "../../../routes/api/logs/download.ts";
import { DOWNLOADS, StreamSlots } from "../../../src/web/access/stream_slots.ts";
import { connectionBounds } from "../../../src/web/server/connection_bounds.ts";
import { logSite, receivedLines } from "../../support/api/log_site.ts";
import { privmsg } from "../../support/chat/lines.ts";
import { nextTurn } from "../../support/next_turn.ts";
import { serve } from "../../support/http/served.ts";
import type { TestSite } from "../../support/site/site.ts";

const DAY = Date.UTC(2026, 10, 10);
const PATH = "/channel/harborlight/2026/11/10";
const EXPORT = "/search/messages?q=number&format=csv";

/** A day of harborlight with so many messages. */
function largeSite(messages: number, streams?: StreamSlots): TestSite {
  const site = logSite({}, { streams });
  const lines = Array.from(
    { length: messages },
    (_, n) => privmsg({ channel: "harborlight", roomId: 9001, text: `number ${n}`, sentAt: DAY + n }),
  );
  site.recorder.store(1, receivedLines(lines, DAY).map(({ event }, n) => ({ event, receivedAt: DAY + n })));
  site.calls.length = 0;
  return site;
}

const from = (address: string, site: TestSite, query = "raw", init: RequestInit = {}) =>
  site.requestFrom(address, `http://localhost${PATH}?${query}`, init);

Deno.test("a log is read from the archive as fast as it is taken, one page ahead, and no further when it is cancelled", async () => {
  using site = largeSite(10 * MAX_LOG_PAGE);
  const answer = await from("10.0.0.1", site);
  const pages = () => site.calls.filter((call) => call === "log").length;
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  assert.ok(pages() <= 2, `${pages()} pages before the first is taken`);
  const reader = answer.body!.getReader();
  const first = await reader.read();
  assert.equal(new TextDecoder().decode(first.value).split("\r\n").length, FIRST_PAGE + 1);
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  assert.ok(pages() <= 3, `${pages()} pages after the first is taken`);
  await reader.cancel();
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  assert.ok(pages() <= 3, "no more after the end");
});

for (const query of ["raw", "", "json", "jsonBasic", "ndjson", "raw&reverse"]) {
  Deno.test(`a log of many pages has every message once, in order (${query || "text"})`, async () => {
    const messages = 2 * MAX_LOG_PAGE + 7;
    using site = largeSite(messages);
    const text = await (await from("10.0.0.1", site, query)).text();
    if (query.startsWith("json")) assert.equal(JSON.parse(text).messages.length, messages);
    const numbers = [...text.matchAll(/number (\d+)/g)].map(([, n]) => Number(n));
    const each = query === "json" ? numbers.filter((_, i) => i % 2 === 0) : numbers;
    const expected = Array.from({ length: messages }, (_, n) => n);
    assert.deepEqual(each, query.endsWith("reverse") ? expected.reverse() : expected);
  });
}

Deno.test("a log of many pages is compressed piece by piece, and has the same bytes", async () => {
  using site = largeSite(3 * MAX_LOG_PAGE);
  for (const query of ["raw", "json"]) {
    const plain = await (await from("10.0.0.1", site, query)).bytes();
    const answer = await from("10.0.0.1", site, query, {
      headers: { "Accept-Encoding": "gzip, deflate, br" },
    });
    assert.equal(answer.headers.get("Content-Encoding"), "gzip");
    assert.match(answer.headers.get("Vary")!, /Accept-Encoding/);
    const zipped = await answer.bytes();
    assert.ok(zipped.length < plain.length / 3);
    // `gunzipSync` checks the sum and the length; browsers read it as a stream.
    assert.deepEqual(new Uint8Array(gunzipSync(zipped)), plain);
    const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
    assert.deepEqual(await new Response(stream).bytes(), plain);
  }
});

Deno.test("a log of one page has a length, unless it is compressed, and then the same bytes", async () => {
  using site = largeSite(100);
  const plain = await from("10.0.0.1", site, "json");
  const text = await plain.text();
  assert.equal(Number(plain.headers.get("Content-Length")), new TextEncoder().encode(text).length);
  const zipped = await from("10.0.0.1", site, "json", { headers: { "Accept-Encoding": "gzip" } });
  assert.deepEqual([zipped.headers.get("Content-Encoding"), zipped.headers.get("Content-Length")], [
    "gzip",
    null,
  ]);
  assert.equal(new TextDecoder().decode(gunzipSync(await zipped.bytes())), text);
});

Deno.test("downloads beyond the limit of a client are refused until one of them ends", async () => {
  using site = largeSite(5 * MAX_LOG_PAGE);
  const open = [];
  for (let n = 0; n < DOWNLOADS.streamsPerClient; n++) open.push(await from("10.0.0.1", site));
  assert.deepEqual(new Set(open.map(({ status }) => status)), new Set([200]));
  const refused = await from("10.0.0.1", site);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("Retry-After"), "5");
  assert.equal(refused.headers.get("Content-Type"), "text/plain; charset=UTF-8");
  assert.equal(refused.headers.get("Cache-Control"), "no-store");
  assert.equal(await refused.text(), "At most 20 downloads at the same time from one address");
  assert.equal((await from("10.0.0.2", site, "raw&limit=1")).status, 200, "of another client");
  assert.equal((await from("10.0.0.1", site, "raw", { method: "HEAD" })).status, 200, "without a body");
  await open[0]!.body!.cancel();
  const next = await from("10.0.0.1", site);
  assert.equal(next.status, 200);
  await next.text();
  assert.equal((await from("10.0.0.1", site)).status, 200, "after one was read to its end");
  for (const { body } of open.slice(1)) await body!.cancel();
});

Deno.test("the more downloads are open, the smaller their pages are, so that memory does not grow with their number", async () => {
  using site = largeSite(2 * MAX_LOG_PAGE);
  const sizes: number[] = [];
  const open = [];
  for (let n = 0; n < 200; n++) {
    const answer = await from(`10.0.${n}.1`, site);
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    sizes.push(new TextDecoder().decode(value).split("\r\n").length - 1);
    open.push(reader);
  }
  assert.equal(sizes[0], FIRST_PAGE);
  assert.equal(sizes.at(-1), Math.floor(64_000 / 200));
  assert.ok(sizes.every((size, n) => n === 0 || size <= sizes[n - 1]!));
  for (const reader of open) await reader.cancel();
});

Deno.test("hundreds of downloads of this machine at the same time are all complete", async () => {
  using site = largeSite(FIRST_PAGE + 300);
  await using server = serve(site.app.fetch, {
    bounds: { total: 2_000, perAddress: 2_000, streams: 1, streamsPerClient: 1 },
  });
  const answers = await Promise.all(
    Array.from({ length: 260 }, () => fetch(`${server.url}${PATH}?raw`)),
  );
  for (const answer of answers) {
    assert.equal((await answer.text()).split("\r\n").length, FIRST_PAGE + 301, String(answer.status));
  }
});

Deno.test("of a hundred requests at once only those whose turn it is ask the archive anything", async () => {
  using site = largeSite(FIRST_PAGE + 300);
  let [asking, most] = [0, 0];
  const counted = <F extends (...args: never[]) => Promise<unknown>>(ask: F) =>
    ((...args: Parameters<F>) => {
      most = Math.max(most, ++asking);
      return ask(...args).finally(() => asking--);
    }) as F;
  site.archive.log = counted(site.archive.log);
  site.archive.batch = counted(site.archive.batch);
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => from(`10.0.${n}.1`, site)));
  for (const answer of answers) assert.equal((await answer.text()).split("\r\n").length, FIRST_PAGE + 301);
  assert.ok(most <= 2, `${most} at the same time`);
});

Deno.test("downloads beyond the total limit are refused", async () => {
  using site = largeSite(3 * MAX_LOG_PAGE, new StreamSlots({ streams: 6, streamsPerClient: 2 }));
  const open = [];
  for (let n = 0; n < 3; n++) open.push(await from("127.0.0.1", site));
  const refused = await from("10.0.0.1", site);
  assert.deepEqual([refused.status, refused.headers.get("Retry-After")], [503, "5"]);
  assert.equal(await refused.text(), "Too many downloads: try again in a few seconds");
  for (const { body } of open) await body!.cancel();
  assert.equal((await from("10.0.0.1", site)).status, 200);
});

Deno.test("logs and exports share their number, and leave live streams and pages their connections", async () => {
  const bounds = connectionBounds(40, Infinity);
  using site = largeSite(3 * MAX_LOG_PAGE, new StreamSlots(bounds));
  const ask = (path: string) => site.request(path);
  const open = [];
  for (let n = 0; n < 15; n++) open.push(await ask(n % 2 === 0 ? `${PATH}?raw` : EXPORT));
  for (const path of [`${PATH}?raw`, EXPORT]) {
    const refused = await ask(path);
    assert.deepEqual([refused.status, refused.headers.get("Retry-After")], [503, "5"], path);
    assert.match(await refused.text(), /Too many downloads: try again in a few seconds/);
  }
  for (let n = 0; n < 15; n++) open.push(await ask("/channels/1/live"));
  assert.deepEqual(new Set(open.map(({ status }) => status)), new Set([200]));
  assert.equal((await ask("/channels/1/live")).status, 503);
  assert.ok(open.length < bounds.total);
  assert.equal((await site.request(EXPORT, { method: "HEAD" })).status, 200, "without a body");
  for (const { body } of open.slice(0, 2)) await body!.cancel();
  for (const path of [`${PATH}?raw`, EXPORT]) open.push(await ask(path));
  assert.deepEqual(open.slice(-2).map(({ status }) => status), [200, 200], "after two have ended");
  for (const { body } of open.slice(2)) await body!.cancel();
});

Deno.test("if the archive fails before the first byte, the answer has an error status; if it fails later, the body is cut off", async () => {
  using site = largeSite(3 * MAX_LOG_PAGE);
  const { log } = site.archive;
  site.archive.log = () => Promise.reject(new AppError("unavailable", "the file is locked"));
  const refused = await from("10.0.0.1", site);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("Retry-After"), "5");
  assert.equal(await refused.text(), "The archive cannot be used: the file is locked.");
  let pages = 0;
  site.archive.log = (query) =>
    ++pages < 3 ? log(query) : Promise.reject(new AppError("damaged", "a page is damaged"));
  await using server = serve(site.app.fetch);
  const answer = await fetch(`${server.url}${PATH}?json`);
  assert.equal(answer.status, 200);
  await assert.rejects(answer.text(), "the client does not take it for complete");
  site.archive.log = log;
  for (let n = 0; n < 2 * DOWNLOADS.streamsPerClient; n++) {
    assert.equal((await from("10.0.0.1", site, "raw&limit=1")).status, 200, "no place is lost");
  }
});

Deno.test("a client that disconnects while it waits gets no answer, and no error is logged", async () => {
  using site = largeSite(10);
  const { log } = site.archive;
  const { promise, resolve } = Promise.withResolvers<void>();
  site.archive.log = async (query) => {
    await promise;
    return await log(query);
  };
  const busy = Array.from({ length: 4 }, () => from("10.0.0.2", site));
  await nextTurn();
  const leaving = new AbortController();
  const left = from("10.0.0.1", site, "raw", { signal: leaving.signal });
  await nextTurn();
  leaving.abort();
  assert.equal((await left).status, 503);
  resolve();
  for (const answer of await Promise.all(busy)) assert.equal((await answer.text()).split("\r\n").length, 11);
  assert.deepEqual(site.faults, []);
});

Deno.test("a body arrives complete over a real connection, also if the client reads slowly", async () => {
  using site = largeSite(3 * MAX_LOG_PAGE);
  await using server = serve(site.app.fetch);
  const whole = await (await from("10.0.0.1", site)).text();
  const answer = await fetch(`${server.url}${PATH}/?raw`);
  assert.equal(answer.headers.get("Content-Disposition"), 'inline; filename="harborlight-2026-11-10.txt"');
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    await nextTurn();
  }
  assert.equal(text, whole);
});
