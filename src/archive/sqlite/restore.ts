/** A backup put in the archive's place. The caller holds the archive's lock. */
import { BackupError, removeFile, stat, sync, verify } from "./backup.ts";

/** What SQLite keeps of an archive beside its file. */
const PARTS = ["", "-wal", "-shm", "-journal"];

export interface RestoreOptions {
  from: string;
  /** The archive's path; links are followed. */
  to: string;
  now: number;
  progress: (doing: "copying" | "verifying") => void;
}

export interface RestoreResult {
  bytes: number;
  /** Where what stood there before is now, if anything did. */
  before?: string;
}

/**
 * Copies the backup beside the archive, verifies the copy, moves what stands at the archive's path out of the way and
 * gives the copy its name. @throws {BackupError} where the backup is not good; then nothing has changed
 */
export function restore({ from, to, now, progress }: RestoreOptions): RestoreResult {
  const source = stat(from);
  if (!source?.isFile) throw new BackupError(`there is no file ${from}`);
  if (stat(`${from}-wal`)?.size) {
    throw new BackupError(
      `${from} is a database that is in use, and not a backup; make one of it with backup`,
    );
  }
  const path = Deno.realPathSync(to);
  if (Deno.realPathSync(from) === path) throw new BackupError(`${from} is the archive itself`);
  const copy = `${path}.restoring`;
  try {
    progress("copying");
    Deno.copyFileSync(from, copy);
    Deno.chmodSync(copy, 0o600 | (source.mode ?? 0) & 0o777);
    progress("verifying");
    verify(copy);
    sync(copy);
    const before = setAside(path, now);
    Deno.renameSync(copy, path);
    return { bytes: Deno.statSync(path).size, before };
  } catch (error) {
    removeFile(copy);
    throw error;
  }
}

/**
 * The file last: where the power goes in between, the path still leads to an archive, if to an older state of it, and
 * its log is not lost.
 */
function setAside(path: string, now: number): string | undefined {
  if (!stat(path)?.size) return undefined;
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
  const before = `${path}.before-restore-${time}`;
  for (const part of PARTS.toReversed()) if (stat(path + part)) Deno.renameSync(path + part, before + part);
  return before;
}
