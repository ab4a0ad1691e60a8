/** Splits bytes from a socket into lines. */

const LF = 10;
const CR = 13;

/** The longest accepted line, in bytes. Twitch's have at most 8,191 bytes of tags and about 500 others. */
export const MAX_LINE_BYTES = 64 * 1024;

/** The first bytes of a longer line that are kept as a sample. */
const SAMPLE_BYTES = 500;

/**
 * Joins chunks to lines. A chunk may end anywhere, even within a character. Lines end with LF or CRLF; empty ones are
 * skipped. Invalid UTF-8 becomes U+FFFD. Buffers at most one incomplete line of {@link MAX_LINE_BYTES}.
 */
export class LineSplitter {
  // Each line is decoded separately: a slice of a chunk's string would keep the whole chunk in memory.
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #skipping = false;
  #overlong: string[] = [];

  /** Returns the lines that this chunk completes. The caller may reuse the chunk afterwards. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      if (this.#skipping) this.#skipping = false;
      else if (this.#heldBytes + end - from > MAX_LINE_BYTES) this.#drop(chunk.subarray(from, end), false);
      else if (this.#heldBytes === 0) this.#add(lines, chunk, from, end);
      else {
        const whole = this.#join(chunk.subarray(from, end));
        this.#add(lines, whole, 0, whole.length);
      }
      from = end + 1;
    }
    if (from < chunk.length && !this.#skipping) this.#hold(chunk.subarray(from));
    return lines;
  }

  /** Returns a sample of each line that was dropped for its length since the last call. */
  takeOverlong(): string[] {
    const taken = this.#overlong;
    if (taken.length > 0) this.#overlong = [];
    return taken;
  }

  /** Adds the line between these offsets, unless it is empty. */
  #add(lines: string[], bytes: Uint8Array, from: number, end: number): void {
    while (end > from && bytes[end - 1] === CR) end--;
    if (end > from) lines.push(this.#decoder.decode(bytes.subarray(from, end)));
  }

  #hold(piece: Uint8Array): void {
    if (this.#heldBytes + piece.length > MAX_LINE_BYTES) return this.#drop(piece, true);
    this.#held.push(piece.slice());
    this.#heldBytes += piece.length;
  }

  #join(last: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.#heldBytes + last.length);
    let at = 0;
    for (const piece of this.#held) {
      whole.set(piece, at);
      at += piece.length;
    }
    whole.set(last, at);
    this.#held = [];
    this.#heldBytes = 0;
    return whole;
  }

  #drop(piece: Uint8Array, skipping: boolean): void {
    this.#overlong.push(this.#decoder.decode(this.#join(piece).subarray(0, SAMPLE_BYTES)));
    this.#skipping = skipping;
  }
}
