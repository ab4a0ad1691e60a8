/** One open page's end of the hub: a bounded queue that is emptied in one go. */

/** What one commit brought to one channel, rendered. */
export interface LiveBatch {
  /** The smallest and the largest id in it. */
  firstId: number;
  lastId: number;
  rows: number;
  html: string;
}

/** Rows that may wait for a slow watcher: as many as its page would hold. */
const ROWS_BOUND = 500;

export class Watcher implements AsyncIterable<LiveBatch[]> {
  #queue: LiveBatch[] = [];
  #rows = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param quietMs after so long without a batch an empty list is handed out, to be sent as a heartbeat */
  constructor(readonly quietMs: number) {}

  /** False where the watcher was too slow: its stream ends, and it catches up when it comes back. */
  offer(batch: LiveBatch): boolean {
    if (this.#ended) return false;
    // A single batch larger than the bound is let in: otherwise it could never be delivered.
    if (this.#queue.length > 0 && this.#rows + batch.rows > ROWS_BOUND) {
      this.#queue = [];
      this.end();
      return false;
    }
    this.#queue.push(batch);
    this.#rows += batch.rows;
    this.#wake?.();
    return true;
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  get ended(): boolean {
    return this.#ended;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveBatch[]> {
    while (true) {
      if (this.#queue.length === 0) {
        if (this.#ended) return;
        await this.#wait();
        if (this.#ended && this.#queue.length === 0) return;
      }
      const batches = this.#queue;
      this.#queue = [];
      this.#rows = 0;
      yield batches;
    }
  }

  async #wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.quietMs);
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
