/** Heavy work on this thread, one piece at a time: between two of them whoever else waits for the thread has a turn. */
export class CooperativeQueue {
  #isFree = true;
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is one's turn; the work is then done without waiting for anything. */
  async take(): Promise<void> {
    if (!this.#isFree) return await new Promise((resolve) => this.#waiting.push(resolve));
    this.#isFree = false;
    setTimeout(() => this.#next());
  }

  #next(): void {
    const resolve = this.#waiting.shift();
    if (!resolve) return void (this.#isFree = true);
    resolve();
    setTimeout(() => this.#next());
  }
}
