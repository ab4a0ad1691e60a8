import assert from "node:assert/strict";
import fc from "fast-check";
import { emotePieces } from "../../src/parts/emote_pieces.ts";

/** The texts of the emotes that a tag finds. */
const emotes = (text: string, tag: string) =>
  emotePieces(text, tag).map(({ from, to }) => text.slice(from, to));

Deno.test("emote ranges count code points, not UTF-16 units", () => {
  assert.deepEqual(emotes("😂 Kappa 草", "25:2-6"), ["Kappa"]);
});

Deno.test("an emote range that is too long ends where its word ends", () => {
  assert.deepEqual(emotes("LUL", "425618:0-99"), ["LUL"]);
  assert.deepEqual(emotes("Kappa hi", "25:0-5"), ["Kappa"]);
  assert.deepEqual(emotes("Kappa hi", "25:0-6"), ["Kappa"]);
  assert.deepEqual(emotes("hi Kappa", "25:3-8"), ["Kappa"]);
  assert.deepEqual(emotes("hi\u3000Kappa\u3000you", "25:3-9"), ["Kappa"]);
});

Deno.test("an emote range that is shifted into a word of its length is that word", () => {
  assert.deepEqual(emotes("Grüße Kappa", "25:7-11"), ["Kappa"]);
  assert.deepEqual(emotes("à la plage Kappa oui", "25:13-17"), ["Kappa"]);
  assert.deepEqual(
    emotes("Grüße Kappa", "25:5-9"),
    ["Kapp"],
    "a range that is shifted the other way begins at its word",
  );
  assert.deepEqual(
    emotes("Kappa.Keepo", "25:0-4/1902:6-10"),
    ["Kappa", "Keepo"],
    "inside a word that is longer",
  );
});

Deno.test("emote ranges outside the text, backward and invalid ranges are ignored", () => {
  for (
    const wrong of ["25:4-0", "25:9-12", "25:", ":0-2", "25:a-b", "a b:0-2", "25", "/", "25:0-", "25:-1-2"]
  ) {
    assert.deepEqual(emotes("LUL", wrong), [], wrong);
  }
  assert.deepEqual(emotes("a  b", "25:1-2"), [], "only white space");
});

Deno.test("the first of overlapping emotes is kept", () => {
  assert.deepEqual(emotes("abcdef", "1:0-3/2:2-5"), ["abcd"]);
  assert.deepEqual(emotes("Kappa", "25:1-5,0-4"), ["Kappa"]);
});

Deno.test("no emote range splits a grapheme", () => {
  assert.deepEqual(emotes("e\u0301e\u0301 x", "1:0-0"), ["e\u0301"]);
  assert.deepEqual(emotes("ae\u0301", "1:2-2"), ["e\u0301"]);
  assert.deepEqual(emotes("👩‍🚀👩‍🚀", "1:1-1"), ["👩‍🚀"]);
  assert.deepEqual(emotes("🇩🇪🇫🇷", "1:1-2"), ["🇩🇪🇫🇷"]);
});

Deno.test("for any ranges, emotes are whole graphemes of the text, ascending and disjoint", () => {
  const bound = fc.integer({ min: -2, max: 40 });
  const ranges = fc.array(fc.tuple(bound, bound).map((r) => r.join("-")), { maxLength: 5 });
  const tags = fc.array(fc.tuple(fc.constantFrom("25", "emotesv2_0a", ""), ranges), { maxLength: 4 })
    .map((all) => all.map(([id, its]) => `${id}:${its.join(",")}`).join("/"));
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("Kappa ", "😂", "👩‍🚀", "🇩🇪", "e\u0301", "\ud800", "\u{E0000}", "한", "\u200d", " "),
  );
  fc.assert(
    fc.property(fc.array(piece).map((all) => all.join("")), fc.oneof(tags, fc.string()), (text, tag) => {
      const boundaries = new Set(Array.from(new Intl.Segmenter().segment(text), ({ index }) => index));
      boundaries.add(text.length);
      let end = 0;
      for (const { from, to } of emotePieces(text, tag)) {
        assert.ok(from >= end && to > from && to <= text.length);
        end = to;
        for (const at of [from, to]) {
          // ASCII letters never join the character before them.
          assert.ok(boundaries.has(at) || text.charCodeAt(at) < 128, `${at} of ${JSON.stringify(text)}`);
        }
        assert.match(text.slice(from, to), /\S/);
      }
    }),
  );
});

Deno.test("the time for emote ranges is linear in the length of the line", () => {
  const time = (length: number) => {
    const text = "e" + "\u0301".repeat(length);
    const tag = `1:${Array.from({ length: length / 4 }, (_, i) => `${i * 4 + 1}-${i * 4 + 2}`).join(",")}`;
    let best = Infinity;
    for (let run = 0; run < 3; run++) {
      const startedAt = performance.now();
      emotePieces(text, tag);
      best = Math.min(best, performance.now() - startedAt);
    }
    return best;
  };
  const [short, long] = [time(8_000), time(32_000)];
  assert.ok(long < short * 10 + 5, `${short} ms, and ${long} ms for four times the length`);
});
