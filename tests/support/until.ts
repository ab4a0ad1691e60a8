import { setTimeout } from "node:timers/promises";

/** Resolves when the condition is true. Checks every `everyMs` milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>, everyMs = 5): Promise<void> {
  while (!await condition()) await setTimeout(everyMs);
}

/** Resolves when the wall clock shows a later millisecond. */
export async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now;) await setTimeout(1);
}
