/**
 * Lets only one process use an archive. There are two locks, and the operating system releases both when their holder
 * ends, even after a crash: one on a file beside the archive, which names the holder and is never removed; and on Linux,
 * where it does not conflict with SQLite's locks, one on the archive itself, which has one identity (device and inode)
 * under all its names.
 */
import { identityOf, isSameFile, lstat, makePrivate, openPrivate, stat } from "../../private_file.ts";
import { AppError, isUnavailable, messageOf } from "../../../chat/errors.ts";

/** The suffix that makes the archive's name the name of the lock file. */
const LOCK_SUFFIX = ".lock";

/**
 * On Linux, `flock` and the `fcntl` locks of SQLite are independent. On other systems they are not, and a lock on the
 * archive would block SQLite. (The same is true on Linux for network file systems, where SQLite's write-ahead log does
 * not work anyway.)
 */
const CAN_LOCK_THE_ARCHIVE = Deno.build.os === "linux";

/** The process that holds an archive. */
export interface Holder {
  pid: number;
  /** Its sub-command: `serve`, `restore`, … */
  command: string;
  startedAt: number;
  /** The address of its pages, once it serves them. */
  url?: string;
}

export interface ArchiveLock extends Disposable {
  /** The identity of the locked file (see `identityOf`). */
  readonly archive: string | undefined;
  /** Writes the address of the pages into the lock file, for processes that start later. */
  listensAt(url: string): void;
  /**
   * Checks whether this process still has the lock. If the lock file was removed or replaced, creates and locks it again.
   * Returns a reason if another process has the lock now, so that the archive must not be written.
   */
  check(): string | undefined;
}

/** Another process has the archive. */
export class InUseError extends AppError {
  override name = "InUseError";

  constructor(path: string, readonly holder: Holder | undefined) {
    super("in_use", `${path} is in use by ${holder ? describeHolder(holder) : "another program"}`);
  }
}

/**
 * Locks the archive for this process until the lock is disposed or the process ends. Call it before this process opens
 * the archive. Creates the file if it is missing, since only a file has one identity under all its names.
 * @throws {InUseError} if another process has it; AppError unavailable if its path or the lock's is not a regular file
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
        // Last, because closing the file releases every lock that SQLite has on it in this process.
        archive?.close();
      },
    };
  } catch (error) {
    archive?.close();
    throw error;
  }
}

/** Locks archives that are put at the path after the start, in the place of the one that was locked first. */
export class ArchiveClaims {
  readonly #held: Set<string | undefined>;
  /** Open until the process ends, because closing one would release SQLite's locks. */
  readonly #files: Deno.FsFile[] = [];

  /** @param locked the identity of the file that this process has locked already */
  constructor(locked: string | undefined) {
    this.#held = new Set([locked]);
  }

  /** Locks the file that is at the path now. @throws like {@link lockArchive} */
  claim(path: string): void {
    const there = identityAt(path);
    if (there !== undefined && this.#held.has(there)) return;
    const file = makeAndLock(path);
    if (!file) return;
    this.#files.push(file);
    this.#held.add(identityOf(file.statSync()));
  }
}

/** The lock file beside the archive. */
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
      // The folder is not writable, or the lock's path is not a regular file: no other process can lock it either.
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#file.truncateSync();
    this.#file.close();
  }

  /** Opens and locks the file. Returns undefined if another process has locked it. */
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

/** Returns the locked archive file, or undefined on systems without that lock. @throws InUseError, AppError unavailable */
function makeAndLock(path: string): Deno.FsFile | undefined {
  makeArchive(path);
  if (!CAN_LOCK_THE_ARCHIVE) return undefined;
  const file = opened(path, () => Deno.openSync(path, { read: true }));
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new InUseError(path, holderOf(path));
}

/**
 * Creates the archive file if it is missing. Never opens an existing file, because closing it would release the locks
 * that SQLite has on it in this process.
 * @throws AppError unavailable if the path is not a regular file or cannot be opened
 */
export function makeArchive(path: string): void {
  const there = opened(path, () => stat(path) ?? void makePrivate(path).close());
  if (there && !there.isFile) {
    throw new AppError("unavailable", `${path} is not a regular file; nothing was changed`);
  }
}

/** Runs `open`. @throws AppError unavailable with the path */
function opened<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (isUnavailable(error)) throw error;
    throw new AppError("unavailable", `cannot open ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function identityAt(path: string): string | undefined {
  const there = stat(path);
  return there && identityOf(there);
}

function describeHolder({ pid, command, startedAt, url }: Holder): string {
  const since = new Date(startedAt).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  const what = url === undefined ? `(${command})` : `whose pages are at ${url}`;
  return `process ${pid}, ${what}, since ${since}`;
}

/** The path of the lock file. Links are resolved, so that every path to one archive has the same lock. */
function lockPath(path: string): string {
  return Deno.realPathSync(path) + LOCK_SUFFIX;
}

/** The holder of the lock beside this name of the archive; undefined if the archive is locked under another name. */
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
    // The holder is writing the file, or the system does not let others read a locked file: the holder is unknown.
    return undefined;
  }
}
