import assert from "node:assert/strict";
import { type ReadWindow, WindowedPostings } from "../../../src/archive/sqlite/postings/windowed_postings.ts";
import { positionOf, within } from "../../../src/archive/sqlite/postings/postings.ts";

/** A list of documents that counts its reads. Each read takes some milliseconds. */
function slowList(docs: Float64Array, ms: number) {
  const reads = { count: 0 };
  const read: ReadWindow = (range, max) => {
    reads.count++;
    for (const endAt = performance.now() + ms; performance.now() < endAt;);
    const found = within(docs, range);
    return range.direction === "DESC" ? found.toReversed().slice(0, max) : found.slice(0, max);
  };
  return { reads, read };
}

const HOUR = 3_600_000 * 64;

for (const direction of ["DESC", "ASC"] as const) {
  Deno.test(`one window is read between two checks of the clock, even if it is empty, ${direction}`, () => {
    // One document at either end, and years without any between them.
    const docs = Float64Array.of(1, 50_000 * HOUR);
    const { reads, read } = slowList(docs, 3);
    const list = new WindowedPostings(read, { from: 0, to: 60_000 * HOUR, direction });
    assert.ok(reads.count <= 2, `${reads.count} windows were read to open the list`);
    const found: number[] = [];
    for (let before = reads.count, bound; (bound = list.bound(50)) !== undefined; before = reads.count) {
      assert.ok(reads.count - before <= 1);
      found.push(...list.take(bound));
      assert.ok(reads.count - before <= 1);
    }
    assert.ok(reads.count < 40, `${reads.count} windows were read: empty ones grow`);
    assert.deepEqual(found, direction === "DESC" ? [...docs].reverse() : [...docs]);
  });

  Deno.test(`the size of a list is estimated with few reads, ${direction}`, () => {
    const docs = Float64Array.from({ length: 1_000_000 }, (_, i) => i * 1_000);
    const { reads, read } = slowList(docs, 0);
    const list = new WindowedPostings(read, { from: 0, to: 1e9, direction });
    assert.ok(list.size > 900_000 && list.size < 1_100_000, `its size was taken for ${list.size}`);
    const at = (n: number) => docs.at(direction === "DESC" ? -1 - n : n)!;
    const before = reads.count;
    assert.equal(list.reaches(at(500_000), 200), false);
    assert.ok(reads.count - before <= 10, `${reads.count - before} windows were read`);
    list.skip(at(600_000));
    assert.equal(list.reaches(at(600_100), 200), true);
    assert.equal(list.take(at(600_100)).length, 101);
    assert.equal(positionOf(docs, list.bound(1)!), positionOf(docs, at(600_101)));
  });
}
