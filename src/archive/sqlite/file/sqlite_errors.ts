/** Maps SQLite's errors to the codes of the archive's contract: https://www.sqlite.org/rescode.html */
import { AppError } from "../../../chat/errors.ts";

const CORRUPT = 11;
const NOTADB = 26;
/** The extended code of a full-text index whose own records are damaged. */
const CORRUPT_VTAB = 267;

/** Primary codes of errors about the file: PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL, NOLFS. */
const UNAVAILABLE = new Set([3, 5, 6, 7, 8, 10, 13, 14, 15, 22]);
const DAMAGED = new Set([CORRUPT, NOTADB]);

/** The same errors by their messages: `exec` of node:sqlite throws without a code. */
const UNAVAILABLE_WORDS =
  /is locked|out of memory|readonly database|disk I\/O error|is full|unable to open|locking protocol/;
const DAMAGED_WORDS = /is malformed|malformed database schema|not a database|^fts5: corrupt/;

/** Returns AppError damaged or unavailable for an error of SQLite about the file, and any other error unchanged. */
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

/** Whether the error means that the file is damaged: it contains values that no writer has written. */
export function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  // An integer beyond 2^53: the writer never writes one.
  if ("code" in error && error.code === "ERR_OUT_OF_RANGE") return true;
  if (!isOfSqlite(error)) return false;
  const code = codeOf(error);
  return code === undefined ? DAMAGED_WORDS.test(error.message) : DAMAGED.has(code & 0xff);
}

/** Whether the records of a full-text index are damaged, not the file's pages. */
export function isIndexDamage(error: unknown): boolean {
  if (!isOfSqlite(error)) return false;
  const code = codeOf(error);
  return code === undefined ? /^fts5: corrupt/.test(error.message) : code === CORRUPT_VTAB;
}

export function isOfSqlite(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/** The extended result code; undefined if the error has none. */
export function codeOf(error: unknown): number | undefined {
  const isCoded = error instanceof Error && "errcode" in error && typeof error.errcode === "number";
  return isCoded ? error.errcode as number : undefined;
}
