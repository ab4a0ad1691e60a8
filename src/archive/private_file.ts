/** The program's files: it creates them with mode 0600, and never through a symbolic link. */
import { AppError } from "../chat/errors.ts";

const OWNER_ONLY = 0o600;

/** Stats a path without following links; `undefined` if nothing is there. */
export function lstat(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.lstatSync(path));
}

/** Like {@link lstat}, but follows links. */
export function stat(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.statSync(path));
}

/** Removes a file, if it is there. */
export function removeIfThere(path: string): void {
  ifThere(() => Deno.removeSync(path));
}

/** Like {@link lstat}, for a regular file. @throws AppError unavailable for a link, a folder or a device */
export function plainFile(path: string): Deno.FileInfo | undefined {
  const there = lstat(path);
  if (there && !there.isFile) {
    throw new AppError("unavailable", `${path} is not a regular file; nothing was changed`);
  }
  return there;
}

/** Creates a file. @throws Deno.errors.AlreadyExists if anything is at the path, even a dangling link */
export function makePrivate(path: string, { append = false } = {}): Deno.FsFile {
  return Deno.openSync(path, { read: true, write: true, append, createNew: true, mode: OWNER_ONLY });
}

/** Opens a regular file for reading and writing, or creates it. @throws AppError unavailable for anything else */
export function openPrivate(path: string): Deno.FsFile {
  const there = plainFile(path);
  if (!there) return makePrivate(path);
  const file = Deno.openSync(path, { read: true, write: true });
  // Another program may have replaced it meanwhile.
  if (isSameFile(there, file.statSync())) return file;
  file.close();
  throw new AppError("unavailable", `${path} was replaced while it was opened`);
}

/** Device and inode of a file; `undefined` on systems without them. */
export function identityOf({ dev, ino }: Deno.FileInfo): string | undefined {
  return ino === null ? undefined : `${dev}:${ino}`;
}

export function isSameFile(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return identityOf(one) === identityOf(other);
}

function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
