/** What commands say where the archive cannot be used. */
import { asUnavailable } from "../../archive/sqlite/file/sqlite_errors.ts";
import { AppError, hasCode } from "../../chat/errors.ts";

/** What brings back what no repair can. */
export const RESTORE_ADVICE = "What a table has lost only a backup brings back: `deno task restore PATH`.";

/** Prints what could not be done and why, and what to do. @throws an error that is a fault of the program */
export function tellFailure(what: string, error: unknown): void {
  const named = asUnavailable(error);
  if (!(named instanceof AppError || isOfTheSystem(named))) throw error;
  console.error(`${what}: ${named.message.replace(/\.$/, "")}.`);
  if (hasCode(named, "damaged")) console.error(RESTORE_ADVICE);
}

/** No permission, no room, no such folder. */
function isOfTheSystem(error: unknown): error is Error {
  return error instanceof Error && (error.constructor as { name: string }).name in Deno.errors ||
    isOsError(error);
}

function isOsError(error: unknown): error is Error {
  return error instanceof Error && / \(os error \d+\)/.test(error.message);
}
