/** Both implementations of the index find the same documents as a scan of every row. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { IndexHealth } from "../../../src/archive/sqlite/fts5/health.ts";
import { PostingLists } from "../../../src/archive/sqlite/fts5/posting_lists.ts";
import { MatchIndex } from "../../../src/archive/sqlite/match/match_index.ts";
import type { CandidateIndex, DocRange, IndexTerm } from "../../../src/archive/sqlite/postings/candidates.ts";
import { present } from "../../../src/archive/sqlite/postings/postings.ts";

const WORDS = ["a", "ab", "abc", "abd", "b", "ba", "often", "oft", "草", "草生", "\u{e000}c1", "\u{e000}c12"];
/** An id like those of messages in 2026. */
const FIRST_ID = 1.79e12 * 64;

/** An index with small pages, so that even a few rows need many of them. */
function openIndex(pageBytes: number): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(`
    CREATE VIRTUAL TABLE messages_index USING fts5(
      terms, content='', columnsize=0, detail=none,
      tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn So Pc'"
    );
    INSERT INTO messages_index (messages_index, rank) VALUES ('pgsz', ${pageBytes});
  `);
  return db;
}

function write(db: DatabaseSync, id: number, terms: string): void {
  db.prepare("INSERT INTO messages_index (rowid, terms) VALUES (?, ?)").run(BigInt(id), terms);
}

function remove(db: DatabaseSync, id: number, terms: string): void {
  db.prepare("INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', ?, ?)")
    .run(BigInt(id), terms);
}

const ascending = (a: number, b: number) => a - b;

/** The documents that a scan of every row finds, ascending. */
function look(rows: Map<number, string>, { text, prefix }: IndexTerm): number[] {
  return [...rows].filter(([, terms]) =>
    terms.split(" ").some((term) => prefix ? term.startsWith(text) : term === text)
  ).map(([doc]) => doc).sort(ascending);
}

/** The documents of a list, read in steps; after the first step, it skips to `skipTo`. */
function read(index: CandidateIndex, term: IndexTerm, range: DocRange, skipTo?: number): number[] {
  const list = index.lists().list(term, range);
  const all: number[] = [];
  for (let size = 1, bound; (bound = list.bound(size)) !== undefined; size = size % 50 + 7) {
    const docs = present(list.take(bound));
    all.push(...range.direction === "DESC" ? docs.toReversed() : docs);
    if (skipTo !== undefined) list.skip(skipTo);
  }
  return all;
}

function isReadable(index: CandidateIndex, { text, prefix }: IndexTerm): boolean {
  return !prefix || index.lists().pagesOfPrefix(text, 1_000) < Infinity;
}

/** Checks every list of the index, from both ends, completely and in parts. */
function checkAll(db: DatabaseSync, rows: Map<number, string>, parts: [number, number][]): void {
  const terms = [
    ...WORDS.map((text) => ({ text, prefix: false })),
    ...["a", "o", "oft", "zz", "草", "\u{e000}c1", "w1"].map((text) => ({ text, prefix: true })),
  ];
  const indexes = [new PostingLists(db), new MatchIndex(db)];
  for (const term of terms) {
    const docs = look(rows, term);
    for (const index of indexes.filter((index) => isReadable(index, term))) {
      for (const direction of ["DESC", "ASC"] as const) {
        for (const [from, to] of [[0, Number.MAX_SAFE_INTEGER] as const, ...parts]) {
          const label = `${index.constructor.name}: ${JSON.stringify(term)} ${direction} ${from}..${to}`;
          checkList(
            index,
            term,
            { from, to, direction },
            docs.filter((doc) => doc >= from && doc < to),
            label,
          );
        }
      }
    }
  }
}

/** @param docs the expected documents of the list, ascending */
function checkList(
  index: CandidateIndex,
  term: IndexTerm,
  range: DocRange,
  docs: number[],
  label: string,
): void {
  const all = range.direction === "DESC" ? docs.toReversed() : docs;
  assert.deepEqual(read(index, term, range), all, label);
  const at = Math.floor(all.length * 0.7);
  const target = all[at];
  if (target === undefined) return;
  const passed = read(index, term, range, target);
  const first = passed.findIndex((doc) => range.direction === "DESC" ? doc <= target : doc >= target);
  assert.deepEqual(passed.slice(first), all.slice(at), `${label}, from ${target} on`);
  const list = index.lists().list(term, range);
  assert.ok(list.reaches(target, 1_000), label);
  assert.deepEqual(
    [...present(list.take(target))],
    all.slice(0, at + 1).sort(ascending),
    `${label}, to ${target}`,
  );
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      say: fc.array(fc.array(fc.nat(40), { maxLength: 6 }), { maxLength: 40 }),
      gap: fc.nat(5_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ take: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ again: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 }) }),
  },
  { weight: 1, arbitrary: fc.record({ late: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ merge: fc.integer({ min: -4, max: 12 }) }) },
);

