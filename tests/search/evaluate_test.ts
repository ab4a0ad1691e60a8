import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import type { StoredEvent } from "../../src/chat/events.ts";
import { matcher, textMatcher } from "../../src/search/evaluate.ts";
import { regexProblem } from "../../src/search/regex.ts";
import { highlighter } from "../../src/search/highlight.ts";
import { readSearch, searchOf } from "../support/search.ts";

/** A search, texts that it finds, and texts that it does not. */
const TEXTS: [search: string, found: string[], missed: string[]][] = [
  ["cat", ["The CAT!", "고양이cat입니다", "cat."], ["concatenate", "ca t"]],
  ["ㅋㅋㅋ", ["아ㅋㅋㅋㅋㅋ"], ["ㅋㅋ ㅋㅋ"]],
  ["❤", ["love❤️‍🔥"], ["love"]],
  ['"well played sir"', ["well, played... SIR!"], [
    "well you played sir",
    "played well sir",
    "swell played sir",
  ]],
  ["pog*", ["so PogChamp", "pog"], ["spog"]],
  ["foo-ba*", ["Foo bar", "foo-baz"], ["foo x bar", "foo"]],
  ['good "last game" pog*', ["pogu last game was good"], ["last game was good", "good last game"]],
  ["LUL OR KEKW", ["LUL", "a kekw b"], ["lulz", "or"]],
  ["(good OR great) game", ["great game", "good game"], ["good", "bad game"]],
  ["game -bad", ["good game"], ["bad game", "good"]],
  ['game -"very bad"', ["bad game"], ["very bad game"]],
  ["game -(bad OR sad)", ["good game"], ["sad game", "bad game"]],
  ["-bad", ["good", ""], ["bad"]],
  ["<3", ["<3", "I <3 you", "love<3"], ["3", "< 3", "<30"]],
  [":)", [":)", "hi :) there", "lol:)", ":))"], [":(", ": )", ")"]],
  [":D", [":D", "lol :D!"], [":d", "D", ":Dog", "x:d"]],
  ["D:", ["D: no", "oh D:"], ["d:", "ID: 5", "D"]],
  ["xD", ["xD", "haha xD"], ["xd", "XD", "xDD"]],
  [":/", ["hm :/", ":/"], ["https://twitch.tv", "a:b"]],
  ["c++", ["I like C++", "c++ is fun", "(c++)"], ["c", "c+", "abc++"]],
  ["#1", ["#1", "we are #1!"], ["1", "#10", "# 1"]],
  ["$5", ["$5", "only $5."], ["5", "$50", "$ 5"]],
  ["100%", ["100% sure"], ["100", "1100%"]],
  ["3.14", ["pi is 3.14", "3.14!"], ["3 14", "13.14", "3.141"]],
  ["20:15", ["at 20:15"], ["20 15"]],
  ["@ann", ["@Ann hi", "hi @ann"], ["ann", "@anna"]],
  ["!discord", ["!discord", "use !Discord please"], ["discord"]],
  ["f*ck", ["F*ck"], ["f ck", "fck"]],
  ["hello!", ["hello", "HELLO!!"], ["hell"]],
  ['"hello!"', ["hello!", "oh hello!"], ["hello"]],
  ["hello:)", ["hello:)"], ["hello", "hello :)"]],
  ["->", ["a -> b", "->"], ["-", "a - > b"]],
  ["???", ["what???", "????"], ["??"]],
  ["don't", ["don't", "DON’T", "dont"], ["do not", "don"]],
  ["dont", ["dont", "don't"], ["donut"]],
  ["its", ["its"], ["it's"]],
  ["it's", ["it's"], ["it", "its"]],
  ["we'll", ["we'll"], ["well"]],
  ["don't!", ["don't", "dont"], ["don"]],
  ['"don\'t"', ["don't", "don’t"], ["dont"]],
  ["gg:D", ["gg:D"], ["gg :D", "gg"]],
  ["hi!:)", ["hi!:)"], ["hi"]],
  [":)hi", [":)hi"], ["hi"]],
  [".net", [".net"], ["net"]],
  ["...what", ["what"], ["wha"]],
  [":)))", [":)))", ":))))"], [":)"]],
  ["and/or", ["and/or"], ["and or"]],
  ["twitch.tv", ["twitch.tv", "see twitch.tv/x"], ["twitch"]],
  ["/ca+t/", ["caaat", "concat"], ["CAT", "ct"]],
  ["/^CAT\\b/i", ["cat food"], ["a cat"]],
  ["/(a|aa)+$/", ["a".repeat(400)], [`${"a".repeat(400)}b`]],
];

Deno.test("each search finds the texts that a user of chat expects", () => {
  for (const [search, found, missed] of TEXTS) {
    const matches = textMatcher(searchOf(search));
    for (const text of found) assert.ok(matches(text), `${search} finds: ${text}`);
    for (const text of missed) assert.ok(!matches(text), `${search} does not find: ${text}`);
  }
});

