/** The most frequent words of the index that begin with a text. */
import { continued, listsOf, type Segment, termsWith } from "./format.ts";
import { boundsOf, type IndexPages } from "./index_pages.ts";
import { readDocs } from "./list_parts.ts";
import { DOCS_PER_PAGE } from "./paged_postings.ts";

/** Words to ask for again, for each one that is wanted. */
const CANDIDATES = 3;
/** With more pages of terms than this, words with lists shorter than `MIN_BYTES` cannot be among the most frequent. */
const FEW_PAGES = 5;
const MIN_BYTES = 16;
/** With more pages of terms than this, the words of a prefix are not read one by one. */
const MAX_WORD_PAGES = 120;

/**
 * The most frequent words that begin with a prefix, with approximate numbers of documents. If there are many words, only
 * those are known whose lists span several pages.
 */
export function frequentWords(
  pages: IndexPages,
  prefix: string,
  limit: number,
): [word: string, docs: number][] {
  const segments = pages.segments();
  const found = new Map<string, number>();
  for (const segment of segments) {
    for (const [word, docs] of wordsIn(pages, segment, prefix, limit)) {
      found.set(word, (found.get(word) ?? 0) + docs);
    }
  }
  // Where there are many words, a segment may have left some out that others have: the most frequent are asked for again.
  return [...found].sort((a, b) => b[1] - a[1]).slice(0, CANDIDATES * limit)
    .map(([word]): [string, number] => [word, docsOf(pages, word, segments)])
    .sort((a, b) => b[1] - a[1]).slice(0, limit);
}

/** The number of documents with a term: exact where a list is on two pages, else from the density of a page in the middle. */
function docsOf(pages: IndexPages, text: string, segments: readonly Segment[]): number {
  const { term, end } = boundsOf({ text, prefix: false });
  return segments.reduce((sum, segment) => {
    const page = pages.pageOf(term, segment);
    const leaf = pages.leaf(segment, page);
    const [start] = listsOf(leaf, term, false);
    if (start === undefined) return sum;
    const own = readDocs(leaf, start).length;
    const last = start.isLast ? pages.lastPage(end, segment) : page;
    const more = last - page;
    if (more === 0) return sum + own;
    const docsOn = (page: number) =>
      readDocs(pages.leaf(segment, page), continued(pages.leaf(segment, page))).length;
    const middle = more > 1 ? docsOn(page + Math.floor(more / 2)) : 0;
    return sum + own + (more - 1) * middle + docsOn(last);
  }, 0);
}

function* wordsIn(
  index: IndexPages,
  segment: Segment,
  prefix: string,
  limit: number,
): Generator<[word: string, docs: number]> {
  const { term, end } = boundsOf({ text: prefix, prefix: true });
  const first = index.pageOf(term, segment);
  const pages = [first, ...index.between(segment, term, end).filter((page) => page > first)];
  const last = index.lastPage(end, segment);
  // A list that continues on the next pages has no entry in the directory for them.
  const spans = pages.map((page, i) => ({ page, more: (pages[i + 1] ?? last) - page }));
  const few = spans.length <= MAX_WORD_PAGES;
  const read = few ? spans : spans.sort((a, b) => b.more - a.more).slice(0, limit);
  for (const { page, more } of read) {
    const leaf = index.leaf(segment, page);
    for (const { term: word, start } of termsWith(leaf, term, spans.length > FEW_PAGES ? MIN_BYTES : 0)) {
      if (!few && !start.isLast) continue;
      yield [
        word,
        readDocs(leaf, start).length + (start.isLast ? Math.max(0, more - 1) * DOCS_PER_PAGE : 0),
      ];
    }
  }
}
