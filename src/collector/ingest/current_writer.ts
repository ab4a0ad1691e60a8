/** The archive's writer. It is reopened if its file was moved, deleted or replaced. */
import { type ArchiveWriter, DETACHED } from "../../archive/writer.ts";
import { AppError, isUnavailable } from "../../chat/errors.ts";

export class CurrentWriter implements Disposable {
  readonly #open: () => ArchiveWriter;
  #writer: ArchiveWriter;
  /** Whether the writer of a missing file was closed, and none could be opened in its place yet. */
  #isClosed = false;

  /** @throws what `open` throws */
  constructor(open: () => ArchiveWriter) {
    this.#open = open;
    this.#writer = open();
  }

  get writer(): ArchiveWriter {
    return this.#writer;
  }

  /** Opens the file that is at the archive's path now, if it is not the open one. @throws what `open` throws */
  reattach(): void {
    if (!this.#isClosed && this.#writer.attached()) return;
    if (!this.#isClosed) {
      this.#isClosed = true;
      // Writes the log into its own file first: SQLite would use or remove that log for the new file.
      this.#writer[Symbol.dispose]();
    }
    this.#writer = this.#open();
    this.#isClosed = false;
  }

  /** Writes the collected counters. @throws AppError unavailable, also if the file is gone */
  maintain(): void {
    if (!this.#writer.attached()) throw new AppError("unavailable", DETACHED);
    this.#writer.flushCounters();
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    try {
      this.#writer[Symbol.dispose]();
    } catch (error) {
      // Counters that it could not write are derived: the next start counts the rows again.
      if (!isUnavailable(error)) throw error;
    }
  }
}
