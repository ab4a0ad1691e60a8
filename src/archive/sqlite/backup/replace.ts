/**
 * Replaces the archive by a verified file. One complete archive is at the path at every moment, even if the program or
 * the machine stops. The caller holds the archive's lock, and no process has the file open.
 */
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { lstat, removeIfThere } from "../../private_file.ts";

/** The suffixes of the files that SQLite keeps beside a database. */
const BESIDE = ["-wal", "-shm", "-journal"];

export interface ReplaceOptions {
  /** The new file, in the same folder and synced to the disk. */
  copy: string;
  /** The archive's path, with links resolved. */
  path: string;
  /** The new name of the old archive; a number is appended if that name is taken. */
  before: string;
  /** Called before each step. */
  step?: (name: ReplaceStep) => void;
}

export const REPLACE_STEPS = ["keep", "keep beside", "settle", "clear", "rename", "done"] as const;
export type ReplaceStep = typeof REPLACE_STEPS[number];

/** Gives the copy the archive's name and permissions. Returns the new path of the old archive, if there was one. */
export function replaceArchive({ copy, path, before, step = () => {} }: ReplaceOptions): string | undefined {
  const old = lstat(path);
  if (old?.mode) Deno.chmodSync(copy, old.mode & 0o777);
  let kept: string | undefined;
  if (old && old.size > 0) {
    kept = freeName(before);
    step("keep");
    keep(path, kept);
    step("keep beside");
    for (const suffix of BESIDE) if (lstat(path + suffix)) keep(path + suffix, kept + suffix);
    syncFolder(path);
    // The log of a damaged archive cannot be checkpointed. It is kept, since it may hold the newest messages.
    step("settle");
    if (settle(path)) { for (const suffix of BESIDE) removeIfThere(kept + suffix); }
  }
  // SQLite would apply an old log to the new file.
  step("clear");
  for (const suffix of BESIDE) removeIfThere(path + suffix);
  syncFolder(path);
  step("rename");
  Deno.renameSync(copy, path);
  syncFolder(path);
  step("done");
  return kept;
}

/** Checkpoints the log and removes it, so that the file alone is the archive. False if that fails. */
export function settle(path: string): boolean {
  try {
    using db = new DatabaseSync(path, { timeout: 500 });
    db.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
  } catch {
    return false;
  }
  return !lstat(`${path}-wal`);
}

/** Hard-links the file to a second name, or copies it if the file system has no hard links. @throws if the name is taken */
function keep(path: string, name: string): void {
  try {
    Deno.linkSync(path, name);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    using from = Deno.openSync(path, { read: true });
    using to = Deno.openSync(name, { write: true, createNew: true, mode: from.statSync().mode ?? 0o600 });
    try {
      copyBytes(from, to);
      to.syncSync();
    } catch (error) {
      // Most likely the disk is full.
      removeIfThere(name);
      throw error;
    }
  }
}

/** Returns the number of copied bytes. */
export function copyBytes(from: Deno.FsFile, to: Deno.FsFile): number {
  const buffer = new Uint8Array(1 << 20);
  let bytes = 0;
  for (let read = from.readSync(buffer); read !== null; read = from.readSync(buffer)) {
    for (let done = 0; done < read;) done += to.writeSync(buffer.subarray(done, read));
    bytes += read;
  }
  return bytes;
}

function freeName(name: string): string {
  let free = name;
  for (let n = 2; ["", ...BESIDE].some((suffix) => lstat(free + suffix)); n++) free = `${name}-${n}`;
  return free;
}

/** Waits until the names in the path's folder are on the disk, if the system supports that. */
export function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(dirname(path));
    folder.syncSync();
  } catch {
    // Windows cannot sync a folder.
  }
}