const EVENT: StoredEvent = {
  id: Date.UTC(2026, 10, 3, 10) * 64,
  channelId: 1,
  kind: "message",
  channel: "alpha",
  userId: 7,
  uuid: "885196de-cb67-427a-baa8-82f9b0fcd05f",
  author: {
    login: "ann",
    badges: "moderator/1,subscriber/12",
    flags: "mod=1;subscriber=1;turbo=0;user-type=",
  },
  text: "Kappa hello @Ben see https://example.com",
  tags: [
    "bits=150",
    "emotes=25:0-4",
    "first-msg=1",
    "reply-parent-msg-id=aaaaaaaa-cb67-427a-baa8-82f9b0fcd05f",
    "reply-parent-user-login=ben",
    "reply-thread-parent-msg-id=bbbbbbbb-cb67-427a-baa8-82f9b0fcd05f",
    "returning-chatter=0",
  ],
};
const notice = (id: string) => ({ ...EVENT, kind: "notice", tags: [`msg-id=${id}`] } as const);
const shared = {
  ...EVENT,
  roomId: 5,
  tags: ["msg-id=sharedchatnotice", "source-msg-id=raid", "source-room-id=6"],
};
const plain: StoredEvent = { ...EVENT, author: { login: "ann", flags: "" }, text: "hi", tags: [] };

/** An operator, events that it finds, and events that it does not. */
const OPERATORS: [search: string, found: StoredEvent[], missed: StoredEvent[]][] = [
  ["in:#1", [EVENT], [{ ...EVENT, channelId: 2 }]],
  ["from:#7", [EVENT], [{ ...EVENT, userId: 8 }, { ...EVENT, userId: undefined }]],
  ["from:#7 from:#8", [EVENT, { ...EVENT, userId: 8 }], [{ ...EVENT, userId: 9 }]],
  ["(from:#7) (from:#8)", [], [EVENT]],
  ["-from:#7 -from:#8", [{ ...EVENT, userId: 9 }], [EVENT, { ...EVENT, userId: 8 }]],
  ["mentions:Ben", [EVENT], [plain, { ...EVENT, text: "ben" }, { ...EVENT, text: "@Benü" }]],
  ["to:ben", [EVENT], [plain]],
  ["is:action", [{ ...EVENT, kind: "action" }], [EVENT]],
  ["is:notice", [notice("sub")], [EVENT]],
  ["is:sub", [notice("sub"), notice("primepaidupgrade")], [notice("resub"), EVENT]],
  ["is:resub", [notice("resub")], [notice("sub")]],
  ["is:gift", [notice("subgift"), notice("submysterygift")], [notice("sub")]],
  ["is:raid", [notice("raid"), { ...shared, kind: "notice" }], [notice("unraid")]],
  ["is:announcement", [notice("announcement")], [notice("raid")]],
  ["is:reply", [EVENT], [plain, notice("sub")]],
  ["is:first", [EVENT], [plain]],
  ["is:returning", [{ ...EVENT, tags: ["returning-chatter=1"] }], [EVENT]],
  ["is:deleted", [{ ...EVENT, removed: { by: 1, kind: "ban" } }], [EVENT]],
  ["is:timeout", [{ ...plain, kind: "timeout" }], [{ ...plain, kind: "ban" }]],
  [
    "is:mode",
    [{ ...plain, kind: "state", changed: ["slow"] }],
    [{ ...plain, kind: "state" }, { ...plain, kind: "state", changed: [] }, { ...plain, kind: "server" }],
  ],
  ["is:ban", [{ ...plain, kind: "ban" }], [{ ...plain, kind: "timeout" }]],
  ["is:bits", [EVENT], [plain]],
  ["is:highlight", [{ ...EVENT, tags: ["msg-id=highlighted-message"] }], [EVENT]],
  ["is:shared", [shared], [EVENT]],
  ["is:filled", [{ ...EVENT, source: "history" }], [EVENT]],
  ["is:mod", [EVENT, { ...plain, author: { login: "a", flags: "mod=1" } }], [plain]],
  ["is:vip", [{ ...plain, author: { login: "a", badges: "vip/1", flags: "" } }], [EVENT]],
  ["is:subscriber", [EVENT, { ...plain, author: { login: "a", badges: "founder/0", flags: "" } }], [plain]],
  ["is:broadcaster", [{ ...plain, author: { login: "a", badges: "broadcaster/1", flags: "" } }], [EVENT]],
  ["is:mod is:first", [EVENT, { ...plain, tags: ["first-msg=1"] }], [plain]],
  ["has:link", [EVENT], [plain, { ...plain, text: "https:// nothing" }]],
  ["has:emote", [EVENT], [plain, { ...EVENT, text: "" }]],
  ["has:mention", [EVENT], [plain, { ...plain, text: "me@example.com" }]],
  ["emote:kappa", [EVENT], [{ ...EVENT, tags: [] }, { ...EVENT, text: "Keepo x" }]],
  ["badge:moderator", [EVENT], [plain]],
  ["badge:subscriber/12", [EVENT], [{ ...EVENT, author: { ...EVENT.author!, badges: "subscriber/120" } }]],
  ["badge:sub", [], [EVENT]],
  ["bits:>100", [EVENT], [plain, { ...EVENT, tags: ["bits=100"] }]],
  ["bits:>=150 bits:<200", [EVENT], [{ ...EVENT, tags: ["bits=200"] }]],
  ["bits:100-150", [EVENT], [{ ...EVENT, tags: ["bits=151"] }]],
  ["bits:<100", [{ ...EVENT, tags: ["bits=1"] }], [EVENT, plain]],
  ["thread:885196de-cb67-427a-baa8-82f9b0fcd05f", [EVENT], [{ ...EVENT, uuid: undefined }]],
  ["thread:BBBBBBBB-cb67-427a-baa8-82f9b0fcd05f", [EVENT], [plain]],
  ["(on:2026-11-03 OR hi)", [EVENT, { ...plain, id: 1 }], [{ ...EVENT, id: 1 }]],
  ["-is:mod hello", [{ ...plain, text: "hello" }], [EVENT]],
];

