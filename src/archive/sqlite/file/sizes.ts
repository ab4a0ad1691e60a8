/** The sizes of an archive's files, and the free space beside them. */
import { statfsSync } from "node:fs";
import type { ArchiveSizes } from "../../maintenance.ts";
import { stat } from "../../private_file.ts";

/** Never throws: the archive may be moved away or unreadable, and the process may lack the permission for a part. */
export function archiveSizes(path: string): ArchiveSizes {
  return {
    database: ifReadable(() => stat(path)?.size),
    wal: ifReadable(() => stat(`${path}-wal`)?.size ?? 0),
    // Of the file: the folder may not be read.
    free: ifReadable(() => freeBytes(path)),
  };
}

/** The size of the file and its write-ahead log, in bytes. */
export function fileBytes(path: string): number {
  return (stat(path)?.size ?? 0) + (stat(`${path}-wal`)?.size ?? 0);
}

/** The free bytes of the file system that a file or folder is on; undefined if this process is not permitted to read it. */
export function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function ifReadable(read: () => number | undefined): number | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
