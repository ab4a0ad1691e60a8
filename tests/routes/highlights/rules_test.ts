/** Highlight rules: how a browser and the archive keep them. */
import assert from "node:assert/strict";
import { lakeSite } from "../../support/site/site.ts";
import { listed, marks, page, post, said } from "./stage.ts";

Deno.test("a rule is changed in its place, and removed", async () => {
  using site = lakeSite();
  for (const path of ["/highlights", "/highlights/everyone"]) {
    const part = path === "/highlights" ? 0 : 1;
    let cookie = "";
    const change = async (fields: Record<string, string>) => {
      ({ cookie } = await post(site, fields, { cookie, path }));
      return listed(await page(site, "/highlights", cookie))[part];
    };
    await change({ q: "one", color: "red" });
    await change({ q: "two", color: "red" });
    const of = part === 0 ? "browser" : "everyone";
    const form = await page(site, `/highlights?change=one&of=${of}`, cookie);
    assert.match(form, /name="was" value="one"/);
    assert.match(form, /value="red" checked/);
    assert.deepEqual(await change({ q: "one", color: "pink", was: "one" }), ["one", "two"], path);
    if (part === 0) {
      assert.deepEqual(await change({ q: "first", color: "pink", was: "one" }), ["first", "two"]);
    }
    // Two rules of one search would be one too many.
    assert.deepEqual(await change({ q: "two", color: "blue" }).then((all) => all!.length), 2);
    assert.deepEqual(await change({ remove: "two" }).then((all) => all!.length), 1);
  }
  const { cookie, answer } = await post(site, { remove: "first" }, {
    cookie: "scrollback_highlights=red%20first",
  });
  assert.match(answer.headers.get("Set-Cookie")!, /Max-Age=0/);
  assert.deepEqual(listed(await page(site, "/highlights", cookie))[0], []);
});

Deno.test("an error is beside its field, names the value, and keeps the typed text", async () => {
  using site = lakeSite();
  const cases: [Record<string, string>, RegExp][] = [
    [{ q: "", color: "red" }, /id="f-q-problem"[^>]*>Enter a word, a person such as from:ann/],
    [{ q: "before:soon", color: "red" }, /needs a date/],
    [{ q: "/(/", color: "red" }, /is no regular expression/],
    [
      { q: "hat", color: "pinkish" },
      /id="color-problem"[^>]*>“pinkish” is not a colour of marks. Choose amber, green/,
    ],
    [{ q: "hat" }, /“” is not a colour/],
    [{ q: "x".repeat(600), color: "red" }, /may have 500 characters, this one has 600/],
  ];
  for (const path of ["/highlights", "/highlights/everyone"]) {
    for (const [fields, problem] of cases) {
      const { answer } = await post(site, fields, { path });
      assert.equal(answer.status, 422, JSON.stringify(fields));
      assert.equal(answer.headers.get("Set-Cookie"), null);
      const html = await answer.text();
      assert.match(html, problem);
      if (fields.q) assert.ok(html.includes(`value="${fields.q}"`));
    }
  }
  assert.deepEqual(await site.archive.highlightRules(), []);
});

Deno.test("a browser keeps at most 20 rules, and no more than fit into a cookie", async () => {
  using site = lakeSite();
  let cookie = "";
  for (let n = 0; n < 20; n++) ({ cookie } = await post(site, { q: `word${n}`, color: "red" }, { cookie }));
  assert.equal(listed(await page(site, "/highlights", cookie))[0]!.length, 20);
  const { answer } = await post(site, { q: "more", color: "red" }, { cookie });
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /There can be 20 rules: remove one first, or join two with OR\./);
  // A letter of these takes 9 bytes of a cookie.
  const long = "草 ".repeat(25).trim();
  let kept = "";
  let refused: Response | undefined;
  for (let n = 0; n < 20 && !refused; n++) {
    const next = await post(site, { q: `${long} ${n}`, color: "amber" }, { cookie: kept });
    if (next.answer.status === 422) refused = next.answer;
    kept = next.cookie;
  }
  assert.match(await refused!.text(), /longer than a browser keeps: shorten or remove one/);
  assert.ok(kept.length < 4_000);
});

Deno.test("readers keep rules of their own, and only managers change those for everybody", async () => {
  using site = lakeSite({ loopback: false });
  const path = "/highlights/everyone";
  const { answer, cookie } = await post(site, { q: "hat", color: "red" });
  assert.equal(answer.status, 303);
  assert.equal((await post(site, { q: "hat", color: "red" }, { path })).answer.status, 403);
  assert.equal((await post(site, { remove: "hat" }, { path })).answer.status, 403);
  const rule = { search: "coat", color: "red", sound: true } as const;
  site.recorder.writer.change({ kind: "save highlight rule", rule, savedAt: 1 });
  const html = await page(site, "/highlights", cookie);
  assert.deepEqual(listed(html), [["hat"], ["coat"]]);
  assert.match(html, /aria-label="Remove hat"/);
  assert.doesNotMatch(html, /aria-label="Remove coat"|Save for everybody/);
});

Deno.test("invalid parts of a cookie are ignored", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("a hat")]);
  const value = (text: string) => `scrollback_highlights=${encodeURIComponent(text)}`;
  for (
    const [cookie, mark] of [
      ["scrollback_highlights=%E0%A4%A", undefined],
      [value("hat"), undefined],
      [value(" hat"), undefined],
      [value("purple hat\nred hat"), "red by hat"],
      [value("red before:soon\nred! hat"), "red by hat"],
      [value("red (\nred /(/\nred -\n\nblue hat"), "blue by hat"],
      [value(Array.from({ length: 40 }, (_, n) => `red x${n}`).join("\n") + "\nred hat"), undefined],
      [value('red "><script>alert(1)</script>\namber hat'), "amber by hat"],
    ] as const
  ) {
    const html = await page(site, "/channels/1", cookie);
    assert.deepEqual(marks(html), { "a hat": mark }, cookie);
    assert.doesNotMatch(await page(site, "/highlights", cookie), /<script>alert/);
  }
});
