import assert from "node:assert/strict";
import fc from "fast-check";
import { messageParts } from "../../src/parts/message_parts.ts";
import { splitTags } from "../../src/irc/syntax/tags.ts";

const parts = (text: string, tags = "") => messageParts({ text, tags: splitTags(tags) });

Deno.test("only http and https addresses become links, without the sentence's end", () => {
  const links = (text: string) => parts(text).flatMap((part) => part.kind === "link" ? [part.text] : []);
  assert.deepEqual(links("see https://example.org/a_(b), or (http://example.org/c)."), [
    "https://example.org/a_(b)",
    "http://example.org/c",
  ]);
  assert.deepEqual(links("(https://example.org/((a)b)), https://example.org/)…"), [
    "https://example.org/((a)b)",
    "https://example.org/",
  ]);
  assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://example.org xhttps://example.org"), []);
  assert.deepEqual(links("https://twitch.tv@example.org https://"), []);
});

Deno.test("a mention is a name after an @ at the start of a word", () => {
  const names = (text: string) => parts(text).flatMap((part) => part.kind === "mention" ? [part.login] : []);
  assert.deepEqual(names("@MossGarden, hi @paper_fox!"), ["mossgarden", "paper_fox"]);
  assert.deepEqual(names("mail@example.org https://example.org/@moss @@x @"), []);
});

Deno.test("a reply's first name is a mention in any script", () => {
  const tags = "reply-parent-display-name=ゆきのさん;reply-parent-user-login=yukino_san";
  const [mention, rest] = parts("@ゆきのさん hi", tags);
  assert.deepEqual(mention, { kind: "mention", login: "yukino_san", text: "@ゆきのさん", hit: false });
  assert.equal(rest?.text, " hi");
});

Deno.test("highlights split words, and mark an emote or a link as a whole", () => {
  const marked = messageParts({ text: "the key, Kappa", tags: ["emotes=25:9-13"] }, [[4, 7], [10, 12]]);
  assert.deepEqual(marked.map(({ text, hit }) => [text, hit]), [
    ["the ", false],
    ["key", true],
    [", ", false],
    ["Kappa", true],
  ]);
});

Deno.test("for any text and tags, the concatenated parts are the text", () => {
  const range = fc.tuple(fc.integer({ min: -2, max: 60 }), fc.integer({ min: -2, max: 60 })).map((r) =>
    r.join("-")
  );
  const emotes = fc.array(
    fc.tuple(fc.oneof(fc.string(), fc.constant("25")), fc.array(range, { maxLength: 4 })),
  )
    .map((all) => all.map(([id, ranges]) => `${id}:${ranges.join(",")}`).join("/"));
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("@someone ", "https://example.org/x ", "Kappa ", "😂", "草", "\ud800", "\u{E0000}"),
  );
  const highlights = fc.array(fc.tuple(fc.nat(80), fc.nat(20)), { maxLength: 4 }).map((all) =>
    all.sort((a, b) => a[0] - b[0]).map(([from, length]) => [from, from + length] as const)
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((all) => all.join("")),
      fc.oneof(emotes, fc.string()),
      highlights,
      (text, tag, hits) => {
        const found = messageParts(
          { text, tags: splitTags(`emotes=${tag};reply-parent-user-login=someone`) },
          hits,
        );
        assert.equal(found.map((part) => part.text).join(""), text);
        assert.ok(found.every((part) => part.text !== ""));
      },
    ),
    { numRuns: 2_000 },
  );
});
