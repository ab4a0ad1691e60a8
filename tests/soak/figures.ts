/** The results of a soak test as a table. */
import { atMost, exactly, figure, median, type Row } from "../bench/support/figures.ts";
import { CHANGES, TROUBLES } from "./churn.ts";
import { type Outcome, type Sample, sumOf } from "./soak.ts";

/** In shorter runs memory is shown but not compared: heaps vary by tens of MiB, which looks like growth. */
const JUDGED_MINUTES = 10;
/** Share of the time in which caches fill and heaps reach their size. */
const WARM_UP = 1 / 5;
/** MiB per million messages, after warm-up. */
const MAX_GROWTH = 2;
const MAX_HANDLES = 4;

export function rowsOf({ samples, minutes, said, verdict, counts, changes, visits }: Outcome): Row[] {
  const late = samples.slice(Math.floor(samples.length * WARM_UP));
  const of = (pick: (sample: Sample) => number) => late.map(pick);
  const memory = of(({ ownMiB }) => ownMiB);
  const millions = of(({ stored }) => stored / 1e6);
  const growth = slope(millions, memory);
  const isJudged = minutes >= JUDGED_MINUTES;
  // The number of connections to Twitch changes with the channels.
  const handles = of(({ handles, links }) => handles - links);
  const quarter = Math.floor(late.length / 2);
  const moreHandles = median(handles.slice(quarter)) - median(handles.slice(0, quarter));
  return [
    figure("duration", minutes, "min"),
    figure("sent to joined channels", said, "messages"),
    figure("  per second", said / minutes / 60, "/s"),
    { what: "channels", figure: told(changes, CHANGES) },
    { what: "RECONNECTs and cut connections", figure: told(changes, TROUBLES) },
    exactly("missing", verdict.missing, 0),
    exactly("duplicated", verdict.doubled, 0),
    exactly("in the wrong channel, or deleted", verdict.stray, 0),
    exactly("dropped", counts.dropped, 0),
    exactly("rejected", counts.rejected, 0),
    exactly("received = stored + duplicates + rejected + dropped", counts.received, sumOf(counts)),
    exactly(`pages answered with an error, of ${visits.pages}`, visits.failed, 0),
    figure("received live", visits.liveBytes / 2 ** 20, "MiB"),
    figure("private memory after warm-up: minimum", Math.min(...memory), "MiB"),
    figure("  median", median(memory), "MiB"),
    figure("  maximum", Math.max(...memory), "MiB"),
    isJudged
      ? atMost("  growth per million messages", growth, MAX_GROWTH, "MiB")
      : figure("  growth per million messages (too short to judge)", growth, "MiB"),
    figure("  growth per hour", slope(of(({ minutes }) => minutes / 60), memory), "MiB"),
    figure("resident memory, with pages of the file", median(of(({ residentMiB }) => residentMiB)), "MiB"),
    {
      what: "handles without connections to Twitch, after warm-up: maximum",
      figure: String(Math.max(...handles)),
    },
    atMost("  increase from the first to the second half", moreHandles, MAX_HANDLES, ""),
    { what: "threads after warm-up: maximum", figure: String(Math.max(...of(({ threads }) => threads))) },
    { what: "queue: maximum", figure: `${Math.max(...samples.map(({ queue }) => queue))} events` },
    figure("write-ahead log: maximum", Math.max(...samples.map(({ walMiB }) => walMiB)), "MiB"),
    figure("database at the end", samples.at(-1)!.dbMiB, "MiB"),
  ];
}

function told<K extends string>(changes: Record<K, number>, kinds: readonly K[]): string {
  return kinds.map((kind) => `${changes[kind]} ${kind}`).join(", ");
}

/** Slope of the line that fits best by least squares. */
export function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  let [over, under] = [0, 0];
  for (const [i, at] of xs.entries()) {
    over += (at - x) * (ys[i]! - y);
    under += (at - x) ** 2;
  }
  return over / under;
}
