/** Giving room that deletions have freed back to the file system, a little at a time. */
import type { DatabaseSync } from "node:sqlite";

/** Of `PRAGMA auto_vacuum`: free pages can be given back one by one. It must be chosen before the first table. */
const INCREMENTAL = 2;
/** So many free pages are kept for what comes next, or a fiftieth of the file: giving and taking costs more. */
const KEPT_PAGES = 250;
const KEPT_SHARE = 1 / 50;

/** Gives back at most so many pages; true where there are more than are worth keeping. */
export function reclaim(db: DatabaseSync, pages: number): boolean {
  const kept = Math.max(KEPT_PAGES, Math.floor(number(db, "page_count") * KEPT_SHARE));
  return giveBack(db, pages, number(db, "freelist_count") - kept);
}

/** The same where nothing will come next for a while: true where there are more. */
export function reclaimAll(db: DatabaseSync, pages: number): boolean {
  return giveBack(db, pages, number(db, "freelist_count"));
}

function giveBack(db: DatabaseSync, pages: number, spare: number): boolean {
  if (spare <= 0 || number(db, "auto_vacuum") !== INCREMENTAL) return false;
  // It yields a row a page, and goes no further than its rows are read.
  db.prepare(`PRAGMA incremental_vacuum(${Math.min(pages, spare)})`).all();
  return spare > pages;
}

function number(db: DatabaseSync, pragma: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0]);
}
