/** Counts events of the last minute in twelve buckets of five seconds. Times are monotonic. */
export class RateMeter {
  #buckets = new Uint32Array(12);
  #slot = 0;

  add(now: number): void {
    this.#turn(now);
    this.#buckets[this.#slot % 12]!++;
  }

  perMinute(now: number): number {
    this.#turn(now);
    return this.#buckets.reduce((sum, n) => sum + n, 0);
  }

  #turn(now: number): void {
    const slot = Math.floor(now / 5_000);
    const from = Math.max(this.#slot + 1, slot - 11);
    for (let s = from; s <= slot; s++) this.#buckets[s % 12] = 0;
    this.#slot = Math.max(this.#slot, slot);
  }
}
