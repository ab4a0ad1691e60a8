/** Emotes of other services, and the cache of pictures, through the pages. */
import assert from "node:assert/strict";
import { HOUR_MS } from "../../src/clock.ts";
import { ANN, message } from "../support/archive/events.ts";
import { emote, PNG, startEmoteServices } from "../support/emote_services.ts";
import { lakeSite } from "../support/site/site.ts";

const said = (text: string, tags = ["emotes="]) => message(ANN, text, { tags });

function scene(config = {}) {
  const stack = new AsyncDisposableStack();
  const services = stack.use(startEmoteServices());
  const site = stack.use(lakeSite({ emoteServices: services.chosen, ...config }));
  const store = (at: number, ...emotes: ReturnType<typeof emote>[]) => {
    site.recorder.writer.change({
      kind: "store emote set",
      set: { channelId: 1, service: "7tv", emotes, at },
    });
    const changes = (site.recorder.says.emotes?.changes ?? 0) + 1;
    site.recorder.says.emotes = { changes, services: [] };
  };
  const page = async (path = "/channels/1") => await (await site.request(path)).text();
  return { site, services, store, page, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("a line shows the emotes that were valid when it was said", async () => {
  await using it = scene();
  const now = Date.now();
  it.site.recorder.receive(1, [said("first catJAM")], now - 5 * HOUR_MS);
  it.site.recorder.receive(1, [said("second catJAM")], now - HOUR_MS);
  it.store(now - 10 * HOUR_MS, emote("catJAM", { id: "old" }));
  assert.equal((await it.page()).match(/\/emotes\/7tv\/old\/1"/g)?.length, 2);
  it.store(now - 3 * HOUR_MS, emote("other"));
  const html = await it.page();
  assert.match(html, /first <picture class="emote" data-code="catJAM"><img src="\/emotes\/7tv\/old\/1"/);
  assert.match(html, /second catJAM/);
});

Deno.test("a new set is shown without a restart, and live rows have it, too", async () => {
  await using it = scene();
  it.site.recorder.receive(1, [said("hello catJAM")]);
  assert.match(await it.page(), /hello catJAM/);
  it.store(Date.now(), emote("catJAM"));
  assert.match(await it.page(), /hello <picture/);
  const response = await it.site.request("/channels/1/live");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let received = (await reader.read()).value!;
  it.site.recorder.receive(1, [said("live catJAM")]);
  while (!received.includes("live <")) received += (await reader.read()).value!;
  assert.match(received, /live <picture class="emote" data-code="catJAM"/);
  await reader.cancel();
});

Deno.test("an overlay is drawn over the emote before it, and alone if there is none", async () => {
  await using it = scene();
  it.store(Date.now() - HOUR_MS, emote("base", { ratio: 3 }), emote("hat", { isOverlay: true }));
  it.site.recorder.receive(1, [said("a base hat hat b hat")]);
  const html = await it.page();
  const [stack] = /<span class="stack">.*?<\/span>/.exec(html)!;
  assert.equal(stack.match(/class="emote overlay"/g)!.length, 2);
  assert.match(stack, /--ratio:3;/);
  assert.match(html, /<\/span> b <picture class="emote overlay"/);
});

Deno.test("the emotes of a removed message do not reveal its text", async () => {
  await using it = scene({ showDeleted: "nobody" });
  it.store(Date.now() - HOUR_MS, emote("catJAM"), emote("(removed)"));
  it.site.recorder.receive(1, [said("secret catJAM")]);
  it.site.recorder.receive(1, [{
    ...said(""),
    kind: "timeout",
    author: { userId: 11, login: "ann", flags: "" },
    tags: ["ban-duration=60"],
  }]);
  assert.ok(!(await it.page()).includes("catJAM"));
});

Deno.test("a name of an emote cannot leave its attribute", async () => {
  await using it = scene();
  const name = `"><script>alert(1)</script>`;
  it.store(Date.now() - HOUR_MS, emote(name, { id: "x" }));
  it.site.recorder.receive(1, [said(`hi ${name}`)]);
  const html = await it.page();
  assert.ok(!html.includes("<script>alert"));
  assert.match(html, /data-code="&quot;&gt;&lt;script&gt;/);
});

Deno.test("without services no emote is looked up, and no picture is served", async () => {
  await using it = scene({ emoteServices: [] });
  it.store(Date.now() - HOUR_MS, emote("catJAM"));
  it.site.recorder.receive(1, [said("hello catJAM")]);
  assert.match(await it.page(), /hello catJAM/);
  assert.ok(!it.site.calls.includes("setEmotes"));
  assert.equal((await it.site.request("/emotes/7tv/x/1")).status, 404);
});

Deno.test("without a cache a picture is redirected to its service, which the page may load", async () => {
  await using it = scene();
  const { origin } = it.services;
  const redirect = await it.site.request("/emotes/7tv/01AB/2");
  assert.equal(redirect.status, 302);
  assert.equal(redirect.headers.get("Location"), `${origin}/emote/01AB/2x.webp`);
  const policy = (await it.site.request("/")).headers.get("Content-Security-Policy")!;
  assert.match(policy, new RegExp(`img-src 'self' ${origin} https`));
});

const CACHED = { emoteCacheBytes: 1_000_000 };

Deno.test("with a cache a picture is requested from its service once, and pages load no other host", async () => {
  await using it = scene(CACHED);
  it.services.pictures.set("/emote/01AB/2x.webp", PNG);
  const get = async () => await it.site.request("/emotes/7tv/01AB/2");
  const both = await Promise.all([get(), get()]);
  for (const response of [...both, await get()]) {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Content-Type"), "image/png");
    assert.match(response.headers.get("Cache-Control")!, /immutable/);
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), PNG);
  }
  assert.equal(it.services.asked.length, 1);
  const etag = (await get()).headers.get("ETag")!;
  const again = await it.site.request("/emotes/7tv/01AB/2", { headers: { "If-None-Match": etag } });
  assert.equal(again.status, 304);

  it.site.recorder.receive(1, [said("Kappa", ["emotes=25:0-4"])]);
  const html = await it.page();
  assert.match(html, /src="\/emotes\/twitch\/25\/light-1"/);
  assert.ok(!html.includes("jtvnw.net"));
  const policy = (await it.site.request("/")).headers.get("Content-Security-Policy")!;
  assert.match(policy, /img-src 'self' data:;/);
});

Deno.test("a cached picture is served after its service has stopped", async () => {
  await using it = scene(CACHED);
  it.services.pictures.set("/emoticons/v2/25/default/dark/1.0", PNG);
  assert.equal((await it.site.request("/emotes/twitch/25/dark-1")).status, 200);
  it.services.faults.pictures = { status: 500 };
  assert.equal((await it.site.request("/emotes/twitch/25/dark-1")).status, 200);
  const other = await it.site.request("/emotes/twitch/26/dark-1");
  assert.equal(other.status, 503);
  assert.equal(other.headers.get("Content-Type"), "text/plain; charset=UTF-8");
  it.services.faults.pictures = undefined;
  it.services.pictures.set("/emoticons/v2/26/default/dark/1.0", PNG);
  assert.equal((await it.site.request("/emotes/twitch/26/dark-1")).status, 200, "a failure is not kept");
});

const NO_PICTURES: [what: string, body: string | undefined][] = [
  ["missing", undefined],
  ["a page", "<html><script>alert(1)</script>"],
  ["an SVG", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`],
  ["empty", ""],
];
for (const [what, body] of NO_PICTURES) {
  Deno.test(`a picture that is ${what} is not served, and not requested again`, async () => {
    await using it = scene(CACHED);
    if (body !== undefined) it.services.pictures.set("/emote/9/1", new TextEncoder().encode(body));
    for (let i = 0; i < 3; i++) {
      const response = await it.site.request("/emotes/ffz/9/1");
      assert.equal(response.status, 404);
      assert.doesNotMatch(await response.text(), /script/);
    }
    assert.equal(it.services.asked.length, 1);
  });
}

for (
  const path of ["/emotes/ffz/..%2f..%2fv1/1", "/emotes/ffz/9/3", "/emotes/x/9/1", "/emotes/twitch/25/1"]
) {
  Deno.test(`${path} is no address of a picture`, async () => {
    await using it = scene(CACHED);
    assert.equal((await it.site.request(path)).status, 404);
    assert.equal(it.services.asked.length, 0);
  });
}
