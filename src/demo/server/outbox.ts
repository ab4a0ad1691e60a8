/** The waiting output of one connection. */

/** Above this, senders should wait: see `StandIn.ready`. In UTF-16 units or bytes, like the next one. */
export const HIGH_MARK = 1024 * 1024;

/** A reader that is this far behind is disconnected, as Twitch does. */
const BOUND = 32 * 1024 * 1024;

/** Maximum size of one write. */
const WRITE_UNITS = 256 * 1024;

/** Output to write: text, or bytes if the caller has them already. */
export type Piece = string | Uint8Array;

/** Lines wait here during an earlier write, and are then written together. */
export class Outbox {
  #waiting: Piece[] = [];
  #units = 0;
  #flushing: Promise<void> | undefined;
  #ended = false;

  /**
   * @param write writes all of it, or throws
   * @param eased called after every write
   * @param broken called once, when writing failed or the reader is too far behind
   */
  constructor(
    readonly write: (bytes: Uint8Array) => Promise<void>,
    readonly eased: () => void,
    readonly broken: (tooSlow: boolean) => void,
  ) {}

  get units(): number {
    return this.#units;
  }

  put(piece: Piece): void {
    if (this.#ended) return;
    this.#waiting.push(piece);
    this.#units += piece.length;
    if (this.#units > BOUND) return this.#end(true);
    this.#flushing ??= this.#flush();
  }

  /** Resolves when the output so far is written, or cannot be written any more. */
  flushed(): Promise<void> {
    return this.#flushing ?? Promise.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#waiting = [];
    this.#units = 0;
  }

  async #flush(): Promise<void> {
    const encoder = new TextEncoder();
    // Output of one turn of the event loop is written together.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) {
        const piece = this.#take();
        await this.write(typeof piece === "string" ? encoder.encode(piece) : piece);
        if (!this.#ended) this.#units -= piece.length;
        this.eased();
      }
    } catch {
      this.#end(false);
    } finally {
      this.#flushing = undefined;
    }
  }

  /** Bytes unchanged; several texts together. */
  #take(): Piece {
    if (typeof this.#waiting[0] !== "string") return this.#waiting.shift()!;
    let count = 0;
    for (let units = 0; units < WRITE_UNITS; count++) {
      const piece = this.#waiting[count];
      if (typeof piece !== "string") break;
      units += piece.length;
    }
    return this.#waiting.splice(0, count).join("");
  }

  #end(tooSlow: boolean): void {
    if (this.#ended) return;
    this.end();
    this.broken(tooSlow);
  }
}
