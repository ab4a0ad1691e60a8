/** Counts the matches of a query exactly, in as many steps as it takes: on a busy machine, the archive may end each early. */
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import type { CountQuery, Histogram } from "../../../src/archive/timeline.ts";

/** @param first a count that may have been stopped; undefined to begin */
export async function countAll(
  reader: ArchiveReader,
  query: CountQuery,
  first?: Histogram,
): Promise<Histogram> {
  let all = first;
  while (!all || all.stoppedAt !== undefined) {
    const step = (await reader.histogram(query, 160, { before: all?.stoppedAt }))!;
    const sum = (a: number[], b: number[]) => a.map((count, i) => count + b[i]!);
    all = all
      ? {
        ...step,
        messages: all.messages + step.messages,
        counts: sum(all.counts, step.counts),
        hours: sum(all.hours, step.hours),
      }
      : step;
  }
  return all;
}
