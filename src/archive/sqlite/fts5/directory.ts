/** The statements that read FTS5's own tables: its pages, and the directory of their first terms. */
import type { DatabaseSync } from "node:sqlite";
import { prepareArrays } from "../file/connection.ts";

const BLOCK = `
  SELECT block
  FROM messages_index_data
  WHERE id = ?`;

const BLOCKS = `
  SELECT block
  FROM messages_index_data
  WHERE id BETWEEN ? AND ?
  ORDER BY id`;

const PAGE_BEFORE = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term <= ?
  ORDER BY term DESC
  LIMIT 1`;

const PAGES_BETWEEN = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term > ? AND term < ?
  ORDER BY term`;

const COUNT_BETWEEN = `
  SELECT count(*) AS pages
  FROM (SELECT 1 FROM messages_index_idx WHERE segid = ? AND term > ? AND term < ? LIMIT ?)`;

const PAGE_AFTER = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term >= ?
  ORDER BY term
  LIMIT 1`;

/** @throws an error if the index lacks one of its tables */
export function prepareDirectory(db: DatabaseSync) {
  return {
    block: prepareArrays(db, BLOCK),
    blocks: prepareArrays(db, BLOCKS),
    before: db.prepare(PAGE_BEFORE),
    between: db.prepare(PAGES_BETWEEN),
    count: db.prepare(COUNT_BETWEEN),
    after: db.prepare(PAGE_AFTER),
  };
}
