/** Runs heavy tasks on this thread one per turn of the event loop, so that other work runs between them. */
export class CooperativeQueue {
  #isFree = true;
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn. The caller then does its task synchronously. */
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
