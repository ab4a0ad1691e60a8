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

/** Resolves when the wall clock shows a later millisecond. */
export async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now;) await setTimeout(1);
}
