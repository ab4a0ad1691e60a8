/** Waits that can be ended early. */
export class Sleeper {
  readonly #stop: AbortSignal;
  #wakeup = new AbortController();

  /** @param stop ends every wait */
  constructor(stop: AbortSignal) {
    this.#stop = stop;
  }

  /** Ends the present {@link sleep}. */
  wake(): void {
    this.#wakeup.abort();
  }

  /** Waits until the time has passed, or {@link wake} is called. */
  async sleep(ms: number): Promise<void> {
    this.#wakeup = new AbortController();
    await sleepUntil(ms, AbortSignal.any([this.#stop, this.#wakeup.signal]));
  }

  /** Waits until the time has passed. */
  async sleepFully(ms: number): Promise<void> {
    await sleepUntil(ms, this.#stop);
  }
}

/** Waits until the time has passed or the signal is aborted. */
function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
