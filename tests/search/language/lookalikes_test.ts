import assert from "node:assert/strict";
import { lookalikesOf } from "../../../src/search/language/lookalikes.ts";
import { parseSearchText } from "../../../src/search/language/parse.ts";
import { printSearch } from "../../../src/search/language/print.ts";

const CASES: [typed: string, found: string[], meant?: string][] = [
  ["hello world", []],
  ["and not or", []],
  ["a AND b", ["AND"], "a b"],
  ["a && b", ["&&"], "a b"],
  ["AND", ["AND"]],
  ["a NOT b", ["NOT"], "a -b"],
  ["a NOT (b OR c)", ["NOT"], "a -(b OR c)"],
  ["NOT", ["NOT"]],
  ["NOT AND", ["NOT", "AND"], "NOT"],
  ["a || b", ["||"], "a OR b"],
  ["a | b c", ["|"], "(a OR b) c"],
  ["|| a", ["||"]],
  ["(NOT game) lake", ["NOT"], "(-game) lake"],
  ["/hats?/g", ["/hats?/g"], "/hats?/"],
  ["/hats?/gi x", ["/hats?/gi"], "/hats?/i x"],
  ["/r/all", []],
  ["user:ann hello", ["user:ann"], "from:ann hello"],
  ["User:ann", ["User:ann"], "from:ann"],
  ["-user:ann", ["user:ann"], "-from:ann"],
  ["NOT user:ann", ["NOT", "user:ann"], "-from:ann"],
  ["a OR user:ann", ["user:ann"], "a OR from:ann"],
  ["channel:lake", ["channel:lake"], "in:lake"],
  ["channel:not-a-login", ["channel:not-a-login"]],
  ["since:7d until:soon", ["since:7d", "until:soon"], "after:7d until:soon"],
  ["type:sub kind:raid", ["type:sub", "kind:raid"], "is:sub is:raid"],
  [
    "user:ann AND hello NOT channel:lake",
    ["user:ann", "AND", "NOT", "channel:lake"],
    "from:ann hello -in:lake",
  ],
  ["note:this http://a.b 12:30", []],
  ['"user:ann"', []],
  ["!command", []],
];

Deno.test("words that look like operators of other programs are named, with the search that may be meant", () => {
  for (const [typed, texts, meant] of CASES) {
    const { search, problems } = parseSearchText(typed);
    assert.deepEqual(problems, [], typed);
    const found = lookalikesOf(search);
    assert.deepEqual(found.found.map(({ text }) => text), texts, typed);
    assert.equal(found.meant && printSearch(found.meant), meant, typed);
    // What is offered can be searched for.
    if (found.meant) assert.deepEqual(parseSearchText(printSearch(found.meant)).problems, [], typed);
  }
});
