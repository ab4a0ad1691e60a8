import assert from "node:assert/strict";
import fc from "fast-check";
import { packId, sameId, unpackId } from "../../../src/archive/sqlite/codec/twitch_message_id.ts";

const UUID = "0c1d2e3f-0000-4000-8000-000000000001";
/** Ids, and the number of bytes in which they are stored; 0 = as text. */
const IDS: [id: string, bytes: number][] = [
  [UUID, 16],
  [UUID.toUpperCase(), 0],
  [UUID.replace("-", "_"), 0],
  ["0OIrZW3lYhZpHw", 10],
  ["-_8", 2],
  // Bits that decoding base64 would lose.
  ["0OIrZW3lYhZpHx", 0],
  ["a", 0],
  ["", 0],
  ["not base64!", 0],
  // As long as the 16 bytes of a UUID.
  ["AAAAAAAAAAAAAAAAAAAAAA", 0],
];

Deno.test("an id is stored in the fewest bytes that restore it", () => {
  for (const [id, bytes] of IDS) {
    const packed = packId(id)!;
    assert.equal(typeof packed === "string" ? 0 : packed.length, bytes, id);
    assert.equal(unpackId(packed), id);
  }
  assert.equal(unpackId(packId(undefined)), undefined);
});

Deno.test("any id is restored exactly, and equals only itself", () => {
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
