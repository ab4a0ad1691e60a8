/** Whatever is typed, the pages of a search answer it, or say what is wrong with it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { HOSTILE_TEXTS } from "../../support/site/hostile_site.ts";
import { inventedSite } from "../../support/site/invented_site.ts";

const PIECES = [
  ..." ()\"-*:/#<>|'",
  ..."OR|AND|NOT|from:|in:|to:|mentions:|is:mod|is:first|-is:|has:link|before:2h|after:2026|on:|bits:>1|badge:|emote:|thread:"
    .split("|"),
  ..."harborlight|mossgarden|key|the|Kappa|:)|<3|草|ㅋㅋ|😂|/k.y/i|/(/|\\\\|%00|\u200b|\ud800".split("|"),
];

const typed = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 16 }).map((pieces) => pieces.join("")),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 10 }).map((pieces) => pieces.join(" ")),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(...HOSTILE_TEXTS).map((text) => text.slice(0, 300)),
);
const field = fc.option(
  fc.oneof(fc.constantFrom("harborlight", "2026-11-01", "x", "#", "@a b"), fc.string({ maxLength: 8 })),
);
const fields = fc.record({
  channel: field,
  user: field,
  from: field,
  to: field,
  order: fc.constantFrom(null, "oldest", "x"),
  at: field,
});

const PARTS = ["", "/histogram", "/facets", "/hints"].map((part) => `/search/messages${part}`);
const PAGES = [...PARTS, "/search/follow", "/search/complete", "/search/follow/messages"];

Deno.test("no search text makes a page fail", async () => {
  using site = inventedSite();
  await fc.assert(
    fc.asyncProperty(typed, fields, fc.constantFrom(...PAGES), async (q, more, path) => {
      const query = new URLSearchParams({ q });
      for (const [name, value] of Object.entries(more)) if (value !== null) query.set(name, value);
      const answer = await site.request(`${path}?${query}`);
      const text = await answer.text();
      assert.ok(
        [200, 204, 302, 303, 400, 404].includes(answer.status),
        `${answer.status} ${text.slice(0, 300)}`,
      );
      assert.deepEqual(site.faults.splice(0), []);
    }),
    { numRuns: 600 },
  );
});
