/** `restore PATH`: replaces the archive with a backup, and keeps the old archive beside it. */
import { lockArchive } from "../archive/sqlite/file/lock.ts";
import { restore, type RestoreStep } from "../archive/sqlite/backup/restore.ts";
import type { Config } from "../config.ts";
import { reportFailure } from "./support/failure.ts";
import { megabytes, Progress, seconds } from "./support/progress.ts";

/** What the progress line says for each step. */
const DOING: Readonly<Record<RestoreStep, string>> = {
  "copying": "copying ",
  "verifying": "verifying ",
  "settle": "putting into place ",
  "keep": "putting into place ",
  "keep beside": "putting into place ",
  "clear": "putting into place ",
  "rename": "putting into place ",
  "done": "putting into place ",
};

/**
 * Returns the exit status: 0 if the backup was restored, otherwise 1. Prints the result or the reason. `from`
 * is absolute.
 */
export function restoreCommand({ dbPath }: Config, from: string): number {
  const startedAt = performance.now();
  using progress = new Progress();
  try {
    using _lock = lockArchive(dbPath, "restore");
    const { bytes, before } = restore({
      from,
      to: dbPath,
      now: Date.now(),
      progress: (step) => progress.report(DOING[step] + from),
    });
    progress.end();
    console.log(`Restored ${from} to ${dbPath}: ${megabytes(bytes)}, verified, in ${seconds(startedAt)}.`);
    if (before !== undefined) console.log(`The old archive is ${before}.`);
    return 0;
  } catch (error) {
    progress.end();
    reportFailure("The archive was not changed", error);
    return 1;
  }
}
