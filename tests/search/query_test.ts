import assert from "node:assert/strict";
import fc from "fast-check";
import {
  highlights,
  matcher,
  MAX_SEARCH_LENGTH,
  MIN_PREFIX_LENGTH,
  parseSearch,
  type SearchQuery,
  textOf,
} from "../../src/search/query.ts";

function queryOf(text: string): SearchQuery {
  const parsed = parseSearch(text);
  assert.ok("query" in parsed, JSON.stringify(parsed));
  return parsed.query;
}

/** The parts of a search as texts. */
function partsOf(text: string): Record<keyof SearchQuery, string[]> {
  const { words, phrases, prefixes } = queryOf(text);
  return { words: words.map(({ text }) => text), phrases: phrases.map(textOf), prefixes };
}

function problemOf(text: string): string {
  const parsed = parseSearch(text);
  assert.ok("problem" in parsed, JSON.stringify(parsed));
  return parsed.problem;
}

function marked(search: string, text: string): string[] {
  return highlights(queryOf(search), text).map(([from, to]) => text.slice(from, to));
}

Deno.test("words, phrases and beginnings are told apart", () => {
  assert.deepEqual(partsOf('Hello "big WORLD" pog*'), {
    words: ["hello"],
    phrases: ["big world"],
    prefixes: ["pog"],
  });
});

Deno.test("an unclosed quote runs to the end", () => {
  assert.deepEqual(partsOf('a "b c d'), { words: ["a"], phrases: ["b c d"], prefixes: [] });
});

Deno.test("a phrase of one word is a word", () => {
  assert.deepEqual(partsOf('"one"').words, ["one"]);
});

Deno.test("a word that falls apart is a phrase", () => {
  assert.deepEqual(partsOf("don't").phrases, ["don t"]);
  assert.deepEqual(partsOf("안녕hello").phrases, ["안녕 hello"]);
});

Deno.test("operators of other searches are plain text", () => {
  assert.deepEqual(partsOf("this AND (that) OR -those^2 NEAR/3 a:b"), {
    words: ["this", "and", "that", "or"],
    phrases: ["those 2", "near 3", "a b"],
    prefixes: [],
  });
});

Deno.test("what cannot be searched gets a sentence that says why", () => {
  assert.match(problemOf(""), /nothing to look for/);
  assert.match(problemOf(' "" * :) ??? '), /nothing to look for/);
  assert.match(problemOf("x".repeat(MAX_SEARCH_LENGTH + 1)), /200 characters, this one has 201/);
  assert.match(problemOf("a b c d e f g h i j k l m n o p q"), /16 words, this one has 17/);
  assert.match(problemOf("x*"), new RegExp(`x\\* is too short.*${MIN_PREFIX_LENGTH}`));
});

Deno.test("a star after a run or an emoji adds nothing: they are found anywhere", () => {
  assert.deepEqual(partsOf("草* 😂*"), { words: ["草", "😂"], phrases: [], prefixes: [] });
});

Deno.test("words are whole words, runs and emoji are found anywhere", () => {
  assert.ok(matcher(queryOf("cat"))("The CAT!"));
  assert.ok(!matcher(queryOf("cat"))("concatenate"));
  assert.ok(matcher(queryOf("ㅋㅋㅋ"))("아ㅋㅋㅋㅋㅋ"));
  assert.ok(!matcher(queryOf("ㅋㅋㅋ"))("ㅋㅋ ㅋㅋ"));
  assert.ok(matcher(queryOf("❤"))("love❤️‍🔥"));
  assert.ok(matcher(queryOf("cat"))("고양이cat입니다"));
});

Deno.test("a phrase is its words in order, whatever stands between them that is no word", () => {
  const query = queryOf('"well played sir"');
  assert.ok(matcher(query)("well, played... SIR!"));
  assert.ok(!matcher(query)("well you played sir"));
  assert.ok(!matcher(query)("played well sir"));
  assert.ok(!matcher(query)("swell played sir"));
});

Deno.test("a beginning is where a word begins", () => {
  assert.ok(matcher(queryOf("pog*"))("so PogChamp"));
  assert.ok(!matcher(queryOf("pog*"))("spog"));
});

Deno.test("everything that was asked for must be there", () => {
  assert.ok(matcher(queryOf('good "last game" pog*'))("pogu last game was good"));
  assert.ok(!matcher(queryOf('good "last game" pog*'))("last game was good"));
});

Deno.test("highlights are ranges of the text as it was written", () => {
  assert.deepEqual(marked("hello", "Well HÉLLO there, hello"), ["HÉLLO", "hello"]);
  assert.deepEqual(marked("pog*", "PogChamp pog"), ["PogChamp", "pog"]);
  assert.deepEqual(marked("😂", "x😂😂y"), ["😂😂"]);
  assert.deepEqual(marked("👍", "👍🏽!"), ["👍🏽"]);
  assert.deepEqual(marked('"a b"', "İİ A, b c"), ["A, b"]);
  assert.deepEqual(marked("hello", "nothing"), []);
});

Deno.test("highlights are ascending, apart, within the text, and not empty", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abAB é\u0301ㅋ草😂İß\u200b🏽", "👍🏽", "e\u0301") });
  fc.assert(fc.property(text, text, (search, text) => {
    const parsed = parseSearch(search);
    if (!("query" in parsed)) return;
    let end = -1;
    for (const [from, to] of highlights(parsed.query, text)) {
      assert.ok(from > end && to > from && to <= text.length);
      end = to;
    }
    assert.equal(highlights(parsed.query, text).length > 0 || !matcher(parsed.query)(text), true);
  }));
});

Deno.test("whatever is typed is a query or a problem", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (search, text) => {
    const parsed = parseSearch(search);
    if ("query" in parsed) assert.equal(typeof matcher(parsed.query)(text), "boolean");
    else assert.ok(parsed.problem.length > 0);
  }));
});
