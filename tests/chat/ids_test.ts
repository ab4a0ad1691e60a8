import assert from "node:assert/strict";
import fc from "fast-check";
import { firstIdAt, nextId, parseId, receivedAt } from "../../src/chat/ids.ts";

const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });

Deno.test("an id contains its message's time of receipt", () => {
  fc.assert(fc.property(instant, (ms) => assert.equal(receivedAt(firstIdAt(ms)), ms)));
});

Deno.test("ids ascend strictly, even if the clock goes back", () => {
  fc.assert(fc.property(fc.array(instant, { minLength: 2 }), (times) => {
    let last = 0;
    for (const ms of times) {
      const id = nextId(ms, last);
      assert.ok(id > last && Number.isSafeInteger(id));
      last = id;
    }
  }));
});

Deno.test("an id in an address is a safe integer or undefined", () => {
  assert.equal(parseId("108800000000001"), 108800000000001);
  for (const text of ["", "-1", "1.5", "1e3", "0x10", "9007199254740993", "99999999999999999", " 1", "１"]) {
    assert.equal(parseId(text), undefined, text);
  }
});
