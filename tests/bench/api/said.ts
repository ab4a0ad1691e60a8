/** What is said for followers of searches, and what they missed of it. */
import { type Placing, sentMark, type Stage, TEN_CHANNELS } from "../support/stage.ts";
import type { Thread } from "../support/thread.ts";
import type { Request, Served } from "./clients.ts";

/** What is followed. */
export const SEARCHES = Array.from({ length: 50 }, (_, n) => `note${n}`);
/** Every twentieth message matches one of the searches. */
const MATCHING = 20;
/** The program may take so long to begin all downloads, and to send a message to all followers. */
const MAX_WAIT_S = 120;

/** What was said for the followers. */
export class Said {
  /** Whether messages match searches. */
  isMarked = false;
  readonly #times = SEARCHES.map(() => 0);

  readonly place: Placing = (n) => {
    const channel = TEN_CHANNELS[n % TEN_CHANNELS.length]!;
    if (!this.isMarked || n % MATCHING > 0) return { channel };
    const search = n / MATCHING % SEARCHES.length;
    this.#times[search]!++;
    return { channel, suffix: ` ${SEARCHES[search]}${sentMark()}` };
  };

  /** Messages that a follower did not get, or got twice. @param heard by each follower of each search */
  missedBy(heard: readonly number[][]): number {
    const missed = heard.flatMap((each, n) => each.map((times) => Math.abs(this.#times[n]! - times)));
    return missed.reduce((sum, times) => sum + times, 0);
  }
}

/** Says messages until its end. */
export class Speech implements Disposable {
  readonly #end = new AbortController();
  readonly #perSecond: Promise<number>;

  constructor(stage: Stage, perSecond: number, place: Placing) {
    this.#perSecond = stage.keepSaying(perSecond, this.#end.signal, place);
  }

  /** Returns how many it said a second. */
  end(): Promise<number> {
    this.#end.abort();
    return this.#perSecond;
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }
}

/** The report once something is true, or when that has taken too long. */
export async function reportWhen(
  crowd: Thread<Request, Served>,
  isTrue: (served: Served) => boolean,
): Promise<Served> {
  for (let waited = 0;; waited++) {
    const report = await crowd.ask({ kind: "report" });
    if (isTrue(report) || waited === MAX_WAIT_S) return report;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
