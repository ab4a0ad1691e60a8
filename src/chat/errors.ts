/** The program's own errors. Each has a code, which is kept across threads and determines the HTTP status. */

export type ErrorCode =
  /** The store cannot be written or read now (locked, disk full, file gone, I/O error); the same call may succeed later. */
  | "unavailable"
  /** Part of the store is damaged: a retry does not help, a repair or a backup does. */
  | "damaged"
  /** The search index cannot be used; calls that need no index still work. */
  | "index_unusable"
  /** Another program has the archive. */
  | "in_use"
  /** The file is not an archive, or is one of a newer version; it was not changed. */
  | "wrong_file"
  /** The archive does not accept this event, independent of the state of the store. */
  | "refused"
  /** A backup is invalid, or cannot be written. */
  | "backup"
  /** A call took longer than its deadline. */
  | "too_slow"
  /** The request is malformed. */
  | "invalid"
  | "forbidden"
  | "missing"
  | "too_large"
  | "rate_limited"
  /** Too many searches are waiting. */
  | "busy"
  /** Too many live streams are open. */
  | "crowded"
  /** A bug. */
  | "broken";

export class AppError extends Error {
  override name = "AppError";

  constructor(readonly code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Codes of problems with the store, not with the call. */
const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set(["unavailable", "damaged", "index_unusable", "in_use"]);

export function hasCode(error: unknown, code: ErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

/** Whether the reason is the store, not the call. */
export function isUnavailable(error: unknown): error is AppError {
  return error instanceof AppError && UNAVAILABLE.has(error.code);
}
