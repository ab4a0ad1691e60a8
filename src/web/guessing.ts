/** Slows down guessing of the password: each failure from an address makes the next attempt wait longer. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Addresses remembered; beyond it the one that was quiet longest is forgotten. */
const BOUND = 1_000;
/** Mistyping twice costs nothing. */
const FREE_FAILURES = 2;

export interface Guessing {
  /** Milliseconds until this address may try again; 0 = now. */
  waitMs(address: string): number;
  failed(address: string): void;
  succeeded(address: string): void;
}

export function slowDownGuessing(now: () => number = Date.now): Guessing {
  const failures = new Map<string, { count: number; until: number }>();
  return {
    waitMs(address) {
      return Math.max(0, (failures.get(key(address))?.until ?? 0) - now());
    },
    failed(address) {
      const count = (failures.get(key(address))?.count ?? 0) + 1;
      const waitMs = count <= FREE_FAILURES
        ? 0
        : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(30, count - FREE_FAILURES - 1));
      failures.delete(key(address));
      failures.set(key(address), { count, until: now() + waitMs });
      if (failures.size > BOUND) failures.delete(failures.keys().next().value!);
    },
    succeeded(address) {
      failures.delete(key(address));
    },
  };
}

/** One household has a whole /64 of IPv6. */
function key(address: string): string {
  return address.includes(":") ? address.split(":").slice(0, 4).join(":") : address;
}
