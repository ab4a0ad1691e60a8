/** What highlight rules mark, on pages and in streams. */
import assert from "node:assert/strict";
import { MARK_COLORS } from "../../../src/archive/saved/highlight_rule.ts";
import { BEN } from "../../support/archive/events.ts";
import { lakeSite, type TestSite } from "../../support/site/site.ts";
import { marks, page, post, said } from "./stage.ts";

Deno.test("a rule of a browser marks its rows on every page, and nobody else's", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("a hat"), said("no match"), said("hello", { author: BEN })]);
  const { id } = site.recorder.stored[0]!;
  const first = await post(site, { q: "hat", color: "green" });
  assert.deepEqual([first.answer.status, first.answer.headers.get("Location")], [303, "/highlights"]);
  const { cookie } = await post(site, { q: "from:ben", color: "violet", sound: "on" }, first);
  const wanted = { "a hat": "green by hat", "no match": undefined, hello: "violet by from:ben" };
  for (const path of ["/channels/1", "/search/messages?q=in:lake", "/channels/1/messages"]) {
    assert.deepEqual(marks(await page(site, path, cookie)), wanted, path);
  }
  assert.deepEqual(
    marks(await page(site, `/messages/${id}`, cookie))["a hat"],
    "green by hat",
  );
  assert.deepEqual(marks(await page(site, "/search/follow?q=hat", cookie)), { "a ": "green by hat" });
  assert.deepEqual(Object.values(marks(await page(site, "/channels/1"))), [undefined, undefined, undefined]);
  assert.match(await page(site, "/channels/1", cookie), /<html[^>]* data-rules="[0-9a-f]{8}"/);
  assert.doesNotMatch(await page(site, "/channels/1"), /data-rules|data-sounds/);
});

Deno.test("a manager's rule marks for everybody, and the reader's own comes first", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("a hat"), said("a coat")]);
  const everyone = { path: "/highlights/everyone" };
  assert.equal((await post(site, { q: "hat OR coat", color: "red" }, everyone)).answer.status, 303);
  assert.deepEqual(await site.archive.highlightRules(), [{
    search: "hat OR coat",
    color: "red",
    sound: false,
  }]);
  assert.deepEqual(marks(await page(site, "/channels/1")), {
    "a hat": "red by hat OR coat",
    "a coat": "red by hat OR coat",
  });
  const { cookie } = await post(site, { q: "coat", color: "blue" });
  assert.deepEqual(marks(await page(site, "/channels/1", cookie)), {
    "a hat": "red by hat OR coat",
    "a coat": "blue by coat",
  });
  await post(site, { remove: "hat OR coat" }, everyone);
  assert.deepEqual(marks(await page(site, "/channels/1")), { "a hat": undefined, "a coat": undefined });
});

Deno.test("a rule with a name that the archive does not know says so, and marks once it knows it", async () => {
  let now = Date.now();
  using site = lakeSite({}, () => now);
  const { cookie } = await post(site, { q: "from:ben", color: "blue" });
  assert.match(
    await page(site, "/highlights", cookie),
    /Marks nothing yet:[^<]*No user named “ben”/,
  );
  assert.deepEqual(marks(await page(site, "/channels/1", cookie)), {});
  site.recorder.receive(1, [said("hello", { author: BEN })]);
  assert.deepEqual(marks(await page(site, "/channels/1", cookie)), { hello: undefined });
  now += 61_000;
  await page(site, "/channels/1", cookie);
  assert.deepEqual(marks(await page(site, "/channels/1", cookie)), { hello: "blue by from:ben" });
  assert.doesNotMatch(await page(site, "/highlights", cookie), /Marks nothing yet/);
});

/** Reads a stream until it has this. */
async function heard(stream: ReadableStreamDefaultReader<string>, what: RegExp): Promise<string> {
  let text = "";
  while (!what.test(text)) {
    const { value, done } = await stream.read();
    assert.ok(!done, `the stream ends with ${text}`);
    text += value!.replaceAll(/ +>/g, ">");
  }
  return text;
}

async function stream(site: TestSite, path: string, cookie = "") {
  const answer = await site.request(path, { headers: { Cookie: cookie } });
  return answer.body!.pipeThrough(new TextDecoderStream()).getReader();
}

