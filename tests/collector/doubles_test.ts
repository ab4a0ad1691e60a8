import assert from "node:assert/strict";
import fc from "fast-check";
import { Doubles } from "../../src/collector/doubles.ts";

const NIL = "00000000-0000-0000-0000-000000000000";

/** Ids of the kinds that there are, each in many versions. */
const KINDS: Record<string, (n: number) => string> = {
  "random UUIDs": () => crypto.randomUUID(),
  "UUIDs that count up": (n) => `0c1d2e3f-0000-4000-8000-${n.toString(16).padStart(12, "0")}`,
  "UUIDs that begin with the time": (n) =>
    `0192e4a0-${n.toString(16).padStart(4, "0")}-7000-8000-000000000000`,
  "other texts": (n) => `id ${n}`,
};

for (const [kind, idOf] of Object.entries(KINDS)) {
  Deno.test(`an id is known from its first sight on for at least a generation of others: ${kind}`, () => {
    const doubles = new Doubles(100);
    const ids = Array.from({ length: 100 }, (_, n) => idOf(n));
    for (const id of ids) assert.equal(doubles.seen(id), false, id);
    for (const id of ids) assert.equal(doubles.seen(id), true, id);
    for (const id of ids) assert.equal(doubles.has(id), true, id);
  });

  Deno.test(`no more than two generations are kept: ${kind}`, () => {
    const doubles = new Doubles(100);
    const first = idOf(0);
    doubles.seen(first);
    for (let n = 1; n <= 300; n++) assert.equal(doubles.seen(idOf(n)), false);
    assert.equal(doubles.has(first), false);
    assert.equal(doubles.seen(first), false);
  });
}

Deno.test("ids are told apart as their texts are, whatever they look like", () => {
  const nearly = fc.constantFrom(NIL, NIL.toUpperCase(), NIL.replace("0", "1"), NIL.slice(1), `${NIL}0`, "");
  const few = fc.integer({ min: 0, max: 9 }).map((n) => `0000000${n}-000${n}-4000-8000-00000000000${n}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(nearly, few, fc.uuid(), fc.string()), { maxLength: 90 }), (ids) => {
      const [doubles, known] = [new Doubles(100), new Set<string>()];
      for (const id of ids) {
        assert.equal(doubles.has(id), known.has(id), id);
        assert.equal(doubles.seen(id), known.has(id), id);
        known.add(id);
      }
    }),
  );
});
