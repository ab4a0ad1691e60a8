import assert from "node:assert/strict";
import fc from "fast-check";
import type { StoredEvent } from "../../src/chat/events.ts";
import { acceptsOf } from "../../src/find/accepts.ts";
import { Subject } from "../../src/search/evaluate.ts";
import { keysOf } from "../../src/search/keys.ts";
import { searchOf } from "../support/search.ts";

/** Keys of searches; undefined: each event is tested. */
const KEYS: [search: string, keys: string[] | undefined][] = [
  ["Cat", ["cat"]],
  ['"well played sir"', ["played"]],
  ["game -bad", ["game"]],
  ["is:mod has:link hello", ["hello"]],
  ["LUL OR KEKW", ["lul", "kekw"]],
  ["(good OR great) game", ["good", "great"]],
  ["LUL OR is:mod", undefined],
  ["-bad", undefined],
  ["pog*", undefined],
  ["so-pog*", ["so"]],
  ["ㅋㅋㅋ", undefined],
  [":)", undefined],
  ["/cat/", undefined],
];

for (const [search, keys] of KEYS) {
  Deno.test(`events that “${search}” may match have ${keys?.join(" or ") ?? "any keys"}`, () => {
    assert.deepEqual(keysOf(searchOf(search)), keys);
  });
}

Deno.test("a user is a key, and preferred to words", () => {
  assert.deepEqual(acceptsOf({ userId: 7, search: searchOf("hello") }).keys, [7]);
  assert.deepEqual(keysOf({ is: "all", of: [searchOf("hello"), { is: "user", ids: [7, 8] }] }), [7, 8]);
  assert.deepEqual([...new Subject({ ...event("Hi, Ünal!"), userId: 7 }).keys()], [7, "hi", "unal"]);
});

Deno.test("every event that a search accepts has one of the search's keys", () => {
  const pieces = [
    "cat",
    "Don't",
    "dont",
    "x_1",
    "c++",
    "ß",
    "ﬁn",
    "草",
    "😂",
    ":)",
    "ㅋㅋ",
    "É",
    "a",
    " ",
    "-",
    ".",
    "@",
    "#",
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((all) => all.join(""));
  fc.assert(
    fc.property(text, text, text, fc.constantFrom(" ", " OR ", " -"), (one, other, said, operator) => {
      const quoted = [one, other].map((words) => `"${words.trim() || "cat"}"`).join(operator);
      const { accepts, keys } = acceptsOf({ search: searchOf(quoted) });
      for (const each of [said, `${one} ${said}`, `${one} ${other}`]) {
        const subject = new Subject(event(each));
        if (accepts(subject) && keys) assert.ok([...subject.keys()].some((key) => keys.includes(key)), each);
      }
    }),
    { numRuns: 2_000 },
  );
});

function event(text: string): StoredEvent {
  return { id: 1, channelId: 1, kind: "message", channel: "lake", text, tags: [] };
}
