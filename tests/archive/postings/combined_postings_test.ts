import assert from "node:assert/strict";
import fc from "fast-check";
import type { Direction, PostingList } from "../../../src/archive/sqlite/postings/candidates.ts";
import {
  DifferencePostings,
  IntersectionPostings,
  UnionPostings,
} from "../../../src/archive/sqlite/postings/combined_postings.ts";
import { MemoryPostings, present } from "../../../src/archive/sqlite/postings/postings.ts";

/** Documents with whether each was removed, ascending. */
const docs = fc.uniqueArray(fc.record({ doc: fc.integer({ min: 1, max: 60 }), isRemoved: fc.boolean() }), {
  selector: ({ doc }) => doc,
  maxLength: 40,
}).map((list) => list.toSorted((a, b) => a.doc - b.doc));
type List = { doc: number; isRemoved: boolean }[];

const postings = (list: List, direction: Direction) =>
  new MemoryPostings(Float64Array.from(list, ({ doc, isRemoved }) => isRemoved ? -doc : doc), direction);
const has = (list: List, doc: number) => list.some((one) => one.doc === doc && !one.isRemoved);

/** Reads a list step by step, and skips as told. */
function readAll(list: PostingList, direction: Direction, steps: number[], skipTo?: number): number[] {
  const found: number[] = [];
  if (skipTo !== undefined) list.skip(skipTo);
  for (let n = 0, bound; (bound = list.bound(steps[n % steps.length]!)) !== undefined; n++) {
    const taken = [...present(list.take(bound))];
    found.push(...direction === "DESC" ? taken.reverse() : taken);
  }
  return found;
}

Deno.test("unions, intersections and differences have the right documents, in both directions, from anywhere", () => {
  fc.assert(
    fc.property(
      fc.array(docs, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<Direction>("ASC", "DESC"),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.option(fc.integer({ min: 0, max: 61 }), { nil: undefined }),
      (lists, direction, steps, skipTo) => {
        const all = Array.from({ length: 60 }, (_, n) => n + 1)
          .filter((doc) => skipTo === undefined || (direction === "ASC" ? doc >= skipTo : doc <= skipTo));
        if (direction === "DESC") all.reverse();
        const open = () => lists.map((list) => postings(list, direction));
        const [first, ...others] = lists as [List, ...List[]];
        const union = new UnionPostings(open(), direction, { either: true });
        assert.deepEqual(
          readAll(union, direction, steps, skipTo),
          all.filter((doc) => lists.some((list) => has(list, doc))),
        );
        const intersection = new IntersectionPostings(open(), direction);
        assert.deepEqual(
          readAll(intersection, direction, steps, skipTo),
          all.filter((doc) => lists.every((list) => has(list, doc))),
        );
        const [one, ...rest] = open();
        const difference = rest.reduce<PostingList>(
          (list, other) => new DifferencePostings(list, other, direction),
          one!,
        );
        assert.deepEqual(
          readAll(difference, direction, steps, skipTo),
          all.filter((doc) => has(first, doc) && !others.some((list) => has(list, doc))),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
