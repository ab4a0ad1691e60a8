import assert from "node:assert/strict";
import { listsOf, segmentsOf, termsOn } from "../../../src/archive/sqlite/fts5/format.ts";
import { PagedPostings } from "../../../src/archive/sqlite/fts5/paged_postings.ts";
import { Random } from "../../../src/demo/script/random.ts";

for (const direction of ["DESC", "ASC"] as const) {
  Deno.test(`skipped parts of a long list are hardly read, ${direction}`, () => {
    let reads = 0;
    const docs = (first: number, last: number) => {
      reads += last - first + 1;
      return Float64Array.from({ length: (last - first + 1) * 1_000 }, (_, i) => 1 + first * 1_000 + i);
    };
    const list = new PagedPostings({ first: 0, last: 999, docs }, { from: 0, to: 2_000_000, direction });
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

Deno.test("however a long list is read, it has the documents of its range, each once", () => {
  const random = new Random(1);
  for (let round = 0; round < 300; round++) {
    const pages = Array.from({ length: random.int(2, 80) }, () => new Float64Array(random.int(1, 20)));
    let last = 0;
    for (const page of pages) {
      for (let i = 0; i < page.length; i++) {
        page[i] = (last += random.int(1, 5)) * (random.chance(0.1) ? -1 : 1);
      }
    }
    // The part of a list on its last page may be empty.
    if (random.chance(0.2)) pages.push(new Float64Array());
    const direction = random.chance(0.5) ? "DESC" : "ASC";
    const range = { from: random.int(0, last), to: random.int(0, last + 2), direction } as const;
    const all = pages.flatMap((page) => [...page]);
    let rest = all.filter((doc) => Math.abs(doc) >= range.from && Math.abs(doc) < range.to);
    const isBefore = (doc: number, bound: number) => direction === "DESC" ? doc > bound : doc < bound;
    const list = new PagedPostings({
      first: 0,
      last: pages.length - 1,
      docs: (first, last) => Float64Array.from(pages.slice(first, last + 1).flatMap((page) => [...page])),
    }, range);
    while (true) {
      if (random.chance(0.3)) {
        const doc = random.int(0, last + 1);
        list.skip(doc);
        rest = rest.filter((other) => !isBefore(Math.abs(other), doc));
      }
      if (random.chance(0.3)) list.reaches(random.int(0, last), random.int(0, 10));
      const count = random.int(1, 60);
      const bound = list.bound(count);
      assert.equal(bound === undefined, rest.length === 0);
      if (bound === undefined) break;
      const expected = rest.filter((doc) => !isBefore(bound, Math.abs(doc)));
      assert.ok(expected.length > 0 && expected.length <= count);
      assert.deepEqual([...list.take(bound)], expected);
      rest = rest.filter((doc) => isBefore(bound, Math.abs(doc)));
    }
  }
});

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
