/** Restores a backup. The caller holds the archive's lock. */
import { makePrivate, plainFile, stat } from "../../private_file.ts";
import { removeFile, removeLeftover, verify } from "./backup.ts";
import { copyBytes, replaceArchive, type ReplaceStep } from "./replace.ts";
import { AppError, hasCode } from "../../../chat/errors.ts";

export interface RestoreOptions {
  from: string;
  /** The archive's path; links are followed. */
  to: string;
  now: number;
  /** Called before each step. */
  progress: (doing: RestoreStep) => void;
}

export type RestoreStep = "copying" | "verifying" | ReplaceStep;

export interface RestoreResult {
  bytes: number;
  /** The new path of the old archive, if there was one. */
  before?: string;
}

/**
 * Copies the backup beside the archive, verifies the copy, and replaces the archive by it. The archive's permissions stay.
 * @throws AppError backup if the backup cannot be used, unavailable if a path is not a regular file; then nothing has
 * changed
 */
export function restore({ from, to, now, progress }: RestoreOptions): RestoreResult {
  const source = stat(from);
  if (!source) throw new AppError("backup", `there is no file ${from}`);
  if (!source.isFile) throw new AppError("backup", `${from} is not a regular file`);
  if (source.size === 0) throw new AppError("backup", `${from} is empty`);
  if (stat(`${from}-wal`)?.size) {
    throw new AppError(
      "backup",
      `${from} is a database that is in use, not a backup; run backup to copy it first`,
    );
  }
  const path = Deno.realPathSync(to);
  if (Deno.realPathSync(from) === path) throw new AppError("backup", `${from} is the archive itself`);
  plainFile(path);
  const copy = `${path}.restoring`;
  removeLeftover(copy);
  try {
    progress("copying");
    const bytes = copyAll(from, copy);
    progress("verifying");
    verifyCopy(copy, from);
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
    const before = replaceArchive({
      copy,
      path,
      before: `${path}.before-restore-${time}`,
      step: progress,
    });
    return { bytes, before };
  } catch (error) {
    removeFile(copy);
    throw error;
  }
}

/** @throws AppError backup, which names the backup and not the copy, since the copy is removed */
function verifyCopy(copy: string, from: string): void {
  try {
    verify(copy);
  } catch (error) {
    if (!hasCode(error, "backup")) throw error;
    throw new AppError("backup", error.message.replaceAll(copy, from), { cause: error });
  }
}

function copyAll(from: string, to: string): number {
  using source = Deno.openSync(from, { read: true });
  using target = makePrivate(to);
  return copyBytes(source, target);
}
