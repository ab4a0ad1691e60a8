/** Checks that a folder's file system has space for a file. */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "../../../chat/errors.ts";

/** @throws AppError unavailable if there is too little space beside the file at the path */
export function checkFreeSpace(path: string, bytes: number): void {
  const free = freeBytes(dirname(path));
  if (free === undefined || free >= bytes) return;
  throw new AppError(
    "unavailable",
    `a repaired copy needs ${megabytes(bytes)} of free space in ${dirname(path)}, where ${
      megabytes(free)
    } are free`,
  );
}

/** Undefined if this process is not permitted to read it. */
function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
