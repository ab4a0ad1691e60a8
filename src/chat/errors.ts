/** The program's own errors: told apart by a code, which survives threads and decides the HTTP status. */

export type ErrorCode =
  /** The store cannot be written or read now (locked, disk full, file gone, I/O error); the same call may succeed later. */
  | "unavailable"
  /** Part of the store is damaged: trying again does not help, a repair or a backup does. */
  | "damaged"
  /** The search index cannot be used; everything that needs no index still works. */
  | "index_unusable"
  /** Another program has the archive. */
  | "in_use"
  /** The file is not an archive, or one of a newer version; nothing in it was touched. */
  | "wrong_file"
  /** The archive does not take this one event, whatever the state of the store. */
  | "refused"
  /** A backup is not good, or cannot be written. */
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

/** The store is in trouble, and nothing is wrong with what was asked of it. */
const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set(["unavailable", "damaged", "index_unusable", "in_use"]);

export function hasCode(error: unknown, code: ErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

/** Whether the store, and not the call, is the reason. */
export function isUnavailable(error: unknown): error is AppError {
  return error instanceof AppError && UNAVAILABLE.has(error.code);
}
