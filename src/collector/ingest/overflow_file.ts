/**
 * Where lines wait that neither the archive nor the queue can take: an append-only file beside the database, a row
 * `<received ms> <raw line>` each. Its first row is a name, under which the archive remembers how much of it is stored
 * already, so that a crash while it is read back doubles nothing.
 */

import { makePrivate, plainFile } from "../../archive/private_file.ts";

export interface SpooledLine {
  receivedAt: number;
  /** Empty for a row that was cut off. */
  line: string;
  /** Where the next line begins, in bytes. */
  upto: number;
}

/** How long a line may be unsynced: what a crash of the machine would cost. */
const SYNC_MS = 50;
const READ_BYTES = 256 * 1024;
/** Bytes that may wait in memory while the file cannot be written. */
const WAITING_BOUND = 4 * 1024 * 1024;
/** Stands at the end of a row: one without it was cut off by a crash or a full disk. */
const WHOLE = "\x1e";

/** @template Row what is handed back where it was never written */
export class OverflowFile<Row extends { receivedAt: number; line: string }> implements Disposable {
  readonly #path: string;
  readonly #bound: number;
  #file: Deno.FsFile | undefined;
  #name = "";
  #size = 0;
  #readUpto = 0;
  /** Up to where an earlier run wrote the file. */
  #inheritedUpto = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Row[] = [];
  #waitingBytes = 0;
  /** The file may end in the middle of a row. */
  #torn = false;
  /** Why the last write failed. */
  failure: string | undefined;

  /**
   * Takes up a file that an earlier run has left; none is made before it is needed.
   * @throws AppError unavailable where something else than a plain file stands at the path
   * @param bound bytes that the file may have; 0 = no spool
   * @param doneUpto how much of the file with this name is stored already
   */
  constructor(path: string, bound: number, doneUpto: (name: string) => number) {
    this.#path = path;
    this.#bound = bound;
    const existing = plainFile(path) && open(path, { read: true, append: true });
    if (!existing) return;
    const name = firstLine(existing);
    if (name === undefined) {
      existing.close();
      return;
    }
    this.#file = existing;
    this.#torn = true;
    this.#name = name;
    this.#size = this.#inheritedUpto = existing.statSync().size;
    this.#readUpto = Math.max(byteLength(name) + 1, doneUpto(name));
  }

  /** Whether what lies before `upto` was written by an earlier run. */
  isInherited(upto: number): boolean {
    // A row that was cut off has its end from this run.
    return upto <= this.#inheritedUpto + 1;
  }

  get name(): string {
    return this.#name;
  }

  /** Whether lines wait in it. As long as they do, later ones must go behind them. */
  get active(): boolean {
    return this.#file !== undefined;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#size + this.#waitingBytes - this.#readUpto;
  }

  /** Lines that were taken and are not written: at the end, those that are lost. */
  get unwritten(): number {
    return this.#waiting.length;
  }

  /** When the first of them was received. */
  get unwrittenSince(): number | undefined {
    return this.#waiting[0]?.receivedAt;
  }

