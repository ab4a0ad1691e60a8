/**
 * The overflow file: lines that neither the archive nor the queue can take wait in an append-only file beside the
 * database, one row `<received ms> <raw line>` each. The first row is the file's name. The archive stores how much of the
 * file with this name it has, so that a crash during reading does not store rows twice.
 */

import { messageOf } from "../../chat/errors.ts";
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
  /** Maximum bytes; 0 = no file: then sockets stay unread while the queue is full. */
  bound: number;
  /** How long sockets stay unread before messages are dropped, milliseconds. */
  patienceMs?: number;
}

/** Rows are synced after this time. A crash of the machine loses rows that are not synced. */
const SYNC_MS = 50;
/** Maximum bytes in memory while the file cannot be written. */
const WAITING_BOUND = 4 * 1024 * 1024;

/** @template Row the rows that are appended, and returned if they were never written */
export class OverflowFile<Row extends { receivedAt: number; line: string }> implements Disposable {
  readonly #path: string;
  /** Maximum bytes of the file. */
  readonly bound: number;
  #file: Deno.FsFile | undefined;
  #name = "";
  #size = 0;
  #readOffset = 0;
  /** End of the bytes that an earlier run wrote. */
  #inheritedEnd = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Row[] = [];
  #waitingBytes = 0;
  /** Whether the file may end with an incomplete row. */
  #torn = false;
  /** Why the last write failed. */
  failure: string | undefined;

  /**
   * Opens the file of an earlier run, if there is one. The first row creates a new file.
   * @throws AppError unavailable if the path is not a regular file
   * @param bound maximum bytes of the file; 0 = no overflow file
   * @param storedBytes returns how many bytes of the file with this name are stored
   */
  constructor(path: string, bound: number, storedBytes: (name: string) => number) {
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
    this.#size = this.#inheritedEnd = existing.statSync().size;
    this.#readOffset = Math.max(byteLength(name) + 1, storedBytes(name));
  }

  /** Whether an earlier run wrote the bytes before `offset`. */
  isInherited(offset: number): boolean {
    // This run ends an incomplete row with a line feed.
    return offset <= this.#inheritedEnd + 1;
  }

  get name(): string {
    return this.#name;
  }

  /** Whether rows wait in it. Later rows must then follow them. */
  get active(): boolean {
    return this.#file !== undefined;
  }

  /** Bytes of the waiting rows. */
  get bytes(): number {
    return this.#size + this.#waitingBytes - this.#readOffset;
  }

  /** Number of rows that were appended but not written. At the end, these are lost. */
  get unwritten(): number {
    return this.#waiting.length;
  }

  /** When the first unwritten row was received. */
  get unwrittenSince(): number | undefined {
    return this.#waiting[0]?.receivedAt;
  }

  /** Whether one more row would be taken. */
  get hasRoom(): boolean {
    if (this.#size + this.#waitingBytes >= this.bound) return false;
    return this.failure === undefined || (this.#file !== undefined && this.#waitingBytes <= WAITING_BOUND);
  }

  /** Returns false if the row is not taken: the file is at its bound, or cannot be written. */
  append(row: Row): boolean {
    if (this.#file && !this.hasRoom || this.bound === 0 || !this.#file && !this.#create()) return false;
    this.#waiting.push(row);
    this.#waitingBytes += byteLength(encodeRow(row));
    this.#timer ??= setTimeout(() => this.sync(), SYNC_MS);
    return true;
  }

  /** Writes waiting rows, and syncs the file. After a failure they stay, and are tried again with the next row. */
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
      this.failure = messageOf(error);
      this.#cutBack(before);
      return;
    }
    this.failure = undefined;
    this.#torn = false;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** The next lines, at most `most`; none if all were read. Returns the same lines again until {@link done}. */
  read(most: number): OverflowLine[] {
    this.sync();
    if (!this.#file || this.#readOffset >= this.#size) return [];
    const file = this.#file;
    // Reads the open file, because its folder may have been moved. In append mode, seeking does not affect writes.
    file.seekSync(this.#readOffset, Deno.SeekMode.Start);
    const buffer = new Uint8Array(READ_BYTES);
    const bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
    return decodeRows(bytes, this.#readOffset, this.#size, most);
  }

  /**
   * Marks rows up to `offset` as stored, or all rows. If none is left in the file, deletes it and returns the rows that
   * waited to be written: otherwise the file would never end while new lines arrive.
   */
  done(offset = this.#size): Row[] {
    this.#readOffset = offset;
    if (offset < this.#size) return [];
    const rest = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#file?.close();
    this.#file = undefined;
    this.#size = this.#readOffset = this.#inheritedEnd = 0;
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      // Its folder was moved.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return rest;
  }

  [Symbol.dispose](): void {
    this.sync();
    this.#file?.close();
    this.#file = undefined;
  }

  /** Removes the part that a failed write has written: the next attempt writes all of it again. */
  #cutBack(size: number): void {
    try {
      this.#file?.truncateSync(size);
      this.#size = size;
    } catch {
      // Report the error of the write instead of this one. Reading skips an incomplete row.
      this.#torn = true;
    }
  }

  #create(): boolean {
    const name = `scrollback-spool-${crypto.randomUUID()}`;
    try {
      // A failed attempt may have left an incomplete name.
      if (plainFile(this.#path)) Deno.removeSync(this.#path);
      this.#file = makePrivate(this.#path, { append: true });
      this.#file.writeSync(new TextEncoder().encode(`${name}\n`));
    } catch (error) {
      this.failure = messageOf(error);
      this.#file?.close();
      this.#file = undefined;
      return false;
    }
    this.failure = undefined;
    this.#name = name;
    this.#size = this.#readOffset = byteLength(name) + 1;
    return true;
  }
}
