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
  /** A login or a token is needed, or the token is not valid. */
  | "unauthenticated"
  | "forbidden"
  | "missing"
  /** The address exists, but not for this method. */
  | "wrong_method"
  | "too_large"
  | "rate_limited"
  /** Too many searches are waiting. */
  | "busy"
  /** Too many live streams are open. */
  | "crowded"
  /** A bug. */
  | "broken";

/** An error of the program itself. Its code is stable; its message is for people. */
export class AppError extends Error {
  /** Shown in stack traces. */
  override name = "AppError";

  /** What kind of error it is. */
  readonly code: ErrorCode;

  /** The message is a sentence without a full stop. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes of problems with the store, not with the call. */
const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set(["unavailable", "damaged", "index_unusable", "in_use"]);

/** Whether it is an AppError with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

/** Whether the reason is the store, not the call. */
export function isUnavailable(error: unknown): error is AppError {
  return error instanceof AppError && UNAVAILABLE.has(error.code);
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