  /** Whether one more line would be taken. */
  get hasRoom(): boolean {
    if (this.#size + this.#waitingBytes >= this.#bound) return false;
    return this.failure === undefined || (this.#file !== undefined && this.#waitingBytes <= WAITING_BOUND);
  }

  /** False where the line found no room: the file is at its bound, or cannot be written. */
  append(row: Row): boolean {
    if (this.#file && !this.hasRoom || this.#bound === 0 || !this.#file && !this.#create()) return false;
    this.#waiting.push(row);
    this.#waitingBytes += byteLength(written(row));
    this.#timer ??= setTimeout(() => this.sync(), SYNC_MS);
    return true;
  }

  /** Writes what waits, and to the disk. What cannot be written stays, and is tried again with the next line. */
  sync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#file || this.#waiting.length === 0) return;
    const bytes = new TextEncoder().encode((this.#torn ? "\n" : "") + this.#waiting.map(written).join(""));
    const before = this.#size;
    try {
      for (let done = 0; done < bytes.length;) {
        const written = this.#file.writeSync(bytes.subarray(done));
        this.#size += written;
        done += written;
      }
      this.#file.syncDataSync();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.#cutBack(before);
      return;
    }
    this.failure = undefined;
    this.#torn = false;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** The next lines, at most `most`; none once all were read. Reading them again is possible until `done`. */
  read(most: number): SpooledLine[] {
    this.sync();
    if (!this.#file || this.#readUpto >= this.#size) return [];
    const file = this.#file;
    // Not by its path: its folder may have been moved. What is written goes to its end all the same.
    file.seekSync(this.#readUpto, Deno.SeekMode.Start);
    const buffer = new Uint8Array(READ_BYTES);
    const bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
    const decoder = new TextDecoder();
    const lines: SpooledLine[] = [];
    for (let from = 0; lines.length < most && from < bytes.length;) {
      const to = bytes.indexOf(10, from);
      const isEnd = this.#readUpto + bytes.length === this.#size;
      // The last row of a file that a crash has left may lack its end; one that goes on is for the next read.
      if (to < 0 && isEnd) lines.push({ receivedAt: 0, line: "", upto: this.#size });
      if (to < 0) break;
      const row = decoder.decode(bytes.subarray(from, to));
      from = to + 1;
      const upto = this.#readUpto + from;
      const space = row.indexOf(" ");
      const whole = row.endsWith(WHOLE);
      lines.push({
        receivedAt: whole ? Number(row.slice(0, space)) : 0,
        line: whole ? row.slice(space + 1, -WHOLE.length) : "",
        upto,
      });
    }
    return lines;
  }

  /**
   * What was read up to here is stored, or all of it. Where that is all there is in the file, it goes, and what waited
   * to be written is handed back: else it would never end while lines keep coming.
   */
  done(upto = this.#size): Row[] {
    this.#readUpto = upto;
    if (upto < this.#size) return [];
    const rest = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#file?.close();
    this.#file = undefined;
    this.#size = this.#readUpto = this.#inheritedUpto = 0;
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      // Its folder was moved away, and it with it.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return rest;
  }

  [Symbol.dispose](): void {
    this.sync();
    this.#file?.close();
    this.#file = undefined;
  }

  /** Takes back what a failed write has left: the next try writes all of it again. */
  #cutBack(size: number): void {
    try {
      this.#file?.truncateSync(size);
      this.#size = size;
    } catch {
      // The write's own error is the one to tell; a row that stays cut off is left out when it is read.
      this.#torn = true;
    }
  }

  #create(): boolean {
    const name = `scrollback-spool-${crypto.randomUUID()}`;
    try {
      // An earlier try may have left the beginning of a name.
      if (plainFile(this.#path)) Deno.removeSync(this.#path);
      this.#file = makePrivate(this.#path, { append: true });
      this.#file.writeSync(new TextEncoder().encode(`${name}\n`));
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.#file?.close();
      this.#file = undefined;
      return false;
    }
    this.failure = undefined;
    this.#name = name;
    this.#size = this.#readUpto = byteLength(name) + 1;
    return true;
  }
}

function open(path: string, options: Deno.OpenOptions): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function firstLine(file: Deno.FsFile): string | undefined {
  const buffer = new Uint8Array(200);
  const bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
  const end = bytes.indexOf(10);
  return end < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, end));
}

/** When the last line was received that lies whole in the spool at `path`, where there is one. */
export function lastReceivedAt(path: string): number | undefined {
  using file = open(path, { read: true });
  if (!file) return undefined;
  file.seekSync(Math.max(0, file.statSync().size - READ_BYTES), Deno.SeekMode.Start);
  const buffer = new Uint8Array(READ_BYTES);
  const rows = new TextDecoder().decode(buffer.subarray(0, file.readSync(buffer) ?? 0)).split("\n");
  const last = rows.findLast((row) => row.endsWith(WHOLE));
  return last === undefined ? undefined : Number.parseInt(last);
}

function written({ receivedAt, line }: { receivedAt: number; line: string }): string {
  return `${receivedAt} ${line}${WHOLE}\n`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
