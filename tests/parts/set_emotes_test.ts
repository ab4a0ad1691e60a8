import assert from "node:assert/strict";
import fc from "fast-check";
import type { DatedEmote } from "../../src/chat/set_emotes.ts";
import { messageParts } from "../../src/parts/message_parts.ts";
import { emoteFinder, placedEmotes } from "../../src/parts/set_emotes.ts";
import { splitTags } from "../../src/irc/syntax/tags.ts";

const emote = (name: string, more: Partial<DatedEmote> = {}): DatedEmote => ({
  service: "7tv",
  id: name,
  name,
  isOverlay: false,
  ratio: 1,
  from: 0,
  ...more,
});

const FINDINGS: [
  what: string,
  own: DatedEmote[],
  global: DatedEmote[],
  at: number,
  id: string | undefined,
][] = [
  ["no set has it", [], [], 5, undefined],
  [
    "a channel's own precedes a global one",
    [emote("x", { id: "own" })],
    [emote("x", { id: "all" })],
    5,
    "own",
  ],
  [
    "FrankerFaceZ precedes BetterTTV and 7TV",
    [
      emote("x", { id: "7" }),
      emote("x", { id: "f", service: "ffz" }),
      emote("x", { id: "b", service: "bttv" }),
    ],
    [],
    5,
    "f",
  ],
  ["it was removed before", [emote("x", { until: 5 })], [], 5, undefined],
  ["it is removed later", [emote("x", { until: 6 })], [], 5, "x"],
  ["it is added later", [emote("x", { from: 6 })], [], 5, undefined],
  ["it is added now", [emote("x", { from: 5 })], [], 5, "x"],
  [
    "the name belonged to another emote then",
    [emote("x", { id: "new", from: 8 }), emote("x", { id: "old", until: 8 })],
    [],
    5,
    "old",
  ],
  [
    "the channel's had ended, the global one had not",
    [emote("x", { until: 4 })],
    [emote("x", { id: "all" })],
    5,
    "all",
  ],
];
for (const [what, own, global, at, id] of FINDINGS) {
  Deno.test(`the emote of a word: ${what}`, () => assert.equal(emoteFinder(own, global)("x", at)?.id, id));
}

const find = emoteFinder(
  [emote("catJAM"), emote("<3"), emote("@x"), emote("https://a.b"), emote("한국")],
  [],
);
const TEXTS: [text: string, tags: string, parts: string[]][] = [
  ["catJAM", "", ["[catJAM]"]],
  ["a catJAM b", "", ["a ", "[catJAM]", " b"]],
  ["catJAM, catjam xcatJAM", "", ["catJAM, catjam xcatJAM"]],
  ["<3 한국 @x", "", ["[<3]", " ", "[한국]", " ", "[@x]"]],
  ["  catJAM  ", "", ["  ", "[catJAM]", "  "]],
  ["😂 catJAM", "", ["😂 ", "[catJAM]"]],
  // Twitch's own emote at the same place wins.
  ["catJAM catJAM", "emotes=25:0-5", ["{25}", " ", "[catJAM]"]],
  ["https://a.b", "", ["[https://a.b]"]],
  ["@x1_y catJAM", "", ["<@x1_y>", " ", "[catJAM]"]],
];
for (const [text, tags, expected] of TEXTS) {
  Deno.test(`the parts of “${text}”${tags && ` with ${tags}`}`, () => {
    const setEmotes = placedEmotes(text, 5, find);
    const parts = messageParts({ text, tags: splitTags(tags), setEmotes });
    assert.deepEqual(
      parts.map((part) =>
        part.kind === "emote"
          ? part.set ? `[${part.text}]` : `{${part.id}}`
          : part.kind === "mention"
          ? `<${part.text}>`
          : part.text
      ),
      expected,
    );
  });
}

Deno.test("parts with emotes of other services are the whole text, for any text and tags", () => {
  const words = fc.constantFrom(
    "catJAM",
    "<3",
    " ",
    "  ",
    "@x",
    "https://a.b",
    "😂",
    "x",
    "\u0301",
    "\u00a0",
  );
  fc.assert(fc.property(
    fc.array(words, { maxLength: 30 }),
    fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 4 }),
    (pieces, ranges) => {
      const text = pieces.join("");
      const tags = splitTags(`emotes=25:${ranges.map(([a, b]) => `${a}-${b}`).join(",")}`);
      const parts = messageParts({ text, tags, setEmotes: placedEmotes(text, 5, find) });
      assert.equal(parts.map((part) => part.text).join(""), text);
    },
  ));
});

Deno.test("a message full of emotes has at most 100 pictures", () => {
  const text = "catJAM ".repeat(150);
  const parts = messageParts({ text, tags: [], setEmotes: placedEmotes(text, 5, find) });
  assert.equal(parts.filter(({ kind }) => kind === "emote").length, 100);
});
