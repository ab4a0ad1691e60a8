import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEnvFile } from "../../src/config/env_file.ts";

const values: [line: string, value: string][] = [
  ["A=b", "b"],
  ["A = b ", "b"],
  ["export A=b", "b"],
  ["A=", ""],
  ["A=#b", ""],
  ["A=b # said", "b"],
  ["A=b#said", "b#said"],
  ["A=b=c", "b=c"],
  ["A='b # c'", "b # c"],
  [`A="b # c" # said`, "b # c"],
  [`A="b\\"c\\n\\\\"`, 'b"c\n\\'],
  ["A='b\\n'", "b\\n"],
  ["A=$HOME", "$HOME"],
];
for (const [line, value] of values) {
  Deno.test(`the env file line ${line} sets ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseEnvFile(line), { entries: [{ name: "A", value, line: 1 }], errors: [] });
  });
}

Deno.test("errors in an env file have their line, and the other lines are still read", () => {
  const { entries, errors } = parseEnvFile("\uFEFF# said\r\nA=1\r\n\r\nwhat is this\nB='open\nA=2\n9=x\n");
  assert.deepEqual(entries, [{ name: "A", value: "1", line: 2 }]);
  assert.deepEqual(errors, [
    { line: 4, message: "is not of the form NAME=value" },
    { line: 5, message: "the quotes around the value of a name (hidden, 1 character) are not closed" },
    { line: 6, message: "sets a name (hidden, 1 character) again, as line 2 does" },
    { line: 7, message: "is not of the form NAME=value" },
  ]);
});

Deno.test("any value survives quoting and parsing", () => {
  const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r" };
  fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => {
    const quoted = value.replace(/[\\"\n\r]/g, (c) => escapes[c]!);
    assert.deepEqual(parseEnvFile(`A="${quoted}"`).entries, [{ name: "A", value, line: 1 }]);
  }));
});

Deno.test("the parser never throws, and every line is blank, a comment, an entry or an error", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."AB=#'\"\\ \n\rexport") }), (text) => {
    const { entries, errors } = parseEnvFile(text);
    const lines = text.split(/\r\n|\r|\n/);
    const relevant = lines.filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
    assert.equal(entries.length + errors.length, relevant.length);
  }));
});
