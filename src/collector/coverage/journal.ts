/**
 * What coverage was not told, because the archive could not be written: a file beside the database, written every second
 * while that lasts and at the end, and read at the next start. So it does not matter how the program ends.
 */
import type { UnwrittenCoverage } from "../../archive/coverage.ts";
import { makePrivate, plainFile } from "../../archive/private_file.ts";
import { lastReceivedAt } from "../ingest/overflow_file.ts";

/** How old the file may be. */
const KEEP_MS = 1_000;
/** It is written here, and then takes the other's place: a crash leaves a whole one. */
const NEW_SUFFIX = "-new";

export class CoverageJournal {
  readonly #path: string;
  #keptAt: number | undefined;
  #failing = false;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Undefined where there is nothing, or nothing whole: then what was going on counts as killed.
   * @param spoolPath what was spooled after the file was written was heard as well
   */
  read(spoolPath: string): UnwrittenCoverage | undefined {
    try {
      const unnoted = JSON.parse(Deno.readTextFileSync(this.#path)) as UnwrittenCoverage;
      return { ...unnoted, knownAt: Math.max(unnoted.knownAt, lastReceivedAt(spoolPath) ?? 0) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /**
   * Called several times a second: keeps what is still to be noted, or deletes the file where nothing is.
   * @param now monotonic
   * @throws what the file system says, once for as long as it does
   */
  tick(unnoted: UnwrittenCoverage | undefined, now: number): void {
    if (unnoted === undefined) {
      if (this.#keptAt !== undefined) this.drop();
      return;
    }
    if (this.#keptAt !== undefined && now - this.#keptAt < KEEP_MS) return;
    const isNews = !this.#failing;
    this.#keptAt = now;
    this.#failing = true;
    try {
      this.keep(unnoted);
      this.#failing = false;
    } catch (error) {
      if (isNews) throw error;
    }
  }

  /** @throws what the file system says; what was kept before is still there then */
  keep(unnoted: UnwrittenCoverage): void {
    const path = this.#path + NEW_SUFFIX;
    {
      if (plainFile(path)) Deno.removeSync(path);
      using file = makePrivate(path);
      const bytes = new TextEncoder().encode(JSON.stringify(unnoted));
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
      file.syncDataSync();
    }
    Deno.renameSync(path, this.#path);
  }

  /** To be called once it is noted. */
  drop(): void {
    this.#keptAt = undefined;
    for (const path of [this.#path, this.#path + NEW_SUFFIX]) {
      try {
        Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}
