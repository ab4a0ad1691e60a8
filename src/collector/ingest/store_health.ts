/** Tracks whether the archive can be written. Retries after a failure, with growing pauses. Times are monotonic. */
import { AppError } from "../../chat/errors.ts";
import type { Clock } from "../../clock.ts";

export interface StoreFailure {
  reason: string;
  since: number;
}

export interface StoreHealthOptions {
  clock: Clock;
  /** Called when it is time to retry. */
  retry: () => void;
  /** Called when the store fails, with the reason, and when it works again. */
  changed: (reason: string | undefined) => void;
}

const RETRY_MS = { first: 100, most: 5_000 };

export class StoreHealth implements Disposable {
  readonly #options: StoreHealthOptions;
  #failure: StoreFailure | undefined;
  #retryMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #okSince: number;
  #suspensionReason: string | undefined;

  constructor(options: StoreHealthOptions) {
    this.#options = options;
    this.#okSince = options.clock.monotonicMs();
  }

  /** Why the store fails, and since when; `undefined` while it works. */
  get failure(): StoreFailure | undefined {
    return this.#failure;
  }

  /** Since when it works or fails. */
  get since(): number {
    return this.#failure?.since ?? this.#okSince;
  }

  /** Whether nothing may be tried before the next retry. */
  get isPausing(): boolean {
    return this.#timer !== undefined;
  }

  /** Why writing is suspended; `undefined` if it is not. */
  get suspensionReason(): string | undefined {
    return this.#suspensionReason;
  }

  /** @throws AppError unavailable while the store fails */
  check(): void {
    if (!this.#failure) return;
    throw new AppError("unavailable", `the archive cannot be written: ${this.#failure.reason}`);
  }

  /** Suspends writing: the store counts as failing for this reason. `undefined` ends the suspension. */
  suspend(reason: string | undefined): void {
    this.#suspensionReason = reason;
    if (reason !== undefined) this.fail(reason);
  }

  /** Records a failure, and schedules a retry. */
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

  /** Records that the store works, unless writing is suspended. */
  recovered(): void {
    if (!this.#failure || this.#suspensionReason !== undefined) return;
    this.#failure = undefined;
    this.#okSince = this.#options.clock.monotonicMs();
    this.#options.changed(undefined);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
