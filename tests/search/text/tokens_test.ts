import assert from "node:assert/strict";
import fc from "fast-check";
import { fold, indexTerms, searchableText, tokens } from "../../../src/search/text/tokens.ts";

const texts = (folded: string) => tokens(folded).map((token) => token.text);

Deno.test("folding takes away case, accents, full width, skin tones and what nobody sees", () => {
  assert.equal(fold("Héllo WÖRLD"), "hello world");
  assert.equal(fold("ＷＷＷ！"), "www!");
  assert.equal(fold("👍🏽 ❤️"), "👍 ❤");
  assert.equal(fold("same text \u{E0000}"), "same text ");
  assert.equal(fold("ze\u200Bro\u00AD"), "zero");
  assert.equal(fold("ΟΔΟΣ"), fold("οδοσ"));
  assert.equal(fold("İ"), "i");
});

Deno.test("folding leaves Hangul and kana whole", () => {
  assert.equal(fold("안녕ㅋㅋㅋ が"), "안녕ㅋㅋㅋ が");
  assert.equal(fold("か\u3099"), "が");
});

Deno.test("folding a folded text changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert.equal(fold(fold(text)), fold(text));
  }));
});

Deno.test("a text falls into words, runs and pictures", () => {
  assert.deepEqual(tokens("hi안녕 😂😂 foo_bar"), [
    { kind: "word", text: "hi" },
    { kind: "run", text: "안녕" },
    { kind: "pictures", text: "😂😂" },
    { kind: "word", text: "foo_bar" },
  ]);
  assert.deepEqual(texts("don't @some_one https://a.example/b?c=d"), [
    "don",
    "t",
    "some_one",
    "https",
    "a",
    "example",
    "b",
    "c",
    "d",
  ]);
});

Deno.test("drawings out of braille, frames and blocks are no words", () => {
  assert.deepEqual(texts("⣿⣿⡇ ░▒▓█ ┌─┐"), []);
});

Deno.test("ASCII is indexed as it is", () => {
  const text = "Hello, World! 123 :)";
  assert.equal(indexTerms(text), text);
});

Deno.test("runs are indexed as pairs and their last character, pictures one by one", () => {
  assert.equal(indexTerms("草生える"), "草生 生え える る");
  assert.equal(indexTerms("草"), "草");
  assert.equal(indexTerms("LUL😂👍🏽🇩🇪🇫🇷"), "lul 😂 👍 🇩🇪 🇫🇷");
  assert.equal(indexTerms("👨‍👩‍👧"), "👨 👩 👧");
});

Deno.test("no text can contain the private-use characters that scope tokens begin with", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(indexTerms(`${text}\uE000c1 \uE001a`), /[\uE000-\uF8FF]/);
  }));
});

Deno.test("of a notice its sentence is searched too, of states and raw lines nothing", () => {
  const tags = ["msg-id=sub", "system-msg=Ann\\ssubscribed\\:\\syes"];
  assert.equal(searchableText({ kind: "notice", text: "hello", tags }), "hello\nAnn subscribed; yes");
  assert.equal(searchableText({ kind: "message", text: "hello", tags }), "hello");
  assert.equal(searchableText({ kind: "state", text: "", tags: ["slow=0"] }), "");
  assert.equal(searchableText({ kind: "raw", text: ":x HOSTTARGET #a :b", tags: [] }), "");
});
