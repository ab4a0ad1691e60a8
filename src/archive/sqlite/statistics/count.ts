/** Counts the matches of a query: exactly by the index, exactly by reading each candidate, or by a sample of them. */
import type { Histogram } from "../../timeline.ts";
import type { Condition } from "../../../search/condition.ts";
import type { CandidateIndex } from "../postings/candidates.ts";
import { Bars, readAll, shareBounds } from "./histogram.ts";
import type { Deadline } from "../search/deadline.ts";
import type { IdRange } from "../search/id_range.ts";
import { type Lookup, MAX_PAGES_OF_PREFIX } from "../search/lookup.ts";
import type { Found, RowVerifier } from "../search/row_verifier.ts";
import { rowTestOf } from "../search/verify.ts";

/** Number of candidates to read for an estimate. If there are fewer, all are read, and the count is exact. */
const SAMPLE = 2_000;

export interface Counting {
  condition: Condition;
  lookup: Lookup;
  index: CandidateIndex;
  /** The whole span, which decides the bars. */
  range: IdRange;
  maxBars: number;
  deadline: Deadline;
}

/**
 * By the index alone, perhaps as far as the deadline allows; else by a sample. Undefined if the candidates of a sample cannot
 * be read before the deadline.
 */
export function countQuickly(counting: Counting, verifier: RowVerifier): Histogram | undefined {
  const { condition, lookup, index, range, maxBars, deadline } = counting;
  if (lookup.pagesOfPrefixes(condition) > MAX_PAGES_OF_PREFIX) return undefined;
  const bars = new Bars(range, maxBars);
  const list = lookup.exactList(condition);
  if (list) {
    const stopped = readAll(list, index, deadline, (id) => bars.add(id));
    return { ...bars.histogram(), ...stopped !== undefined && { stoppedAt: stopped } };
  }
  const candidates = lookup.candidates(condition);
  if (!candidates) return undefined;
  const ids: number[] = [];
  if (readAll(candidates, index, deadline, (id) => void ids.push(id)) !== undefined) return undefined;
  return estimate(condition, ids, verifier, bars, deadline);
}

/** @param ids the candidates, by time */
function estimate(
  condition: Condition,
  ids: readonly number[],
  verifier: RowVerifier,
  bars: Bars,
  deadline: Deadline,
): Histogram {
  const step = Math.max(1, ids.length / SAMPLE);
  const sample = Array.from({ length: Math.min(ids.length, SAMPLE) }, (_, n) => ids[Math.floor(n * step)]!);
  // In random order, a sample that the deadline ends is still one of the whole span.
  if (sample.length < ids.length) shuffle(sample);
  const found: Found = verifier.verify(rowTestOf(condition), sample, {
    count: Infinity,
    deadline,
    maxRowCost: Infinity,
  });
  for (const id of found.ids) bars.add(id);
  const checked = found.stoppedAt === undefined ? sample.length : sample.indexOf(found.stoppedAt) + 1;
  if (checked === ids.length) return bars.histogram();
  const { low, high } = shareBounds(found.ids.length, checked);
  return {
    ...bars.histogram(ids.length / checked),
    estimate: { low: Math.floor(low * ids.length), high: Math.ceil(high * ids.length), checked },
  };
}

function shuffle(list: number[]): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}
