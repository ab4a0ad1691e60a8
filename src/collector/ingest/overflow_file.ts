/**
 * Where lines wait that neither the archive nor the queue can take: an append-only file beside the database, a row
 * `<received ms> <raw line>` each. Its first row is a name, under which the archive remembers how much of it is stored
 * already, so that a crash while it is read back doubles nothing.
 */

import { makePrivate, plainFile } from "../../archive/private_file.ts";
import {
  byteLength,
  decodeRows,
  encodeRow,
  firstLine,
  openIfThere,
  type OverflowLine,
  READ_BYTES,
} from "./overflow_format.ts";

export interface OverflowOptions {
  path: string;
  /** Bytes; 0 = no file: then the sockets are not read while there is no room. */
  bound: number;
  /** How long the sockets are left unread before messages are dropped. */
  patienceMs?: number;
}

/** How long a line may be unsynced: what a crash of the machine would cost. */
const SYNC_MS = 50;
/** Bytes that may wait in memory while the file cannot be written. */
const WAITING_BOUND = 4 * 1024 * 1024;

/** @template Row what is handed back where it was never written */
export class OverflowFile<Row extends { receivedAt: number; line: string }> implements Disposable {
  readonly #path: string;
  /** Bytes that it may have. */
  readonly bound: number;
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
   * @param bound bytes that the file may have; 0 = no overflow file
   * @param doneUpto how much of the file with this name is stored already
   */
  constructor(path: string, bound: number, doneUpto: (name: string) => number) {
    this.#path = path;
    this.bound = bound;
    const existing = plainFile(path) && openIfThere(path, { read: true, append: true });
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
    if (this.#size + this.#waitingBytes >= this.bound) return false;
    return this.failure === undefined || (this.#file !== undefined && this.#waitingBytes <= WAITING_BOUND);
  }

  /** False where the line found no room: the file is at its bound, or cannot be written. */
  append(row: Row): boolean {
    if (this.#file && !this.hasRoom || this.bound === 0 || !this.#file && !this.#create()) return false;
    this.#waiting.push(row);
    this.#waitingBytes += byteLength(encodeRow(row));
    this.#timer ??= setTimeout(() => this.sync(), SYNC_MS);
    return true;
  }

  /** Writes what waits, and to the disk. What cannot be written stays, and is tried again with the next line. */
  sync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#file || this.#waiting.length === 0) return;
    const bytes = new TextEncoder().encode((this.#torn ? "\n" : "") + this.#waiting.map(encodeRow).join(""));
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
  read(most: number): OverflowLine[] {
    this.sync();
    if (!this.#file || this.#readUpto >= this.#size) return [];
    const file = this.#file;
    // Not by its path: its folder may have been moved. What is written goes to its end all the same.
    file.seekSync(this.#readUpto, Deno.SeekMode.Start);
    const buffer = new Uint8Array(READ_BYTES);
    const bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
    return decodeRows(bytes, this.#readUpto, this.#size, most);
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
