/** Returns free pages to the file system, a few at a time. */
import type { DatabaseSync } from "node:sqlite";
import { readPragma } from "./pragma.ts";

/** The value of `PRAGMA auto_vacuum` that lets free pages be returned one by one. It is set before the first table. */
const INCREMENTAL = 2;
/** Free pages that stay for the next writes: this number or a fiftieth of the file. Returning all would cost more. */
const KEPT_PAGES = 250;
const KEPT_SHARE = 1 / 50;

/** Returns at most `pages` pages to the file system, but keeps a reserve. True if there are more to return. */
export function reclaim(db: DatabaseSync, pages: number): boolean {
  const kept = Math.max(KEPT_PAGES, Math.floor(readPragma(db, "page_count") * KEPT_SHARE));
  return freePages(db, pages, readPragma(db, "freelist_count") - kept);
}

/** The same without a reserve, for an archive that will not be written for a while. */
export function reclaimAll(db: DatabaseSync, pages: number): boolean {
  return freePages(db, pages, readPragma(db, "freelist_count"));
}

/**
 * Whether free pages can be returned: files of early versions cannot. Only VACUUM changes such a file, and Deno's sandbox
 * does not let this program run it.
 */
export function canReclaim(db: DatabaseSync): boolean {
  return readPragma(db, "auto_vacuum") === INCREMENTAL;
}

function freePages(db: DatabaseSync, pages: number, spare: number): boolean {
  if (spare <= 0 || !canReclaim(db)) return false;
  // The pragma frees one page for each row that is read.
  db.prepare(`PRAGMA incremental_vacuum(${Math.min(pages, spare)})`).all();
  return spare > pages;
}
