/** `backup PATH`: makes a verified copy of the archive, also while recording. */
import { backUp, type BackupStep, VERIFIED } from "../archive/sqlite/backup/backup.ts";
import type { Config } from "../config.ts";
import { reportFailure } from "./support/failure.ts";
import { megabytes, Progress, seconds } from "./support/progress.ts";

export interface BackupFlags {
  /** Absolute path of the copy. */
  to: string;
  /** Replace an older backup at the path. */
  force: boolean;
}

/** Returns the exit status: 0 if a verified copy was made, otherwise 1. Prints the result or the reason. */
export async function backupCommand({ dbPath }: Config, { to, force }: BackupFlags): Promise<number> {
  const startedAt = performance.now();
  using progress = new Progress();
  try {
    const { bytes, messages } = await backUp({
      from: dbPath,
      to,
      force,
      progress: (step) => progress.report(sentence(step), shareOf(step)),
    });
    progress.end();
    console.log(
      `${to}: ${messages} messages, ${megabytes(bytes)}, verified, in ${seconds(startedAt)}.`,
    );
    return 0;
  } catch (error) {
    progress.end();
    reportFailure("No backup was made", error);
    return 1;
  }
}

function sentence(step: BackupStep): string {
  switch (step.kind) {
    case "counting":
      return "counting rows";
    case "copying":
      return "copying";
    case "verifying":
      return `verifying the copy: ${step.what} (${VERIFIED.indexOf(step.what) + 1} of ${VERIFIED.length})`;
  }
}

function shareOf(step: BackupStep): number | undefined {
  return step.kind === "copying" ? step.donePages / Math.max(1, step.totalPages) : undefined;
}
