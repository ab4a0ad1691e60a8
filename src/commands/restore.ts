/** `restore PATH`: puts a backup in the archive's place, and keeps what stood there. */
import { lockArchive } from "../archive/sqlite/file/lock.ts";
import { restore, type RestoreStep } from "../archive/sqlite/backup/restore.ts";
import type { Config } from "../config.ts";
import { tellFailure } from "./support/failure.ts";
import { megabytes, Progress, seconds } from "./support/progress.ts";

/** What is said of each step. */
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

/** Yields the exit status: 0 where the archive is the backup now, else 1 and why. `from` is absolute. */
export function restoreCommand({ dbPath }: Config, from: string): number {
  const startedAt = performance.now();
  using progress = new Progress();
  try {
    using _lock = lockArchive(dbPath, "restore");
    const { bytes, before } = restore({
      from,
      to: dbPath,
      now: Date.now(),
      progress: (doing) => progress.tell(DOING[doing] + from),
    });
    progress.end();
    console.log(`${dbPath} is ${from} now: ${megabytes(bytes)}, verified, in ${seconds(startedAt)}.`);
    if (before !== undefined) console.log(`What was there before is ${before}.`);
    return 0;
  } catch (error) {
    progress.end();
    tellFailure("The archive was left as it is", error);
    return 1;
  }
}
