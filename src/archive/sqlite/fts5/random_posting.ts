/** Picks random documents of a list that spans pages, without reading more than some of them. */
import type { Docs } from "../postings/candidates.ts";

/** A list with at most this many pages is read as a whole. */
const FEW_PAGES = 32;
/** More documents than a page of 4 kB has: each takes a byte at least. */
const MAX_DOCS = 4_096;
/** Pages have 1,200 documents on average, so a try succeeds with a probability of a quarter. */
const TRIES = 200;

/**
 * Returns a function that picks a page and a place on it, until the place is taken: so each document is equally likely, on full
 * pages and on others. It returns undefined if all tries fail, or the list is empty.
 * @param read the documents on a page, from 0; removed ones are negative
 */
export function randomPicker(pages: number, read: (page: number) => Docs): () => number | undefined {
  if (pages <= FEW_PAGES) {
    const docs = Array.from({ length: pages }, (_, page) => [...read(page)]).flat().filter((doc) => doc > 0);
    return () => docs[random(docs.length)];
  }
  return () => {
    for (let tries = 0; tries < TRIES; tries++) {
      const doc = read(random(pages))[random(MAX_DOCS)];
      if (doc !== undefined && doc > 0) return doc;
    }
    return undefined;
  };
}

/** A whole number, 0 to `end` excluded. */
function random(end: number): number {
  return Math.floor(Math.random() * end);
}
