import assert from "node:assert/strict";
import fc from "fast-check";
import { packId, sameId, unpackId } from "../../src/archive/sqlite/codec/twitch_message_id.ts";

const UUID = "0c1d2e3f-0000-4000-8000-000000000001";
/** Ids, and in how many bytes they are kept; 0 = as a text. */
const IDS: [id: string, bytes: number][] = [
  [UUID, 16],
  [UUID.toUpperCase(), 0],
  [UUID.replace("-", "_"), 0],
  ["0OIrZW3lYhZpHw", 10],
  ["-_8", 2],
  // Bits that base64 would lose.
  ["0OIrZW3lYhZpHx", 0],
  ["a", 0],
  ["", 0],
  ["not base64!", 0],
  // As long as a UUID's 16 bytes.
  ["AAAAAAAAAAAAAAAAAAAAAA", 0],
];

Deno.test("an id is kept in as few bytes as bring it back", () => {
  for (const [id, bytes] of IDS) {
    const packed = packId(id)!;
    assert.equal(typeof packed === "string" ? 0 : packed.length, bytes, id);
    assert.equal(unpackId(packed), id);
  }
  assert.equal(unpackId(packId(undefined)), undefined);
});

Deno.test("whatever the id, it comes back, and is the same as itself alone", () => {
  const ids = fc.oneof(
    fc.uuid(),
    fc.string({ unit: fc.constantFrom(..."aZ09-_=x"), maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) =>
      bytes.toBase64({ alphabet: "base64url", omitPadding: true })
    ),
  );
  fc.assert(fc.property(ids, ids, (a, b) => {
    assert.equal(unpackId(packId(a)), a);
    assert.equal(sameId(packId(a), packId(b)), a === b);
  }));
});