Deno.test("rows of a stream are rendered once, and each reader's marks come before them", async () => {
  using site = lakeSite();
  await post(site, { q: "from:ben", color: "red" }, { path: "/highlights/everyone" });
  site.recorder.receive(1, [said("first", { author: BEN })]);
  const own = "scrollback_highlights=" + encodeURIComponent("green! hat");
  const streams = [
    await stream(site, "/channels/1/live?after_id=0", own),
    await stream(site, "/channels/1/live?after_id=0", own),
    await stream(site, "/channels/1/live?after_id=0"),
    await stream(site, "/search/follow/live?q=in:lake&after_id=0", own),
  ];
  for (const each of streams) await heard(each, /data-mark="red".*\n\n.*\n.*first/s);
  site.recorder.receive(1, [said("a hat"), said("a coat"), said("mine", { author: BEN })]);
  const [one, two, other, search] = await Promise.all(streams.map((each) => heard(each, /mine<\/span>/)));
  const ids = site.recorder.stored.slice(-3).map(({ id }) => id);
  const green = `<li data-marks="${
    ids[0]
  }" data-mark="green" data-sounds=""><span class="sr-only">Highlighted by hat:`;
  const red = `<li data-marks="${ids[2]}" data-mark="red"><span class="sr-only">Highlighted by from:ben:`;
  for (const text of [one!, two!, search!]) {
    assert.ok(text.indexOf(green) >= 0 && text.indexOf(green) < text.indexOf(red));
    assert.ok(text.indexOf(red) < text.indexOf("a hat"));
  }
  assert.ok(other!.includes(red) && !other!.includes("green"));
  // The marks have no id of their own: a reader that resumes gets them again with their rows.
  assert.match(one!, /^data: <li data-marks/);
  // Four of the channel's three watchers share a rendering; the search has its own.
  assert.equal(site.hub.counts.rendered, 6);
  for (const each of streams) await each.cancel();
});

Deno.test("rules that managers change hold for open streams, and polls have the marks", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("before")]);
  const after = site.recorder.stored[0]!.id;
  const open = await stream(site, `/channels/1/live?after_id=${after}`);
  await heard(open, /hello/);
  await post(site, { q: "hat", color: "pink" }, { path: "/highlights/everyone" });
  // A page asks for the rules, and the stream uses them as they then are.
  await page(site, "/channels/1");
  site.recorder.receive(1, [said("a hat")]);
  assert.match(await heard(open, /a hat/), /data-mark="pink"/);
  await open.cancel();
  const poll = await page(
    site,
    `/channels/1/messages/stream?after_id=${after}`,
    "scrollback_highlights=" + encodeURIComponent("blue a"),
  );
  assert.match(poll, /^<li data-marks="\d+" data-mark="blue" >.*Highlighted by a:.*<li [^>]*class="row"/s);
});

Deno.test("marks do not reveal the text of a removed message", async () => {
  using site = lakeSite({ showDeleted: "nobody" });
  const uuid = "11111111-2222-4333-8444-555555555555";
  const cookie = "scrollback_highlights=" + encodeURIComponent("red harpoon");
  site.recorder.receive(1, [said("a harpoon", { uuid })]);
  const open = await stream(site, "/channels/1/live?after_id=1", cookie);
  await heard(open, /data-mark="red".*a harpoon</s);
  site.recorder.receive(1, [said("a harpoon", { kind: "deletion", uuid })]);
  assert.doesNotMatch(await heard(open, /class="row deletion"/), /data-mark|harpoon/);
  await open.cancel();
  assert.doesNotMatch(await page(site, "/channels/1", cookie), /data-mark=|harpoon/);
});

Deno.test("pages are served while the archive cannot look up the names of rules", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("a hat")]);
  site.archive.batch = () => Promise.reject(new Error("broken"));
  const answer = await site.request("/channels/1", {
    headers: { Cookie: "scrollback_highlights=" + encodeURIComponent("red hat OR from:ann") },
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(marks(await answer.text()), { "a hat": undefined });
});

Deno.test("each colour of the list is one of the stylesheet", async () => {
  const css = await Deno.readTextFile(new URL("../../../static/css/chat/marks.css", import.meta.url));
  for (const color of MARK_COLORS.slice(1)) assert.ok(css.includes(`[data-mark="${color}"]`), color);
});

Deno.test("rules that take too long stop marking, and their page says so", async () => {
  using site = lakeSite();
  site.recorder.receive(1, Array.from({ length: 90 }, () => said("aab ".repeat(125))));
  const slow = Array.from({ length: 20 }, (_, n) => `red /(a|b|ab)*(a?b?){9}(x|y)*c${n}$/i`).join("\n");
  const cookie = `scrollback_highlights=${encodeURIComponent(slow)}`;
  assert.doesNotMatch(await page(site, "/highlights", cookie), /take too long/);
  const other = "scrollback_highlights=" + encodeURIComponent("blue aab");
  await page(site, "/channels/1", cookie);
  // Each message takes some 10 ms; without a bound the page would take a second.
  const skipped = /so that ([\d,]+) messages were not marked/.exec(await page(site, "/highlights", cookie))
    ?.[1];
  assert.ok(Number(skipped) > 45, `${skipped} of 90 were skipped`);
  // Another reader's rules mark as before.
  assert.deepEqual(Object.values(marks(await page(site, "/channels/1", other))), ["blue by aab"]);
  assert.doesNotMatch(await page(site, "/highlights", other), /take too long/);
});
