import assert from "node:assert/strict";
import { slowDownGuessing } from "../../src/web/guessing.ts";

Deno.test("mistyping twice costs nothing, then each failure doubles the wait up to 15 min", () => {
  const guessing = slowDownGuessing(() => 0);
  const waits = Array.from({ length: 14 }, () => {
    guessing.failed("192.0.2.1");
    return guessing.waitMs("192.0.2.1") / 1000;
  });
  assert.deepEqual(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
});

Deno.test("an address that knows the password is free again, and others never waited", () => {
  const guessing = slowDownGuessing(() => 0);
  for (let i = 0; i < 5; i++) guessing.failed("192.0.2.1");
  assert.equal(guessing.waitMs("192.0.2.2"), 0);
  guessing.succeeded("192.0.2.1");
  assert.equal(guessing.waitMs("192.0.2.1"), 0);
});

Deno.test("the addresses of one IPv6 network count as one", () => {
  const guessing = slowDownGuessing(() => 0);
  for (let i = 0; i < 5; i++) guessing.failed(`2001:db8:1:2::${i}`);
  assert.ok(guessing.waitMs("2001:db8:1:2:ffff::1") > 0);
  assert.equal(guessing.waitMs("2001:db8:1:3::1"), 0);
});

Deno.test("a thousand addresses are remembered and no more", () => {
  const guessing = slowDownGuessing(() => 0);
  for (let i = 0; i < 3; i++) guessing.failed("192.0.2.1");
  for (let i = 0; i < 1_000; i++) guessing.failed(`198.51.${i >> 8}.${i & 255}`);
  assert.equal(guessing.waitMs("192.0.2.1"), 0);
});
