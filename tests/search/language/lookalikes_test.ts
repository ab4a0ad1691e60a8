import assert from "node:assert/strict";
import { lookalikesOf, meantSearch } from "../../../src/search/language/lookalikes.ts";
import { parseSearchText } from "../../../src/search/language/parse.ts";
import { printSearch } from "../../../src/search/language/print.ts";

const CASES: [typed: string, found: [text: string, instead: string | undefined][]][] = [
  ["hello world", []],
  ["and not or", []],
  ["a AND b", [["AND", "a b"]]],
  ["a && b", [["&&", "a b"]]],
  ["AND", [["AND", undefined]]],
  ["a NOT b", [["NOT", "a -b"]]],
  ["a NOT (b OR c)", [["NOT", "a -(b OR c)"]]],
  ["NOT", [["NOT", undefined]]],
  ["a || b", [["||", undefined]]],
  ["/hats?/g", [["/hats?/g", "/hats?/"]]],
  ["/hats?/gi x", [["/hats?/gi", "/hats?/i x"]]],
  ["/r/all", []],
  ["user:ann hello", [["user:ann", "from:ann hello"]]],
  ["User:ann", [["User:ann", "from:ann"]]],
  ["channel:lake", [["channel:lake", "in:lake"]]],
  ["channel:not-a-login", [["channel:not-a-login", undefined]]],
  ["since:7d until:soon", [["since:7d", "after:7d until:soon"], ["until:soon", undefined]]],
  ["type:sub kind:raid", [["type:sub", "is:sub kind:raid"], ["kind:raid", "type:sub is:raid"]]],
  ["note:this http://a.b 12:30", []],
  ['"user:ann"', []],
  ["-user:ann", []],
];

Deno.test("words that look like operators of other programs are named, with the search that may be meant", () => {
  for (const [typed, found] of CASES) {
    const { search, problems } = parseSearchText(typed);
    assert.deepEqual(problems, [], typed);
    assert.deepEqual(
      lookalikesOf(search).map(({ text, instead }) => [text, instead && printSearch(instead)]),
      found,
      typed,
    );
  }
});

Deno.test("all lookalikes that are clear are replaced at once", () => {
  const meant = (typed: string) => {
    const found = meantSearch(parseSearchText(typed).search);
    return found && printSearch(found);
  };
  assert.equal(meant("user:ann AND hello NOT channel:lake"), "from:ann hello -channel:lake");
  assert.equal(meant("user:ann until:soon"), "from:ann until:soon");
  assert.equal(meant("hello"), undefined);
});
