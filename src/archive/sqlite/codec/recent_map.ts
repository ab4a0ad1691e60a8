/**
 * A map of recently used entries in two generations: when the younger one is full, the older one is dropped. It keeps the
 * last `bound / 2` used entries at least, and `bound` entries at most. Looking up a young entry costs as much as in a Map.
 */
export class RecentMap<K, V extends string | number | object> {
  readonly #half: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(bound: number) {
    this.#half = bound / 2;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
