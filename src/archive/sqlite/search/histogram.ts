/** Counts matches by time, from posting lists alone. */
import type { Histogram } from "../../timeline.ts";
import { receivedAt } from "../../../chat/ids.ts";
import type { Condition } from "../../../search/condition.ts";
import { DAY_MS, MINUTE_MS } from "../../../clock.ts";
import type { CandidateIndex } from "./candidates.ts";
import type { IdRange } from "./id_range.ts";
import { type Lookup, MAX_PAGES_OF_PREFIX } from "./lookup.ts";

const HOUR_MS = 60 * MINUTE_MS;
/** Widths of bars, from a minute to ten years. */
const WIDTHS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 7, 30, 90, 365, 3_650].map((days) => days * DAY_MS),
];
/** Documents to read in one step. The clock is checked after each step. */
const STEP = 20_000;

/** @returns undefined if the index alone does not decide the condition, or if the deadline passes */
export function histogramOf(
  condition: Condition,
  lookup: Lookup,
  index: CandidateIndex,
  range: IdRange,
  maxBars: number,
  deadline: number,
): Histogram | undefined {
  if (lookup.pagesOfPrefixes(condition) > MAX_PAGES_OF_PREFIX) return undefined;
  const list = lookup.exactList(condition);
  if (list === undefined) return undefined;
  const { from, widthMs, bars } = barsOf(receivedAt(range.from), receivedAt(range.to - 1), maxBars);
  const counts = new Array<number>(bars).fill(0);
  let messages = 0;
  for (let bound = list.bound(STEP); bound !== undefined; bound = list.bound(STEP)) {
    for (const doc of list.take(bound)) {
      // A negative document was removed.
      if (doc < 0) continue;
      counts[Math.floor((receivedAt(index.timeOf(doc)) - from) / widthMs)]!++;
      messages++;
    }
    if (performance.now() > deadline) return undefined;
  }
  return { messages, from, widthMs, counts };
}

/** The bars of a span: the narrowest ones of which there are not too many. */
function barsOf(from: number, to: number, maxBars: number): { from: number; widthMs: number; bars: number } {
  for (const widthMs of WIDTHS) {
    const begin = Math.floor(from / widthMs) * widthMs;
    const bars = Math.max(1, Math.floor((to - begin) / widthMs) + 1);
    if (bars <= maxBars || widthMs === WIDTHS.at(-1)) return { from: begin, widthMs, bars };
  }
  throw new Error("there is a last width");
}
