import assert from "node:assert/strict";
import { Doubles } from "../../src/collector/doubles.ts";

Deno.test("an id is known from its first sight on for at least a generation of others", () => {
  const doubles = new Doubles(100);
  assert.equal(doubles.seen("first"), false);
  for (let i = 0; i < 99; i++) assert.equal(doubles.seen(`id ${i}`), false);
  assert.equal(doubles.seen("first"), true);
});

Deno.test("no more than two generations are kept", () => {
  const doubles = new Doubles(100);
  doubles.seen("first");
  for (let i = 0; i < 300; i++) doubles.seen(`id ${i}`);
  assert.equal(doubles.seen("first"), false);
});
