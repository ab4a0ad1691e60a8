/** Only the port maps document numbers to message ids, so an index may number documents in any way. */
import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import { openForReading } from "../../../src/archive/sqlite/file/connection.ts";
import type {
  CandidateIndex,
  CandidateLists,
  DocRange,
  IndexTerm,
} from "../../../src/archive/sqlite/postings/candidates.ts";
import { type DirectedQuery, SearchExecutor } from "../../../src/archive/sqlite/search/execute.ts";
import type { RowReader } from "../../../src/archive/sqlite/search/row_verifier.ts";
import { MemoryPostings, positionOf } from "../../../src/archive/sqlite/postings/postings.ts";
import { ReadCostModel } from "../../../src/archive/sqlite/search/read_cost.ts";
import { termsOfEvent } from "../../../src/archive/sqlite/search/terms.ts";
import { textMatcher } from "../../../src/search/evaluate.ts";
import { ANN, BEN, message } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { everyId, searchOf } from "../../support/search.ts";

/** These searches need only the text. */
const ROWS: RowReader = {
  textOf: ([, text]) => text,
  eventOf: () => {
    throw new Error("not needed");
  },
};

/** Numbers documents 1, 2, 3 … */
class NumberedIndex implements CandidateIndex, CandidateLists {
  readonly #ids: Float64Array;
  readonly #terms: Set<string>[];

  constructor(ids: number[], terms: string[]) {
    this.#ids = Float64Array.from(ids);
    this.#terms = terms.map((each) => new Set(each.split(" ")));
  }

  picker(): () => number | undefined {
    throw new Error("not needed");
  }

  lists(): CandidateLists {
    return this;
  }

  list({ text, prefix }: IndexTerm, { from, to, direction }: DocRange): MemoryPostings {
    const docs = this.#terms.flatMap((terms, i) =>
      i + 1 >= from && i + 1 < to &&
        (prefix ? [...terms].some((term) => term.startsWith(text)) : terms.has(text))
        ? [i + 1]
        : []
    );
    return new MemoryPostings(Float64Array.from(docs), direction);
  }

  words(): [] {
    return [];
  }

  pagesOfPrefix(): number {
    return 1;
  }

  timeOf(doc: number): number {
    return this.#ids[doc - 1] ?? Infinity;
  }

  docAt(id: number): number {
    return positionOf(this.#ids, id) + 1;
  }
}

Deno.test("documents may have any numbers that ascend with their messages", () => {
  using archive = openArchive();
  const texts = Array.from({ length: 3_000 }, (_, n) => `goal ${n % 7 === 0 ? "lake" : "hill"} number ${n}`);
  const events = texts.map((text, n) => message(n % 3 === 0 ? BEN : ANN, text));
  const ids = archive.append(events);
  const userOf = (n: number) => n % 3 === 0 ? 12 : 11;
  const index = new NumberedIndex(
    ids,
    events.map((event, n) => termsOfEvent(event, { channelId: 1, userId: userOf(n) })),
  );
  using db = openForReading(archive.path);
  const costs = new ReadCostModel();
  const finder = new SearchExecutor(db, () => index, ROWS, { costs });
  let steps = 0;
  const all = (query: DirectedQuery) =>
    everyId((rest) => {
      // Sometimes, rows count as slow.
      for (let i = 0; i < 2; i++) costs.verified(100, steps++ % 4 < 2 ? 100 : 0);
      return finder.find(rest, 5_000);
    }, query);
  for (const typed of ["goal", "goal lake", '"lake number"', "num* lake", "hil*", '"goal hill" num*']) {
    const search = searchOf(typed);
    for (const userId of [undefined, 11]) {
      const right = ids.filter((_, n) =>
        (userId ?? userOf(n)) === userOf(n) && textMatcher(search)(texts[n]!)
      );
      assert.deepEqual(all({ search, userId, place: { at: "after", id: -1 } }), right, typed);
      assert.deepEqual(all({ search, userId }), right.toReversed(), typed);
      const middle = ids[1_500]!;
      assert.deepEqual(
        all({ search, userId, place: { at: "after", id: middle } }),
        right.filter((id) => id > middle),
        typed,
      );
      const before = all({ search, userId, place: placeBefore(middle) });
      assert.deepEqual(before, right.filter((id) => id < middle).toReversed(), typed);
    }
  }
});
