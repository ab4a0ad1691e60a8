/**
 * One program at a time on an archive. Two locks that the operating system lets go of when their holder ends, however it
 * ends: on a file beside the archive, which tells who holds it and stays there; and, where SQLite's own locks do not mind
 * (Linux), on the archive itself, which has one identity (device and inode) whatever its names.
 */
import { identityOf, isSameFile, lstat, makePrivate, openPrivate } from "../../private_file.ts";
import { AppError, isUnavailable } from "../../../chat/errors.ts";

/** What the lock's file is called, after the archive's. */
export const LOCK_SUFFIX = ".lock";

/**
 * On Linux `flock` and the `fcntl` locks of SQLite do not know of each other. On other systems they do, and a lock on the
 * archive would keep SQLite out. (So it is on Linux on network file systems, where SQLite's write-ahead log does not work
 * anyway.)
 */
const CAN_LOCK_THE_ARCHIVE = Deno.build.os === "linux";

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
  /** Which file is locked (see `identityOf`). */
  readonly archive: string | undefined;
  /** Tells those who come later where the pages are. */
  listensAt(url: string): void;
  /**
   * Looks whether the lock is still ours, and makes its file anew where that was removed or replaced. Returns why the
   * archive must not be written: another program has the lock now.
   */
  check(): string | undefined;
}

/** Another program has the archive. */
export class InUseError extends AppError {
  override name = "InUseError";

  constructor(path: string, readonly holder: Holder | undefined) {
    super("in_use", `${path} is in use by ${holder ? describeHolder(holder) : "another program"}`);
  }
}

/**
 * Takes the archive for this process, until it is disposed of or ends; not while this process has it open. The file is
 * made if it is not there, since only a file has one identity behind all its names.
 * @throws {InUseError} where another process has it, AppError unavailable where its path or its lock's is no plain file
 */
export function lockArchive(path: string, command: string): ArchiveLock {
  const archive = makeAndLock(path);
  try {
    const lock = new LockFile(path, { pid: Deno.pid, command, startedAt: Date.now() });
    return {
      archive: identityOf(Deno.statSync(path)),
      listensAt: (url) => lock.listensAt(url),
      check: () => lock.check(),
      [Symbol.dispose]() {
        lock[Symbol.dispose]();
        // Last: to close it lets go of every lock that SQLite has on it in this process.
        archive?.close();
      },
    };
  } catch (error) {
    archive?.close();
    throw error;
  }
}

/** Archives that are opened later in the place of the one that was locked at the start. */
export class ArchiveClaims {
  readonly #held: Set<string | undefined>;
  /** Open until the process ends: to close one would let go of SQLite's locks. */
  readonly #files: Deno.FsFile[] = [];

  /** @param locked which file this process has locked already */
  constructor(locked: string | undefined) {
    this.#held = new Set([locked]);
  }

  /** Takes what stands at the path for this process. @throws like {@link lockArchive} */
  claim(path: string): void {
    const there = identityAt(path);
    if (there !== undefined && this.#held.has(there)) return;
    const file = makeAndLock(path);
    if (!file) return;
    this.#files.push(file);
    this.#held.add(identityOf(file.statSync()));
  }
}

/** The file beside the archive. */
class LockFile implements Disposable {
  readonly #archivePath: string;
  readonly #path: string;
  #holder: Holder;
  #file: Deno.FsFile;

  constructor(archivePath: string, holder: Holder) {
    this.#archivePath = archivePath;
    this.#path = lockPath(archivePath);
    this.#holder = holder;
    const file = this.#lock();
    if (!file) throw new InUseError(archivePath, readHolder(archivePath));
    this.#file = file;
    this.#write();
  }

  listensAt(url: string): void {
    this.#holder = { ...this.#holder, url };
    this.#write();
  }

  check(): string | undefined {
    try {
      const there = lstat(this.#path);
      if (there && isSameFile(there, this.#file.statSync())) return undefined;
      const file = this.#lock();
      if (!file) return new InUseError(this.#archivePath, readHolder(this.#archivePath)).message;
      this.#file.close();
      this.#file = file;
      this.#write();
    } catch {
      // The folder cannot be written, or something else stands in the lock's place: nobody else can lock it either.
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#file.truncateSync();
    this.#file.close();
  }

  /** Undefined where another process has it. */
  #lock(): Deno.FsFile | undefined {
    const file = opened(this.#path, () => openPrivate(this.#path));
    if (file.tryLockSync(true)) return file;
    file.close();
    return undefined;
  }

  #write(): void {
    this.#file.truncateSync();
    this.#file.seekSync(0, Deno.SeekMode.Start);
    this.#file.writeSync(new TextEncoder().encode(JSON.stringify(this.#holder)));
  }
}

/** The archive's file, locked; undefined where files like it cannot be locked. @throws InUseError, AppError unavailable */
function makeAndLock(path: string): Deno.FsFile | undefined {
  makeArchive(path);
  if (!CAN_LOCK_THE_ARCHIVE) return undefined;
  const file = opened(path, () => Deno.openSync(path, { read: true }));
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new InUseError(path, holderOf(path));
}

/** Never opened where it is there: to close it would let go of the locks that SQLite has on it in this process. */
export function makeArchive(path: string): void {
  const there = opened(path, () => {
    try {
      return Deno.statSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      makePrivate(path).close();
    }
  });
  if (there && !there.isFile) {
    throw new AppError("unavailable", `${path} is not a plain file; it was left as it is`);
  }
}

/** @throws AppError unavailable with the path */
function opened<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError("unavailable", `cannot open ${path}: ${reason}`, { cause: error });
  }
}

function identityAt(path: string): string | undefined {
  try {
    return identityOf(Deno.statSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
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

/** Who holds the lock beside this name of the archive; undefined where the archive is held under another name. */
function holderOf(path: string): Holder | undefined {
  const there = lstat(lockPath(path));
  if (!there?.isFile) return undefined;
  using file = Deno.openSync(lockPath(path), { read: true });
  return file.tryLockSync(false) ? undefined : readHolder(path);
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(lockPath(path))) as Holder;
  } catch {
    // It is being written, or the system lets nobody read a locked file: that it is locked is all there is to say.
    return undefined;
  }
}
