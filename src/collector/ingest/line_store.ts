/** Lines as bytes outside of V8's heap. */

const CHUNK_BYTES = 64 * 1024;
/** Chunks that wait to be used again. */
const MAX_FREE = 64;
/** Of a character in UTF-8, for each of its code units. */
const MAX_BYTES = 3;
/** A longer line, in code units, has an array of its own: room is made for the most bytes that it could have. */
const LONG = 2_048;

/**
 * Lines, one after the other. A chunk whose lines are all released is filled again: what V8 has to count as taken outside of
 * its heap makes it look through all of that, every 8 MB.
 */
interface Chunk {
  bytes: Uint8Array;
  used: number;
  /** How many of its lines are not released. */
  lines: number;
}

/** Where a line is kept. */
export interface Kept {
  chunk: Chunk;
  from: number;
  end: number;
}

export class LineStore {
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #free: Chunk[] = [];
  #filling = emptyChunk();

  keep(line: string): Kept {
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

  read({ chunk, from, end }: Kept): string {
    return this.#decoder.decode(chunk.bytes.subarray(from, end));
  }

  /** Once for each line; where it is there may be another one from now on. What is never released is garbage like any other. */
  release({ chunk }: Kept): void {
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
