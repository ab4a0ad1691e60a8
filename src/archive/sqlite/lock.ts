/**
 * One program at a time on an archive: a lock on a file beside it, which the operating system lets go of when its
 * holder ends, however it ends. The file stays; what it holds is only true while it is locked.
 */
import { UnavailableError } from "../archive.ts";

/** What the lock's file is called, after the archive's. */
export const LOCK_SUFFIX = ".lock";

/** Who holds an archive. */
export interface Holder {
  pid: number;
  /** What it does with it: `serve`, `restore`, … */
  command: string;
  startedAt: number;
  /** Where its pages are, once they are. */
  url?: string;
}

export interface ArchiveLock extends Disposable {
  /** Tells those who come later where the pages are. */
  listensAt(url: string): void;
}

/** Another program has the archive. */
export class InUseError extends UnavailableError {
  override name = "InUseError";

  constructor(path: string, readonly holder: Holder | undefined) {
    super(`${path} is in use by ${holder ? describeHolder(holder) : "another program"}`);
  }
}

/**
 * Takes the archive for this process, until it is disposed of or ends. The file is made if it is not there, since
 * only a file has one true name behind all its links. @throws {InUseError} where another process has it
 */
export function lockArchive(path: string, command: string): ArchiveLock {
  make(path);
  const file = Deno.openSync(lockPath(path), { read: true, write: true, create: true });
  if (!file.tryLockSync(true)) {
    file.close();
    throw new InUseError(path, readHolder(path));
  }
  const holder: Holder = { pid: Deno.pid, command, startedAt: Date.now() };
  write(file, holder);
  return {
    listensAt: (url) => write(file, { ...holder, url }),
    [Symbol.dispose]() {
      file.truncateSync();
      file.close();
    },
  };
}

function describeHolder({ pid, command, startedAt, url }: Holder): string {
  const since = new Date(startedAt).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  const what = url === undefined ? `(${command})` : `whose pages are at ${url}`;
  return `process ${pid}, ${what}, since ${since}`;
}

/** Links and detours lead to one file, and so to one lock. */
function lockPath(path: string): string {
  return Deno.realPathSync(path) + LOCK_SUFFIX;
}

/** Never opened where it is there: closing it would let go of the locks that SQLite has on it in this process. */
function make(path: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.openSync(path, { write: true, create: true }).close();
  }
}

function write(file: Deno.FsFile, holder: Holder): void {
  file.truncateSync();
  file.seekSync(0, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode(JSON.stringify(holder)));
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(lockPath(path))) as Holder;
  } catch {
    // It is being written, or the system lets nobody read a locked file: that it is locked is all there is to say.
    return undefined;
  }
}
