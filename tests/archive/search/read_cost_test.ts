import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openForReading } from "../../../src/archive/sqlite/file/connection.ts";
import { type DirectedQuery, SearchExecutor } from "../../../src/archive/sqlite/search/execute.ts";
import type { RowReader } from "../../../src/archive/sqlite/search/row_verifier.ts";
import { PostingLists } from "../../../src/archive/sqlite/fts5/posting_lists.ts";
import { ReadCostModel } from "../../../src/archive/sqlite/search/read_cost.ts";
import { Lookup } from "../../../src/archive/sqlite/search/lookup.ts";
import { MessageTables } from "../../../src/archive/sqlite/search/message_tables.ts";
import { planOf } from "../../../src/archive/sqlite/search/plan.ts";
import type { DocRange } from "../../../src/archive/sqlite/postings/candidates.ts";
import { textMatcher } from "../../../src/search/evaluate.ts";
import { Random } from "../../../src/demo/script/random.ts";
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

/** Rows and milliseconds of successive reads, and whether rows count as slow afterwards. */
const looks: [looks: [rows: number, ms: number][], isSlow: boolean][] = [
  [[], false],
  [[[50, 0.1], [800, 1.5]], false],
  // Another thread ran in between.
  [[[50, 4], [50, 0.1]], false],
  [[[25, 1.5]], false],
  [[[25, 1.5], [25, 1.5]], true],
  // Too few to decide.
  [[[3, 1.5], [9, 1.5], [9, 1.5]], false],
  [[[25, 1.5], [3, 0.1], [25, 1.5]], true],
  [[[25, 1.5], [25, 1.5], [25, 0.1]], false],
];

for (const [looked, isSlow] of looks) {
  Deno.test(`after ${JSON.stringify(looked)} reads of rows are ${isSlow ? "slow" : "fast"}`, () => {
    const pace = new ReadCostModel(() => 0);
    const before = pace.costs;
    for (const [rows, ms] of looked) pace.verified(rows, ms);
    assert.equal(pace.costs.row > before.row, isSlow);
  });
}

Deno.test("rows count as slow for at most a second", () => {
  let now = 0;
  const pace = new ReadCostModel(() => now);
  const cheap = pace.costs;
  for (let i = 0; i < 2; i++) pace.verified(25, 2);
  now = 999;
  assert.notDeepEqual(pace.costs, cheap);
  now = 1_000;
  assert.deepEqual(pace.costs, cheap);
});

Deno.test("a search finds the same if the cost of rows changes while it runs", () => {
  using archive = openArchive();
  using db = new DatabaseSync(archive.path);
  // With small pages, a list of some thousand ids is long.
  db.exec("INSERT INTO messages_index (messages_index, rank) VALUES ('pgsz', 64)");
  const random = new Random(5);
  const texts = Array.from({ length: 4_000 }, () => {
    const words = ["goal", "lake", "hill"].map((word) => random.int(0, 2) < 2 ? word : "it");
    if (random.int(0, 20) === 0) words.splice(random.int(0, 3), 0, "rare");
    return words.join(" ");
  });
  const ids = archive.append(texts.map((text, n) => message(n % 3 === 0 ? BEN : ANN, text)));

  using read = openForReading(archive.path);
  const pace = new Fickle(random);
  const index = new PostingLists(read);
  const finder = new SearchExecutor(read, () => index, ROWS, { costs: pace });
  const all = (query: DirectedQuery) => findAll(finder, query);
  for (let round = 0; round < 20; round++) {
    for (const typed of ["rare goal", "rare goal lake hill", '"rare goal"', '"goal rare" hil*', "rare"]) {
      for (const userId of [undefined, 12]) {
        const search = searchOf(typed);
        const right = ids.filter((_, n) =>
          (userId === undefined || n % 3 === 0) && textMatcher(search)(texts[n]!)
        );
        assert.deepEqual(all({ search, userId, place: { at: "after", id: -1 } }), right);
        assert.deepEqual(all({ search, userId }), right.reverse());
      }
    }
  }
  assert.ok(pace.changes > 100, `${pace.changes} changes of mind`);
});

Deno.test("if candidates are so far apart that a whole long list is between them, their rows are read", () => {
  using archive = openArchive();
  using db = new DatabaseSync(archive.path);
  db.exec("INSERT INTO messages_index (messages_index, rank) VALUES ('pgsz', 64)");
  // "seldom" occurs often at first, and a few times at the end.
  const texts = Array.from({ length: 9_000 }, (_, n) => {
    const isSeldom = n < 800 ? n % 2 === 0 : n > 8_900 && n % 5 === 0;
    return `${n % 3 === 0 ? "it" : "goal"} ${isSeldom ? "seldom" : "often"}`;
  });
  const ids = archive.append(texts.map((text) => message(ANN, text)));
  const right = ids.filter((_, n) => texts[n] === "goal seldom");

  using read = openForReading(archive.path);
  const pace = new ReadCostModel();
  for (let i = 0; i < 2; i++) pace.verified(100, 100);
  const index = new PostingLists(read);
  const range: DocRange = { from: 0, to: ids.at(-1)! + 1, direction: "DESC" };
  const search = searchOf("goal seldom");
  const { lists: [, goal] } = planOf(search, new Lookup(index, new MessageTables(read), range), pace.costs);
  assert.equal(goal!.reaches(ids.at(-100)!, 200), true);
  assert.equal(goal!.reaches(ids[400]!, 200), false);

  const finder = new SearchExecutor(read, () => index, ROWS, { costs: pace });
  assert.deepEqual(findAll(finder, { search, place: { at: "after", id: -1 } }), right);
  assert.deepEqual(findAll(finder, { search }), right.toReversed());
});

/** Checks that each step that ends early had its time budget. */
function findAll(finder: SearchExecutor, query: DirectedQuery): number[] {
  return everyId((rest) => {
    const startedAt = performance.now();
    const step = finder.find(rest, 5_000);
    assert.ok(step.stoppedAt === undefined || performance.now() - startedAt > 10, "it has 10 ms");
    return step;
  }, query);
}

/** A cost model that changes between slow and fast at random. */
class Fickle extends ReadCostModel {
  changes = 0;

  constructor(private readonly random: Random) {
    super();
  }

  override verified(): void {
    const { costs } = this;
    const ms = this.random.int(0, 3) < 2 ? 1e6 : 0;
    super.verified(100, ms);
    if (this.costs !== costs) this.changes++;
  }
}
