/** Runs the archive's maintenance (deletions, retention, clean-up of the index) between batches. */
import type { ArchiveWriter } from "../archive/writer.ts";
import { hasCode, isUnavailable } from "../chat/errors.ts";
import type { TimeJudge } from "./time/judge.ts";

export interface MaintenanceOptions {
  /** @throws AppError unavailable while the archive cannot be written */
  writer: () => Pick<ArchiveWriter, "maintain">;
  time: TimeJudge;
  /** Called once when damaged pages stop the maintenance, until it succeeds again. */
  damaged: (reason: string) => void;
  /** Called with every other error that is not about the archive's availability: a bug. */
  broken: (error: unknown) => void;
  /** Milliseconds of work in one tick, so that batches do not wait longer. */
  budgetMs?: number;
}

const BUDGET_MS = 20;
/** Pause after a tick in which nothing was due. */
const REST_MS = 5_000;

export class Maintenance {
  readonly #options: MaintenanceOptions;
  /** Monotonic. */
  #nextAt = -Infinity;
  #isDamaged = false;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  /** Ends the pause, because work has just been requested. */
  endPause(): void {
    this.#nextAt = -Infinity;
  }

  /** Call it between batches, several times a second. */
  tick(): void {
    const { writer, time, damaged, broken, budgetMs = BUDGET_MS } = this.#options;
    const startedAt = time.clock.monotonicMs();
    if (startedAt < this.#nextAt) return;
    try {
      // While the time is uncertain, nothing is deleted by age.
      const isMoreDue = writer().maintain(budgetMs, time.isCertain ? time.now() : 0);
      this.#isDamaged = false;
      if (isMoreDue) return;
    } catch (error) {
      if (hasCode(error, "damaged")) {
        if (!this.#isDamaged) damaged(error.message);
        this.#isDamaged = true;
      } else if (!isUnavailable(error)) broken(error);
      // Else the write loop reports that the archive is unavailable.
    }
    this.#nextAt = startedAt + REST_MS;
  }
}
