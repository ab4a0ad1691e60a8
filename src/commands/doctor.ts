/** `doctor`: says what is wrong with the archive, and with `--repair` puts right what it can. */
import { type Diagnosis, examine, examinedRows } from "../archive/sqlite/doctor/doctor.ts";
import { lockArchive } from "../archive/sqlite/file/lock.ts";
import type { Config } from "../config.ts";
import { RESTORE_ADVICE, tellFailure } from "./support/failure.ts";
import { Progress, seconds } from "./support/progress.ts";

export interface DoctorFlags {
  repair: boolean;
  /** Compare so many rows of each index, or all; missing = all of a small archive, some of a large one. */
  sample?: number | "all";
}

/** Yields the exit status: 0 where nothing is wrong (any more), else 1. */
export function doctorCommand({ dbPath }: Config, { repair, sample }: DoctorFlags): number {
  const startedAt = performance.now();
  using progress = new Progress();
  try {
    // A recorder may go on while somebody looks, but not while somebody changes what it has in mind.
    using _lock = repair ? lockArchive(dbPath, "doctor --repair") : undefined;
    const rows = sample === "all" ? undefined : sample ?? examinedRows(dbPath);
    const diagnosis = examine({
      path: dbPath,
      repair,
      sample: rows,
      progress: (name) => progress.tell(`examining ${name}`),
    });
    progress.end();
    for (const line of report(diagnosis, repair, rows)) console.log(line);
    console.error(`Examined ${dbPath} in ${seconds(startedAt)}.`);
    return diagnosis.left.length === 0 ? 0 : 1;
  } catch (error) {
    progress.end();
    tellFailure("Cannot examine the archive", error);
    return 1;
  }
}

/** How sentences begin that tell of damaged pages. */
const DAMAGE = /^(SQLite says|Could not examine|The table \S+ cannot be checked)/;

function* report({ found, repaired, left, notes }: Diagnosis, repair: boolean, rows: number | undefined) {
  yield* found;
  yield* repaired;
  if (repair && left.length > 0) yield* ["What is wrong still:", ...left];
  if (rows !== undefined) yield `Of each index ${rows} rows were compared; --sample=all compares every one.`;
  yield* notes;
  if (left.length === 0) yield found.length === 0 ? "Nothing is wrong." : "Nothing is wrong any more.";
  else {
    if (!repair) yield "`doctor --repair` puts right what it can, while no other program has the archive.";
    if (left.some((sentence) => DAMAGE.test(sentence))) yield RESTORE_ADVICE;
  }
}
