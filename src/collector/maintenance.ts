/** When the archive is given time for what it needs done between batches. */
import type { ArchiveWriter } from "../archive/archive.ts";
import { isUnavailable } from "../chat/errors.ts";
import type { TimeJudge } from "./time/judge.ts";

export interface MaintenanceOptions {
  /** @throws AppError unavailable while the archive cannot be written */
  writer: () => Pick<ArchiveWriter, "maintain">;
  time: TimeJudge;
  /** Told of anything else that was thrown. */
  broken: (error: unknown) => void;
  /** A tick's work ends after about so long: then it is a batch's turn. */
  budgetMs?: number;
}

const BUDGET_MS = 20;
/** Where nothing was due, it is asked again after this long. */
const REST_MS = 5_000;

export class Maintenance {
  readonly #options: MaintenanceOptions;
  /** Monotonic. */
  #nextAt = -Infinity;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  /** Something was asked for that is to begin at once. */
  hurry(): void {
    this.#nextAt = -Infinity;
  }

  /** Called between batches, several times a second. */
  tick(): void {
    const { writer, time, broken, budgetMs = BUDGET_MS } = this.#options;
    const startedAt = time.clock.monotonicMs();
    if (startedAt < this.#nextAt) return;
    try {
      // While it is in doubt what time it is, nothing is too old.
      if (writer().maintain(budgetMs, time.isCertain ? time.now() : 0)) return;
    } catch (error) {
      // That the archive is in trouble is told where messages wait for it. A bug here must not end the recording.
      if (!isUnavailable(error)) broken(error);
    }
    this.#nextAt = startedAt + REST_MS;
  }
}
