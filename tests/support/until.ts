import { setTimeout } from "node:timers/promises";

/** Longer than any condition takes on a busy machine: a test that waits in vain fails, and names the condition. */
const MAX_WAIT_MS = 180_000;

/** Resolves when the condition is true. Checks every `everyMs` milliseconds. @throws an Error after 3 minutes */
export async function until(condition: () => boolean | Promise<boolean>, everyMs = 5): Promise<void> {
  const startedAt = performance.now();
  while (!await condition()) {
    if (performance.now() - startedAt > MAX_WAIT_MS) {
      throw new Error(`still false after 3 minutes: ${condition}`);
    }
    await setTimeout(everyMs);
  }
}

/** The maximum difference between the collector's monotonic time and the wall clock, milliseconds. */
export const CLOCK_DIFFERENCE_MS = 5;

/** Resolves when the wall clock has advanced by this number of milliseconds. */
export async function clockAdvance(ms: number): Promise<void> {
  for (const start = Date.now(); Date.now() < start + ms;) await setTimeout(1);
}

/** Resolves when the wall clock shows a later millisecond. */
export function nextMillisecond(): Promise<void> {
  return clockAdvance(1);
}
