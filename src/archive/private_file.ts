/** Files that the program makes: only their owner may read and write them, and none is made or opened through a link. */

import { AppError } from "../chat/errors.ts";
const OWNER_ONLY = 0o600;

/** What stands at a path, links not followed; undefined where nothing does. */
export function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The same of a plain file. @throws AppError unavailable where something else stands there: a link, a folder, a device */
export function plainFile(path: string): Deno.FileInfo | undefined {
  const there = lstat(path);
  if (there && !there.isFile) {
    throw new AppError("unavailable", `${path} is not a regular file; nothing was changed`);
  }
  return there;
}

/** Makes a file. @throws Deno.errors.AlreadyExists where anything stands at the path, even a link to nowhere */
export function makePrivate(path: string, { append = false } = {}): Deno.FsFile {
  return Deno.openSync(path, { read: true, write: true, append, createNew: true, mode: OWNER_ONLY });
}

/** Opens a plain file for reading and writing, or makes it. @throws AppError unavailable where it is no plain file */
export function openPrivate(path: string): Deno.FsFile {
  const there = plainFile(path);
  if (!there) return makePrivate(path);
  const file = Deno.openSync(path, { read: true, write: true });
  // It may have been replaced in between.
  if (isSameFile(there, file.statSync())) return file;
  file.close();
  throw new AppError("unavailable", `${path} was replaced while it was opened`);
}

/** Which file it is, whatever its names; undefined where the system does not tell. */
export function identityOf({ dev, ino }: Deno.FileInfo): string | undefined {
  return ino === null ? undefined : `${dev}:${ino}`;
}

export function isSameFile(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return identityOf(one) === identityOf(other);
}
