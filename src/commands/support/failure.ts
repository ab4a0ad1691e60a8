/** How commands report that the archive cannot be used. */
import { asUnavailable } from "../../archive/sqlite/file/sqlite_errors.ts";
import { AppError, hasCode } from "../../chat/errors.ts";

/** Advice for damage that no repair can fix. */
export const RESTORE_ADVICE =
  "Rows that a table has lost can only come from a backup: `deno task restore PATH`.";

/** Prints what failed, the reason and advice. @throws `error` if it is a bug of the program */
export function reportFailure(what: string, error: unknown): void {
  const named = asUnavailable(error);
  if (!(named instanceof AppError || isSystemError(named))) throw error;
  console.error(`${what}: ${named.message.replace(/\.$/, "")}.`);
  if (hasCode(named, "damaged")) console.error(RESTORE_ADVICE);
}

/** Whether the system reported it: no permission, no space, no such folder. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && (error.constructor as { name: string }).name in Deno.errors ||
    isOsError(error);
}

function isOsError(error: unknown): error is Error {
  return error instanceof Error && / \(os error \d+\)/.test(error.message);
}
