/** What a soak has shown, as a table with a verdict. */
import { atMost, exactly, figure, median, type Row } from "../bench/figures.ts";
import { CHANGES, TROUBLES } from "./churn.ts";
import { type Outcome, type Sample, sumOf } from "./soak.ts";

/** Below this, memory is told, and not judged: heaps breathe by tens of MiB, which a short run takes for growth. */
const JUDGED_MINUTES = 10;
/** Of the time: until then caches fill, and heaps find their size. Breathing as they do, the rest must not be short. */
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
  // Twitch's connections come and go with channels.
  const handles = of(({ handles, links }) => handles - links);
  const quarter = Math.floor(late.length / 2);
  const moreHandles = median(handles.slice(quarter)) - median(handles.slice(0, quarter));
  return [
    figure("talk", minutes, "min"),
    figure("said in channels that were joined", said, "messages"),
    figure("  a second", said / minutes / 60, "/s"),
    { what: "channels", figure: told(changes, CHANGES) },
    { what: "Twitch asked for new connections, or cut them", figure: told(changes, TROUBLES) },
    exactly("missing", verdict.missing, 0),
    exactly("doubled", verdict.doubled, 0),
    exactly("in the wrong place", verdict.stray, 0),
    exactly("dropped", counts.dropped, 0),
    exactly("rejected", counts.rejected, 0),
    exactly("received: stored, duplicates, rejected or dropped", counts.received, sumOf(counts)),
    exactly(`pages answered with an error, of ${visits.pages}`, visits.failed, 0),
    figure("heard live", visits.liveBytes / 2 ** 20, "MiB"),
    figure("own memory, after warm-up: least", Math.min(...memory), "MiB"),
    figure("  median", median(memory), "MiB"),
    figure("  most", Math.max(...memory), "MiB"),
    isJudged
      ? atMost("  growth per million messages", growth, MAX_GROWTH, "MiB")
      : figure("  growth per million messages (too short to judge)", growth, "MiB"),
    figure("  growth per hour", slope(of(({ minutes }) => minutes / 60), memory), "MiB"),
    figure("resident, with pages of the file", median(of(({ residentMiB }) => residentMiB)), "MiB"),
    { what: "handles, without Twitch's, after warm-up: most", figure: String(Math.max(...handles)) },
    atMost("  more in the second half of that than in the first", moreHandles, MAX_HANDLES, ""),
    { what: "threads, after warm-up: most", figure: String(Math.max(...of(({ threads }) => threads))) },
    { what: "queue: most", figure: `${Math.max(...samples.map(({ queue }) => queue))} events` },
    figure("write-ahead log: most", Math.max(...samples.map(({ walMiB }) => walMiB)), "MiB"),
    figure("database at the end", samples.at(-1)!.dbMiB, "MiB"),
  ];
}

function told<K extends string>(changes: Record<K, number>, kinds: readonly K[]): string {
  return kinds.map((kind) => `${changes[kind]} ${kind}`).join(", ");
}

/** Of the straight line that fits best, by least squares. */
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
