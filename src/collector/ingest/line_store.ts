/** Stores lines as bytes outside V8's heap. */

const CHUNK_BYTES = 64 * 1024;
/** Maximum number of chunks kept for reuse. */
const MAX_FREE = 64;
/** Maximum bytes in UTF-8 per UTF-16 code unit. */
const MAX_BYTES = 3;
/** A line with more code units gets an array of its own, because a chunk reserves `MAX_BYTES` for each. */
const LONG = 2_048;

/**
 * Lines, one after the other. A chunk is reused when all its lines are released: V8 runs a garbage collection for every
 * 8 MB that are allocated outside its heap.
 */
interface Chunk {
  bytes: Uint8Array;
  used: number;
  /** Number of lines that are not released. */
  lines: number;
}

/** The position of a stored line. */
export interface LineRef {
  chunk: Chunk;
  from: number;
  end: number;
}

export class LineStore {
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #free: Chunk[] = [];
  #filling = emptyChunk();

  add(line: string): LineRef {
    if (line.length > LONG) {
      const bytes = this.#encoder.encode(line);
      return { chunk: { bytes, used: bytes.length, lines: 1 }, from: 0, end: bytes.length };
    }
    if (CHUNK_BYTES - this.#filling.used < line.length * MAX_BYTES) this.#filling = this.#next();
    const chunk = this.#filling;
    const from = chunk.used;
    chunk.used += this.#encoder.encodeInto(line, chunk.bytes.subarray(from)).written;
    chunk.lines++;
    return { chunk, from, end: chunk.used };
  }

  read({ chunk, from, end }: LineRef): string {
    return this.#decoder.decode(chunk.bytes.subarray(from, end));
  }

  /** Frees a line's bytes for other lines. Call it once per line. A line without release is garbage-collected. */
  release({ chunk }: LineRef): void {
    const isFree = --chunk.lines === 0 && chunk !== this.#filling && chunk.bytes.length === CHUNK_BYTES;
    if (isFree && this.#free.length < MAX_FREE) this.#free.push(chunk);
  }

  #next(): Chunk {
    const chunk = this.#filling.lines === 0 ? this.#filling : this.#free.pop() ?? emptyChunk();
    chunk.used = 0;
    return chunk;
  }
}

function emptyChunk(): Chunk {
  return { bytes: new Uint8Array(CHUNK_BYTES), used: 0, lines: 0 };
}
