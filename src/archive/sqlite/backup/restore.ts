/** A backup put in the archive's place. The caller holds the archive's lock. */
import { makePrivate, plainFile } from "../../private_file.ts";
import { removeFile, removeLeftover, stat, verify } from "./backup.ts";
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
  /** Where what stood there before is now, if anything did. */
  before?: string;
}

/**
 * Copies the backup beside the archive, verifies the copy, and puts it in the archive's place, which keeps its permissions.
 * @throws AppError backup where the backup is not good, unavailable where something else than a plain file is in the
 * way; then nothing has changed
 */
export function restore({ from, to, now, progress }: RestoreOptions): RestoreResult {
  const source = stat(from);
  if (!source) throw new AppError("backup", `there is no file ${from}`);
  if (!source.isFile) throw new AppError("backup", `${from} is not a plain file`);
  if (source.size === 0) throw new AppError("backup", `${from} is empty`);
  if (stat(`${from}-wal`)?.size) {
    throw new AppError(
      "backup",
      `${from} is a database that is in use, and not a backup; make one of it with backup`,
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

/** @throws AppError backup that names the backup, since the copy is removed */
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
