import { setTimeout } from "node:timers/promises";

/** Resolves once the condition holds; it is looked at every few milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) await setTimeout(5);
}

/** Resolves when the machine's clock shows a later millisecond. */
export async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now;) await setTimeout(1);
}
