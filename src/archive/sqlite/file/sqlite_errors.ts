/** SQLite's errors as the archive's contract names them, recognised by their codes: https://www.sqlite.org/rescode.html */

import { AppError } from "../../../chat/errors.ts";
const CORRUPT = 11;
const NOTADB = 26;
/** The extended code of a full-text index whose own records are damaged. */
const CORRUPT_VTAB = 267;

/** Primary codes that are about the file: PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL, NOLFS. */
const UNAVAILABLE = new Set([3, 5, 6, 7, 8, 10, 13, 14, 15, 22]);
const DAMAGED = new Set([CORRUPT, NOTADB]);

/** The same in SQLite's words: `exec` of node:sqlite throws without a code. */
const UNAVAILABLE_WORDS =
  /is locked|out of memory|readonly database|disk I\/O error|is full|unable to open|locking protocol/;
const DAMAGED_WORDS = /is malformed|malformed database schema|not a database|^fts5: corrupt/;

/** An error of SQLite that is about the file, as the contract names it; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (isDamage(error)) {
    return new AppError("damaged", `its file is damaged (${error.message})`, { cause: error });
  }
  if (!isOfSqlite(error)) return error;
  const code = codeOf(error);
  const isAboutTheFile = code === undefined
    ? UNAVAILABLE_WORDS.test(error.message)
    : UNAVAILABLE.has(code & 0xff);
  return isAboutTheFile ? new AppError("unavailable", error.message, { cause: error }) : error;
}

/** Whether something is in the file that no writer has put there. */
export function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  // A number beyond 2^53: none was ever written.
  if ("code" in error && error.code === "ERR_OUT_OF_RANGE") return true;
  if (!isOfSqlite(error)) return false;
  const code = codeOf(error);
  return code === undefined ? DAMAGED_WORDS.test(error.message) : DAMAGED.has(code & 0xff);
}

/** Whether SQLite says that the records of a full-text index are damaged, and not the file's pages. */
export function isIndexDamage(error: unknown): boolean {
  if (!isOfSqlite(error)) return false;
  const code = codeOf(error);
  return code === undefined ? /^fts5: corrupt/.test(error.message) : code === CORRUPT_VTAB;
}

export function isOfSqlite(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/** The extended result code; undefined where there is none. */
export function codeOf(error: unknown): number | undefined {
  const isCoded = error instanceof Error && "errcode" in error && typeof error.errcode === "number";
  return isCoded ? error.errcode as number : undefined;
}
