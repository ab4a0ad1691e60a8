import assert from "node:assert/strict";
import { listsOf, segmentsOf, termsOn } from "../../../src/archive/sqlite/fts5/format.ts";
import { PagedPostings } from "../../../src/archive/sqlite/fts5/paged_postings.ts";

for (const direction of ["DESC", "ASC"] as const) {
  Deno.test(`skipped parts of a long list are hardly read, ${direction}`, () => {
    let reads = 0;
    const page = (n: number) => {
      reads++;
      return Float64Array.from({ length: 1_000 }, (_, i) => 1 + n * 1_000 + i);
    };
    const list = new PagedPostings(page, { first: 0, last: 999 }, { from: 0, to: 2_000_000, direction });
    const isDescending = direction === "DESC";
    const target = isDescending ? 123_456 : 876_543;
    assert.equal(list.take(list.bound(10)!).length, 10);
    list.skip(target);
    const bound = list.bound(2_000)!;
    const ids = list.take(bound);
    assert.ok(ids.includes(target) && ids.length <= 1_000);
    assert.ok(reads <= 5 + 2 * Math.log2(1_000), `${reads} pages were read`);
    list.skip(isDescending ? 122_000 : 878_000);
    const before = reads;
    assert.ok(list.take(list.bound(1)!).length > 0);
    assert.ok(reads - before <= 3, `${reads - before} pages were read for what lies beside`);
  });
}

Deno.test("damaged pages throw an error and never loop forever", () => {
  const structure = [0, 0, 0, 5, 1, 1, 0, 0, 1, 7, 1, 1];
  assert.deepEqual(segmentsOf(new Uint8Array(structure)), [{ id: 7, first: 1, last: 1 }]);
  const many = [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
  assert.throws(() => segmentsOf(new Uint8Array([0, 0, 0, 5, ...many, 1, 0, 0, 1, 7, 1, 1])), /cannot have/);
  assert.throws(() => segmentsOf(new Uint8Array([0, 0, 0, 5, 1, 1, 0, 0, ...many, 7, 1, 1])), /cannot have/);
  assert.throws(() => segmentsOf(new Uint8Array(structure.slice(0, -2))), /cut short/);
  const term = new TextEncoder().encode("0a");
  const leaf = [0, 0, 0, 9, 2, 0x30, 0x61, 3, 1, 4];
  assert.equal(listsOf(new Uint8Array(leaf), term, false).length, 1);
  assert.deepEqual(termsOn(new Uint8Array(leaf)), ["a"]);
  for (const length of [0, 3, 8]) {
    assert.throws(() => termsOn(new Uint8Array(leaf.slice(0, length))), /cut short/);
    assert.throws(() => listsOf(new Uint8Array(leaf.slice(0, length)), term, false), /cut short/);
  }
});
