import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeTag, parseTags, readTag, unescapeTag } from "../../src/chat/tags.ts";

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

Deno.test("one value of a section is the same as in the whole section", () => {
  const pair = fc.tuple(fc.constantFrom("a", "b", "ab", "a-b", "room-id"), text.map(escapeTag)).map((pair) =>
    pair.join("=")
  );
  fc.assert(fc.property(fc.uniqueArray(pair, { selector: (it) => it.split("=")[0] }), (pairs) => {
    const section = pairs.join(";");
    const all = parseTags(section);
    for (const key of ["a", "b", "ab", "a-b", "room-id", "d"]) {
      assert.equal(readTag(section, key), all.get(key), key);
    }
  }));
});

Deno.test("an empty value differs from a missing one", () => {
  assert.equal(readTag("a=;b=1", "a"), "");
  assert.equal(readTag("a=;b=1", "c"), undefined);
});

Deno.test("a repeated key keeps its last value", () => {
  assert.equal(parseTags("a=1;b=2;a=3").get("a"), "3");
});

Deno.test("marks are not read as tags", () => {
  assert.equal(readTag("-room-id;:=some.host;emotes=", "room-id"), undefined);
});