Deno.test("both implementations of the index find the same as a scan of every row, however rows were written", () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 3, maxLength: 40 }),
      fc.constantFrom(64, 200, 4050),
      (steps, pageBytes) => {
        using db = openIndex(pageBytes);
        const rows = new Map<number, string>();
        const some = (parts: number[]) => {
          const ids = [...rows.keys()];
          return [...new Set(parts.map((part) => ids[Math.floor(part * (ids.length - 1))]))].filter((id) =>
            id !== undefined
          );
        };
        let id = FIRST_ID;
        for (const step of steps) {
          db.exec("BEGIN");
          if ("say" in step) {
            for (const words of step.say) {
              const terms = `often ${words.map((n) => WORDS[n] ?? `w${n}x${id % 977}`).join(" ")}`;
              write(db, id += 1 + step.gap, terms);
              rows.set(id, terms);
            }
          } else if ("take" in step) {
            for (const one of some(step.take).sort((a, b) => a - b)) {
              remove(db, one, rows.get(one)!);
              rows.delete(one);
            }
          } else if ("again" in step) {
            for (const one of some(step.again)) {
              const terms = rows.get(one)!.includes("abc") ? "often ab" : "often abc";
              remove(db, one, rows.get(one)!);
              write(db, one, terms);
              rows.set(one, terms);
            }
          } else if ("late" in step) {
            const late = FIRST_ID - 1_000_000 + step.late * 7;
            if (!rows.has(late)) {
              write(db, late, "often late abc");
              rows.set(late, "often late abc");
            }
          } else if (step.merge !== 0) {
            db.prepare("INSERT INTO messages_index (messages_index, rank) VALUES ('merge', ?)").run(
              step.merge,
            );
          }
          db.exec("COMMIT");
        }
        const ids = [...rows.keys()].sort((a, b) => a - b);
        const at = (part: number) => ids[Math.floor(part * (ids.length - 1))] ?? FIRST_ID;
        checkAll(db, rows, [[at(0.3), at(0.8)], [at(0.5), at(0.5) + 1], [at(0.9), at(0.1)], [
          id + 1,
          id + 5,
        ]]);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a prefix is not read while a merge has stopped within its terms, since an id may occur twice", () => {
  using db = openIndex(64);
  const words = Array.from({ length: 60 }, (_, i) => `goal${i + 10}`);
  write(db, 7, "goal50");
  // With a word that is merged earlier than the previous one.
  db.exec("BEGIN");
  remove(db, 7, "goal50");
  write(db, 7, "goal20");
  for (const [i, word] of words.entries()) write(db, 100 + i, `${word} far high`);
  db.exec("COMMIT; BEGIN");
  for (const [i, word] of words.entries()) write(db, 200 + i, `${word} far high`);
  db.exec("COMMIT");
  const merge = (pages: number) =>
    db.prepare("INSERT INTO messages_index (messages_index, rank) VALUES ('merge', ?)").run(pages);
  merge(-1);
  const index = new PostingLists(db);
  let readable = 0;
  // A restarted merge leaves no trace of the previous one.
  for (let step = 0; step < 20; step++, merge(step === 5 ? -1 : 1)) {
    const term = { text: "goal", prefix: true };
    if (!isReadable(index, term)) continue;
    readable++;
    const range = { from: 0, to: Number.MAX_SAFE_INTEGER, direction: "DESC" } as const;
    const right = [7, ...words.map((_, i) => 100 + i), ...words.map((_, i) => 200 + i)];
    assert.deepEqual(read(index, term, range), right.toReversed(), `after ${step} steps`);
    assert.ok(isReadable(index, { text: "hi", prefix: true }));
  }
  assert.ok(readable > 0 && readable < 20, `it could be read ${readable} times`);
});

Deno.test("the pages of an index of another format are not read", () => {
  using db = openIndex(4050);
  db.exec(`
    CREATE TABLE index_faults (index_name TEXT PRIMARY KEY, reason TEXT);
    INSERT INTO messages_index (messages_index, rank) VALUES ('secure-delete', 1);
    INSERT INTO messages_index (rowid, terms) VALUES (1, 'a');
    INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', 1, 'a');
  `);
  const { fault, unreadable = "" } = new IndexHealth(db, "messages_index").marks();
  assert.equal(fault, undefined);
  assert.match(unreadable, /format 5 .* reads format 4/);
});
