/** The time at which a search stops and returns what it has found so far. */
export interface Deadline {
  hasPassed(): boolean;
}

/** Milliseconds from now, by the monotonic clock. */
export function deadlineIn(ms: number): Deadline {
  const at = performance.now() + ms;
  return { hasPassed: () => performance.now() > at };
}

export const NO_DEADLINE: Deadline = { hasPassed: () => false };
