/** The errors that the archive's contract names, whatever store is behind it. */

/** A query that took longer than its deadline; its thread was ended and replaced. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
}

/**
 * The store cannot be written or read just now (locked, disk full, file gone, I/O error): nothing is wrong with what
 * was asked, and the same call may succeed later.
 */
export class UnavailableError extends Error {
  override name = "UnavailableError";
}

/** Part of the store is damaged: trying again does not help, a repair or a backup does. */
export class DamagedError extends UnavailableError {
  override name = "DamagedError";
}

/** The search index cannot be used; everything that needs no index still works. */
export class IndexError extends UnavailableError {
  override name = "IndexError";
}

/** `append` refuses this one event, whatever the state of the store. */
export class RefusedError extends Error {
  override name = "RefusedError";
}

const BY_NAME: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = {
  DeadlineError,
  UnavailableError,
  DamagedError,
  IndexError,
  RefusedError,
};

/** An error from another thread, where it lost its class: as the class of that name, or else as it is. */
export function revived(error: unknown, name: string): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  const Class = BY_NAME[name];
  return Class ? new Class(cause.message, { cause }) : Object.assign(cause, { name });
}
