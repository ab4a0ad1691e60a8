/** Whether the archive can be written. After a failure it is tried again, with growing pauses. Times are monotonic. */
import { AppError } from "../../chat/errors.ts";
import type { Clock } from "../../clock.ts";

export interface StoreFailure {
  reason: string;
  since: number;
}

export interface StoreHealthOptions {
  clock: Clock;
  /** It is time to try again. */
  retry: () => void;
  /** Told when the store fails and when it works again. */
  changed: (reason: string | undefined) => void;
}

const RETRY_MS = { first: 100, most: 5_000 };

export class StoreHealth implements Disposable {
  readonly #options: StoreHealthOptions;
  #failure: StoreFailure | undefined;
  #retryMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #okSince: number;
  #barred: string | undefined;

  constructor(options: StoreHealthOptions) {
    this.#options = options;
    this.#okSince = options.clock.monotonicMs();
  }

  /** Why the store fails, and since when; `undefined` while it works. */
  get failure(): StoreFailure | undefined {
    return this.#failure;
  }

  /** Since when it works, or fails. */
  get since(): number {
    return this.#failure?.since ?? this.#okSince;
  }

  /** Nothing is to be tried before the next retry. */
  get isPausing(): boolean {
    return this.#timer !== undefined;
  }

  /** Why nothing may be written, whatever the store says. */
  get barred(): string | undefined {
    return this.#barred;
  }

  /** @throws AppError unavailable while the store fails */
  check(): void {
    if (!this.#failure) return;
    throw new AppError("unavailable", `the archive cannot be written: ${this.#failure.reason}`);
  }

  /** It fails from now on, for this reason, until it is no more barred. */
  bar(reason: string | undefined): void {
    this.#barred = reason;
    if (reason !== undefined) this.fail(reason);
  }

  fail(reason: string): void {
    const { clock, changed } = this.#options;
    if (!this.#failure) changed(reason);
    this.#retryMs = this.#failure ? Math.min(RETRY_MS.most, this.#retryMs * 2) : RETRY_MS.first;
    this.#failure = { reason, since: this.#failure?.since ?? clock.monotonicMs() };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#options.retry();
    }, this.#retryMs);
  }

  recovered(): void {
    if (!this.#failure || this.#barred !== undefined) return;
    this.#failure = undefined;
    this.#okSince = this.#options.clock.monotonicMs();
    this.#options.changed(undefined);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
