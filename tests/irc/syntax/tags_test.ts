import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeTag, numberInLine, parseTags, readTag, unescapeTag } from "../../../src/irc/syntax/tags.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[;:\\ srn\r\n]*$/));

Deno.test("escaped values are restored, and contain nothing that ends a value or a line", () => {
  fc.assert(fc.property(text, (value) => {
    const escaped = escapeTag(value);
    assert.doesNotMatch(escaped, /[; \r\n]/);
    assert.equal(unescapeTag(escaped), value);
  }));
});

Deno.test("an unknown escape and a final backslash lose the backslash", () => {
  assert.equal(unescapeTag("a\\bc\\"), "abc");
  assert.equal(unescapeTag("\\\\s\\s"), "\\s ");
});

Deno.test("one value of a list of tags is the same as in the parsed section", () => {
  const pair = fc.tuple(fc.constantFrom("a", "b", "ab", "a-b", "room-id"), text.map(escapeTag)).map((pair) =>
    pair.join("=")
  );
  fc.assert(fc.property(fc.uniqueArray(pair, { selector: (it) => it.split("=")[0] }), (pairs) => {
    const all = parseTags(pairs.join(";"));
    for (const key of ["a", "b", "ab", "a-b", "room-id", "d"]) {
      assert.equal(readTag(pairs, key), all.get(key), key);
    }
  }));
});

Deno.test("an empty value differs from a missing one", () => {
  assert.equal(readTag(["a=", "b=1"], "a"), "");
  assert.equal(readTag(["a=", "b=1"], "c"), undefined);
});

Deno.test("a repeated key keeps its last value", () => {
  assert.equal(parseTags("a=1;b=2;a=3").get("a"), "3");
});

Deno.test("marks are not read as tags", () => {
  assert.equal(readTag(["-room-id", ":=some.host", "emotes="], "room-id"), undefined);
});

Deno.test("a number is read from the tags of a line, and not from its text", () => {
  assert.equal(numberInLine("@a=1;tmi-sent-ts=17 :x PRIVMSG #a :b", "tmi-sent-ts"), 17);
  assert.equal(numberInLine("@tmi-sent-ts=17;a=1 :x PRIVMSG #a :b", "tmi-sent-ts"), 17);
  for (
    const line of [
      "@a=1 :x PRIVMSG #a :;tmi-sent-ts=17 b",
      ":x PRIVMSG #a :;tmi-sent-ts=17",
      "@tmi-sent-ts= :x PRIVMSG #a :b",
      "@tmi-sent-ts=x :x PRIVMSG #a :b",
      "@rm-tmi-sent-ts=17 :x PRIVMSG #a :b",
      "@tmi-sent-ts=17",
    ]
  ) assert.equal(numberInLine(line, "tmi-sent-ts"), undefined, line);
});
