/** Counts matches by time. */
import { barWidthOf, type Histogram } from "../../timeline.ts";
import { receivedAt } from "../../../chat/ids.ts";
import { HOUR_MS } from "../../../clock.ts";
import type { CandidateIndex, PostingList } from "../postings/candidates.ts";
import type { Deadline } from "../search/deadline.ts";
import type { IdRange } from "../search/id_range.ts";

const WEEK_HOURS = 7 * 24;
/** The hour of the week in which the Unix epoch began: a Thursday. */
const EPOCH_HOUR = 3 * 24;
/** Documents to read in one step. The clock is checked before each further step: a small list is always read whole. */
const STEP = 20_000;

/** The bars of a span: the narrowest ones of which there are not too many. */
export class Bars {
  readonly #from: number;
  readonly #widthMs: number;
  readonly #counts: number[];
  readonly #hours = new Array<number>(WEEK_HOURS).fill(0);
  #messages = 0;

  constructor({ from, to }: Pick<IdRange, "from" | "to">, maxBars: number) {
    const [first, last] = [receivedAt(from), receivedAt(to - 1)];
    this.#widthMs = barWidthOf(first, last, maxBars);
    this.#from = Math.floor(first / this.#widthMs) * this.#widthMs;
    this.#counts = new Array<number>(this.#barOf(last) + 1).fill(0);
  }

  add(id: number): void {
    const at = receivedAt(id);
    this.#counts[this.#barOf(at)]!++;
    this.#hours[(Math.floor(at / HOUR_MS) + EPOCH_HOUR) % WEEK_HOURS]!++;
    this.#messages++;
  }

  /** @param weight the number of matches that each message counts for */
  histogram(weight = 1): Histogram {
    const weighted = (count: number) => Math.round(count * weight);
    return {
      messages: weighted(this.#messages),
      from: this.#from,
      widthMs: this.#widthMs,
      counts: this.#counts.map(weighted),
      hours: this.#hours.map(weighted),
    };
  }

  #barOf(at: number): number {
    return Math.floor((at - this.#from) / this.#widthMs);
  }
}

/**
 * Calls `each` for every document of a list, step by step.
 * @returns the last document of the steps if the deadline passed before the end
 */
export function readAll(
  list: PostingList,
  index: CandidateIndex,
  deadline: Deadline,
  each: (id: number) => void,
): number | undefined {
  let bound = list.bound(STEP);
  while (bound !== undefined) {
    const last = bound;
    // A negative document was removed.
    for (const doc of list.take(last)) if (doc > 0) each(index.timeOf(doc));
    bound = list.bound(STEP);
    if (bound !== undefined && deadline.hasPassed()) return index.timeOf(last);
  }
  return undefined;
}

/** A normal distribution has 95 % of its values within this many standard deviations. */
const Z = 1.96;

/** The bounds of a share from a sample, with a confidence of 95 %: Wilson's score interval. */
export function shareBounds(hits: number, sample: number): { low: number; high: number } {
  const share = hits / sample;
  const scale = 1 + Z * Z / sample;
  const centre = (share + Z * Z / (2 * sample)) / scale;
  const half = Z / scale * Math.sqrt(share * (1 - share) / sample + Z * Z / (4 * sample * sample));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
