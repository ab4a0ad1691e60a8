/** Stores coverage: in the archive, or in the journal while the archive cannot be written. */
import type { CoverageNote, UnwrittenCoverage } from "../../archive/coverage.ts";
import type { ArchiveWriter } from "../../archive/writer.ts";
import type { WriteLoop } from "../ingest/write_loop.ts";
import type { CollectorLog } from "../log.ts";
import type { TimeJudge } from "../time/judge.ts";
import { CoverageJournal } from "./journal.ts";
import { CoverageTracker } from "./tracker.ts";

export interface CoverageStoreOptions {
  time: TimeJudge;
  journalPath: string;
  overflowPath: string;
  store: () => Pick<WriteLoop, "writer" | "safeUntil">;
  log: Pick<CollectorLog, "error">;
}

export class CoverageStore {
  readonly tracker: CoverageTracker;
  readonly #options: CoverageStoreOptions;
  readonly #journal: CoverageJournal;
  #unwritten: UnwrittenCoverage | undefined;

  /** Reads the journal of the last run. @throws errors of the file system */
  constructor(options: CoverageStoreOptions) {
    this.#options = options;
    this.tracker = new CoverageTracker({
      time: options.time,
      write: (note, done) => this.#write(note, done),
      safeUntil: () => options.store().safeUntil(),
    });
    this.#journal = new CoverageJournal(options.journalPath);
    this.#unwritten = this.#journal.read(options.overflowPath);
  }

  /** Changes of the last run that the archive stores when it is opened; undefined once it has. */
  get unwritten(): UnwrittenCoverage | undefined {
    return this.#unwritten;
  }

  /** The archive has stored {@link unwritten}: deletes the journal. @throws errors of the file system */
  restored(): void {
    this.#journal.delete();
    this.#unwritten = undefined;
  }

  /** Call it several times a second. @param now monotonic */
  tick(now: number): void {
    this.tracker.tick();
    this.#reportErrors(() =>
      this.#journal.tick(this.tracker.unwritten(this.#options.store().safeUntil()), now)
    );
  }

  /** The program ends: writes the changes that are not in the archive to the journal, up to now. */
  writeJournal(): void {
    const unwritten = this.tracker.unwritten(this.#options.time.now());
    if (unwritten) this.#reportErrors(() => this.#journal.write(unwritten));
  }

  #write({ changes, knownAt, replaceAll }: CoverageNote, done: (error?: unknown) => void): void {
    let writer: ArchiveWriter;
    try {
      ({ writer } = this.#options.store());
    } catch (error) {
      return done(error);
    }
    writer.storeCoverageLater(changes, knownAt, replaceAll, done);
  }

  #reportErrors(work: () => void): void {
    try {
      work();
    } catch (error) {
      // The next start uses the last written journal; without one, open intervals end as killed.
      this.#options.log.error("coverage could not be kept: {error}", { error });
    }
  }
}
