/** The counts of an exact count that is not at its end, as a part of an address: the server keeps nothing between steps. */
import type { Histogram } from "../../../src/archive/timeline.ts";

/** More messages than an archive has. The numbers come from the address, so anybody may have written them. */
const MAX_COUNT = 2 ** 42;

type Counts = Pick<Histogram, "from" | "counts" | "hours">;

/** Numbers in base 36, separated by dots; `~` separates lists. */
export function packCounts({ from, counts, hours }: Counts): string {
  return [[from], counts, hours].map((list) => list.map((n) => n === 0 ? "" : n.toString(36)).join(".")).join(
    "~",
  );
}

/** The inverse of {@link packCounts}. What is no number counts as 0. */
export function unpackCounts(text: string): Counts {
  const [from = [], counts = [], hours = []] = text.split("~")
    .map((list) => list.split(".").map((n) => Math.min(parseInt(n, 36) || 0, MAX_COUNT)));
  return { from: from[0] ?? 0, counts, hours };
}

/** Adds the counts of earlier steps, unless they are of other bars, as after old messages were deleted. */
export function sumOf(step: Histogram, earlier: Counts): Histogram {
  const isSame = earlier.from === step.from && earlier.counts.length === step.counts.length &&
    earlier.hours.length === step.hours.length;
  if (!isSame) return step;
  const add = (a: readonly number[], b: readonly number[]) => a.map((n, i) => n + b[i]!);
  const counts = add(step.counts, earlier.counts);
  return {
    ...step,
    messages: counts.reduce((sum, n) => sum + n, 0),
    counts,
    hours: add(step.hours, earlier.hours),
  };
}
