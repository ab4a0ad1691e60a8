/** Resolves after `ms`, or when `over` is aborted. */
export function pause(ms: number, over?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      over?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    over?.addEventListener("abort", end);
  });
}

/** Runs `work` every `everyMs` until `over` is aborted, and once afterwards. */
export async function repeat(everyMs: number, over: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!over.aborted) {
    await pause(everyMs, over);
    await work();
  }
}