Deno.test("each operator finds the events that it describes", () => {
  for (const [search, found, missed] of OPERATORS) {
    const matches = matcher(searchOf(search));
    for (const event of found) assert.ok(matches(event), `${search} finds ${JSON.stringify(event)}`);
    for (const event of missed) {
      assert.ok(!matches(event), `${search} does not find ${JSON.stringify(event)}`);
    }
  }
});

function marked(search: string, text: string): string[] {
  return highlighter(searchOf(search))(text).map(([from, to]) => text.slice(from, to));
}

Deno.test("highlighter are ranges of the text as it was written", () => {
  assert.deepEqual(marked("hello", "Well HÉLLO there, hello"), ["HÉLLO", "hello"]);
  assert.deepEqual(marked("pog*", "PogChamp pog"), ["PogChamp", "pog"]);
  assert.deepEqual(marked("😂", "x😂😂y"), ["😂😂"]);
  assert.deepEqual(marked("👍", "👍🏽!"), ["👍🏽"]);
  assert.deepEqual(marked('"a b"', "İİ A, b c"), ["A, b"]);
  assert.deepEqual(marked("hello", "nothing"), []);
  assert.deepEqual(marked("c++ -bad", "C++ bad"), ["C++"]);
  assert.deepEqual(marked(":D", "x :D"), [":D"]);
  assert.deepEqual(marked("a OR b", "b a"), ["b", "a"]);
  assert.deepEqual(marked("/a+/", "baab"), ["aa"]);
  assert.deepEqual(marked("3.14", "é 3.14 3"), ["3.14"]);
});

Deno.test("highlighter are ascending, apart, within the text, and not empty", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abAB é\u0301ㅋ草😂İß\u200b🏽+:)", "👍🏽", "e\u0301") });
  fc.assert(fc.property(text, text, (search, text) => {
    const condition = readSearch(search);
    if (!condition) return;
    let end = -1;
    for (const [from, to] of highlighter(condition)(text)) {
      assert.ok(from > end && to > from && to <= text.length);
      end = to;
    }
    if (/[-()]/.test(search) || search.trim() === "") return;
    assert.equal(highlighter(condition)(text).length > 0 || !textMatcher(condition)(text), true);
  }));
});

Deno.test("whatever is typed is a condition or a problem, and every event matches it or its negation", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (search, text) => {
    const condition = readSearch(search);
    if (!condition) return;
    const event = { ...EVENT, text };
    assert.notEqual(matcher(condition)(event), matcher({ is: "not", of: condition })(event));
  }));
});

Deno.test("an expression finds the same with a look at its beginning as without", () => {
  const pieces = fc.constantFrom(
    ..."a|b|k|s|ab|a?|ks*|b+|s{2}|(|)|(?i)|[ab]|.|\\d|^|$|\\b| |-|K|ſ|\u212a".split("|"),
    "|",
  );
  const source = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((list) => list.join(""));
  const text = fc.array(fc.constantFrom(..."abksKS ſ\u212a1-"), { maxLength: 8 }).map((list) =>
    list.join("")
  );
  let found = 0;
  fc.assert(
    fc.property(source, fc.boolean(), text, (source, ignoreCase, text) => {
      const condition = { is: "regex", source, ignoreCase } as const;
      if (regexProblem(condition) !== undefined || text === "") return;
      const alone = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0).matcher(text).find();
      assert.equal(textMatcher(condition)(text), alone, JSON.stringify({ source, ignoreCase, text }));
      if (alone) found++;
    }),
    { numRuns: 20_000 },
  );
  assert.ok(found > 1_000, `${found}`);
});
