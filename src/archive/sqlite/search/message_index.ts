/** Chooses the implementation for `messages_index`: FTS5's pages, or MATCH if this program cannot read the pages. */
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../../../chat/errors.ts";
import { indexFaultOf, IndexHealth } from "../fts5/health.ts";
import { PostingLists } from "../fts5/posting_lists.ts";
import { MatchIndex } from "../match/match_index.ts";
import type { CandidateIndex, DocRange } from "../postings/candidates.ts";
import { present } from "../postings/postings.ts";
import { scopeTerms } from "./terms.ts";

/** The self-check compares terms from this many pages, and this many documents of each at three places. */
const CHECKED_PAGES = 2;
const CHECKED_DOCS = 50;

export class MessageIndex {
  readonly #db: DatabaseSync;
  readonly #health: IndexHealth;
  #pages: PostingLists | undefined;
  #match: MatchIndex | undefined;
  #isChecked = false;
  /** Why the self-check failed. */
  #wrong: string | undefined;
  /** Why MATCH is used, as of the last `open` or `check`; undefined if the pages are. */
  unreadable: string | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#health = new IndexHealth(db, "messages_index");
  }

  /** The implementation to use. @throws AppError index_unusable */
  open(): CandidateIndex {
    const { fault, unreadable } = this.#health.marks();
    if (fault !== undefined) throw new AppError("index_unusable", fault);
    this.unreadable = unreadable ?? this.#wrong;
    return this.unreadable === undefined ? this.#pages ??= new PostingLists(this.#db) : this.#byMatch();
  }

  /**
   * The self-check: compares some lists with the results of MATCH, once. Call it in a transaction. It takes 5 to 10 ms, so
   * a reader gives its first answer without it.
   * @returns true if it failed, so that MATCH is used from now on
   * @throws AppError index_unusable
   */
  check(): boolean {
    this.open();
    if (this.unreadable !== undefined || this.#isChecked) return false;
    const match = this.#byMatch();
    const wrong = this.#readPages(match);
    this.#isChecked = true;
    if (wrong !== undefined && !this.#finds(match)) {
      throw new AppError("index_unusable", `${wrong}, and FTS5 itself does not find messages by it`);
    }
    this.unreadable = this.#wrong = wrong;
    return wrong !== undefined;
  }

  #byMatch(): MatchIndex {
    return this.#match ??= new MatchIndex(this.#db);
  }

  /** Why the pages cannot be read; undefined if they can. */
  #readPages(match: MatchIndex): string | undefined {
    try {
      const pages = this.#pages ??= new PostingLists(this.#db);
      const wrong = pages.someTerms(CHECKED_PAGES).find((term) => !agree(term, pages, match));
      return wrong === undefined ? undefined : `its list of “${wrong}” is not what FTS5 itself finds`;
    } catch (error) {
      return indexFaultOf(error).message;
    }
  }

  /** Whether MATCH finds the oldest and the newest message. */
  #finds(match: MatchIndex): boolean {
    return [
      "SELECT id, channel_id FROM messages ORDER BY id LIMIT 1",
      "SELECT id, channel_id FROM messages ORDER BY id DESC LIMIT 1",
    ].every((sql) => {
      const row = this.#db.prepare(sql).get() as { id: number; channel_id: number } | undefined;
      if (row === undefined) return true;
      const { text } = scopeTerms({ channelId: row.channel_id })[0]!;
      const from = match.docAt(row.id);
      return match.first(text, { from, to: from + 1, direction: "ASC" }, 1).length === 1;
    });
  }
}

/** Whether the list of a term equals the results of MATCH: at both ends and in the middle. */
function agree(term: string, pages: PostingLists, match: MatchIndex): boolean {
  const compare = (range: DocRange) => {
    const found = match.first(term, range, CHECKED_DOCS);
    const read = firstDocs(term, pages, range);
    return {
      first: found[0],
      isSame: read.length === found.length && read.every((doc, i) => doc === found[i]),
    };
  };
  const whole = { from: 0, to: Number.MAX_SAFE_INTEGER };
  const [newest, oldest] = [
    compare({ ...whole, direction: "DESC" }),
    compare({ ...whole, direction: "ASC" }),
  ];
  if (!newest.isSame || !oldest.isSame) return false;
  if (newest.first === undefined || oldest.first === undefined) return true;
  const middle = Math.floor((oldest.first + newest.first) / 2);
  return compare({ ...whole, to: middle, direction: "DESC" }).isSame &&
    compare({ ...whole, from: middle, direction: "ASC" }).isSame;
}

/** The first documents of a range that contain a term, in the order of its direction. */
function firstDocs(term: string, pages: PostingLists, range: DocRange): number[] {
  const list = pages.lists().list({ text: term, prefix: false }, range);
  const docs: number[] = [];
  for (let bound; docs.length < CHECKED_DOCS && (bound = list.bound(CHECKED_DOCS)) !== undefined;) {
    const taken = present(list.take(bound));
    docs.push(...range.direction === "DESC" ? taken.toReversed() : taken);
  }
  return docs.slice(0, CHECKED_DOCS);
}
