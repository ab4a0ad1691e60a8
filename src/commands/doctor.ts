/** `doctor`: reports faults of the archive, and with `--repair` repairs what it can. */
import { type Diagnosis, examine, examinedRows } from "../archive/sqlite/doctor/doctor.ts";
import { lockArchive } from "../archive/sqlite/file/lock.ts";
import { repairArchive } from "../archive/sqlite/repair/repair.ts";
import type { Config } from "../config.ts";
import { reportFailure, RESTORE_ADVICE } from "./support/failure.ts";
import { Progress, seconds } from "./support/progress.ts";

export interface DoctorFlags {
  repair: boolean;
  /**
   * Number of rows of each index to compare, or all. Default: all of a small archive, some of a large one.
   */
  sample?: number | "all";
}

/** Returns the exit status: 0 if there are no faults or all were repaired, otherwise 1. */
export function doctorCommand({ dbPath }: Config, { repair, sample }: DoctorFlags): number {
  const startedAt = performance.now();
  using progress = new Progress();
  try {
    // A repair needs the lock, because it changes data that a recording process has in memory. An examination
    // does not.
    using _lock = repair ? lockArchive(dbPath, "doctor --repair") : undefined;
    const rows = sample === "all" ? undefined : sample ?? examinedRows(dbPath);
    const options = {
      path: dbPath,
      sample: rows,
      progress: (doing: string, share?: number) => progress.report(doing, share),
    };
    const diagnosis = repair
      ? repairArchive({ ...options, now: Date.now() })
      : examine({ ...options, repair });
    progress.end();
    for (const line of report(diagnosis, repair, rows)) console.log(line);
    console.error(`Examined ${dbPath} in ${seconds(startedAt)}.`);
    return diagnosis.left.length === 0 ? 0 : 1;
  } catch (error) {
    progress.end();
    reportFailure("Cannot examine the archive", error);
    return 1;
  }
}

/** Matches sentences that report damaged pages. */
const DAMAGE = /^(SQLite says|Could not examine|The table \S+ cannot be checked)/;

function* report(diagnosis: Diagnosis, repair: boolean, rows: number | undefined) {
  const { found, repaired, left, notes, damage } = diagnosis;
  yield* found;
  yield* repaired;
  if (repair && left.length > 0) yield* ["Not repaired:", ...left];
  if (rows !== undefined) yield `Compared ${rows} rows of each index; --sample=all compares all of them.`;
  yield* notes;
  if (left.length === 0) yield found.length === 0 ? "No faults found." : "All faults were repaired.";
  else {
    const isLost = damage ? damage.tables.length > 0 : left.some((sentence) => DAMAGE.test(sentence));
    if (!repair && damage && !isLost) {
      yield "All rows can be read: `doctor --repair` copies them into a new file. Stop Scrollback first.";
    } else if (!repair) {
      yield "`doctor --repair` repairs what it can. Stop Scrollback first.";
    }
    if (isLost) yield RESTORE_ADVICE;
  }
}
