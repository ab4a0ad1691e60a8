import assert from "node:assert/strict";
import fc from "fast-check";
import {
  changedCounts,
  hourId,
  hourOf,
  packCounts,
  readCounts,
  type UserCount,
} from "../../../src/archive/sqlite/statistics/hour_counts.ts";
import { UserTotals } from "../../../src/archive/sqlite/statistics/user_totals.ts";

const userId = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
);
const counts = (least: number) =>
  fc.uniqueArray(
    fc.tuple(userId, fc.integer({ min: least, max: 100_000 }).filter((count) => count !== 0)),
    { selector: ([id]) => id, maxLength: 200 },
  ).map((list) => list.sort(([a], [b]) => a - b));

function unpacked(packed: Uint8Array): UserCount[] {
  const list: UserCount[] = [];
  readCounts(packed, (...count) => list.push(count));
  return list;
}

Deno.test("packed counters of users are read as they were", () => {
  fc.assert(fc.property(counts(1), (list) => assert.deepEqual(unpacked(packCounts(list)), list)));
  assert.equal(packCounts([[1_000_000, 1], [1_000_090, 3]]).length, 3 + 1 + 1 + 1);
});

Deno.test("a damaged row of counters is read to its end", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    assert.ok(unpacked(bytes).length <= bytes.length);
  }));
});

Deno.test("changes are added to counters, and users without messages are left out", () => {
  fc.assert(fc.property(counts(1), counts(-100_000), (before, changes) => {
    const sums = new Map<number, number>(before);
    for (const [id, change] of changes) sums.set(id, (sums.get(id) ?? 0) + change);
    const right = [...sums].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
    assert.deepEqual(changedCounts(before, changes), right);
  }));
});

Deno.test("the totals of users are sums, and the top is sorted by messages and then by id", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(userId, fc.integer({ min: 1, max: 9 })), { maxLength: 3_000 }),
      fc.integer({ min: 1, max: 20 }),
      (list, limit) => {
        const totals = new UserTotals();
        const right = new Map<number, number>();
        for (const [id, count] of list) {
          totals.add(id, count);
          right.set(id, (right.get(id) ?? 0) + count);
        }
        assert.equal(totals.size, right.size);
        assert.equal(totals.messages, list.reduce((sum, [, count]) => sum + count, 0));
        const sorted = [...right].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
        assert.deepEqual(totals.top(limit), sorted.slice(0, limit));
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("the hours of a channel are neighbours, and those of the next channel follow", () => {
  assert.ok(hourId(1, 2 ** 24 - 1) < hourId(2, 0));
  assert.equal(hourOf(hourId(7, 474_804)), 474_804);
});
