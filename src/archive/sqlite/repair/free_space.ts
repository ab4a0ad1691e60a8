/** Checks that a folder's file system has space for a file. */
import { dirname } from "node:path";
import { AppError } from "../../../chat/errors.ts";
import { freeBytes } from "../file/sizes.ts";

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

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
