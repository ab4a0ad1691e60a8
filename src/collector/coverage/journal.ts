/**
 * A file beside the database with the coverage changes that could not be stored, because the archive could not be
 * written. It is written every second while that lasts and at the end, and read at the next start, so that coverage is
 * correct even after a crash.
 */
import type { UnwrittenCoverage } from "../../archive/coverage.ts";
import { makePrivate, plainFile, removeIfThere } from "../../archive/private_file.ts";
import { lastReceivedAt } from "../ingest/overflow_format.ts";

/** The interval between writes. */
const WRITE_MS = 1_000;
/** The journal is written to a file with this suffix and then renamed, so that a crash leaves a complete file. */
const NEW_SUFFIX = "-new";

export class CoverageJournal {
  readonly #path: string;
  #writtenAt: number | undefined;
  #failing = false;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Returns the stored changes; undefined if the file is missing or incomplete, so that open intervals end as killed.
   * @param overflowPath the overflow file: messages in it were heard, even those after the last write of the journal
   */
  read(overflowPath: string): UnwrittenCoverage | undefined {
    try {
      const unwritten = JSON.parse(Deno.readTextFileSync(this.#path)) as UnwrittenCoverage;
      return { ...unwritten, knownAt: Math.max(unwritten.knownAt, lastReceivedAt(overflowPath) ?? 0) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /**
   * Writes the changes if a write is due, or deletes the file if there are none. Call it several times a second.
   * @param now monotonic
   * @throws errors of the file system; only the first one of a series
   */
  tick(unwritten: UnwrittenCoverage | undefined, now: number): void {
    if (unwritten === undefined) {
      if (this.#writtenAt !== undefined) this.delete();
      return;
    }
    if (this.#writtenAt !== undefined && now - this.#writtenAt < WRITE_MS) return;
    const isNews = !this.#failing;
    this.#writtenAt = now;
    this.#failing = true;
    try {
      this.write(unwritten);
      this.#failing = false;
    } catch (error) {
      if (isNews) throw error;
    }
  }

  /** Writes the changes. @throws errors of the file system; then the previous file is still there */
  write(unwritten: UnwrittenCoverage): void {
    const path = this.#path + NEW_SUFFIX;
    {
      if (plainFile(path)) Deno.removeSync(path);
      using file = makePrivate(path);
      const bytes = new TextEncoder().encode(JSON.stringify(unwritten));
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
      file.syncDataSync();
    }
    Deno.renameSync(path, this.#path);
  }

  /** Deletes the file. Call it once the changes are stored. */
  delete(): void {
    this.#writtenAt = undefined;
    removeIfThere(this.#path);
    removeIfThere(this.#path + NEW_SUFFIX);
  }
}
