/** The archive's writer, opened anew where its file was moved, deleted or replaced. */
import { type ArchiveWriter, DETACHED } from "../../archive/writer.ts";
import { AppError, isUnavailable } from "../../chat/errors.ts";

export class CurrentWriter implements Disposable {
  readonly #open: () => ArchiveWriter;
  #writer: ArchiveWriter;
  /** The file was taken away, and none could be opened in its place yet. */
  #isClosed = false;

  /** @throws what `open` throws */
  constructor(open: () => ArchiveWriter) {
    this.#open = open;
    this.#writer = open();
  }

  get writer(): ArchiveWriter {
    return this.#writer;
  }

  /** Opens what is at the archive's path now, where that is another file than the one that is open. @throws what `open` throws */
  reattach(): void {
    if (!this.#isClosed && this.#writer.attached()) return;
    // First, and its log into the file that it belongs to: SQLite would use or remove that log for the new file.
    if (!this.#isClosed) {
      this.#writer.tidy();
      this.#writer[Symbol.dispose]();
      this.#isClosed = true;
    }
    this.#writer = this.#open();
    this.#isClosed = false;
  }

  /** Counts what is not counted yet. @throws AppError unavailable, also where the file is gone */
  maintain(): void {
    if (!this.#writer.attached()) throw new AppError("unavailable", DETACHED);
    this.#writer.flushCounters();
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    try {
      this.#writer[Symbol.dispose]();
    } catch (error) {
      // What it could not write at the end is derived, and is counted again at the next start.
      if (!isUnavailable(error)) throw error;
    }
  }
}
