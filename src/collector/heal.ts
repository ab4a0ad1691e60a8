/**
 * Fills gaps with what a recent-messages service holds of them: when a channel is joined again, one channel at a time,
 * and without hurry. Whatever the service does, recording goes on as it would without it.
 */
import { UnavailableError } from "../archive/archive.ts";
import { fetchHistory, HistoryError } from "./heal_fetch.ts";
import { fillGap, type GapOptions } from "./heal_gap.ts";

export interface HealTimings {
  /** From a join to the first question: what was said last must have come to the service, too. */
  settleMs: number;
  /** Between two questions. */
  paceMs: number;
  timeoutMs: number;
  /** Pauses after failures, one after the other; after the last one it is given up until a channel is joined. */
  retryMs: readonly number[];
}

export const HEAL_TIMINGS: HealTimings = {
  settleMs: 2_000,
  paceMs: 250,
  timeoutMs: 10_000,
  retryMs: [5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000],
};

export interface HealOptions extends Pick<GapOptions, "writer" | "heard"> {
  /** The service's address, with `{login}` where the channel's goes. */
  url: string;
  log: {
    info(message: string, properties?: Record<string, unknown>): void;
    warn(message: string, properties?: Record<string, unknown>): void;
  };
  timings?: Partial<HealTimings>;
}

/** Services of this kind keep a day at most. */
const REACH_MS = 24 * 3_600_000;

export class Healer implements AsyncDisposable {
  readonly #options: HealOptions;
  readonly #timings: HealTimings;
  readonly #source: string;
  /** Channels to look at, by id, with the moment before which it is too early. */
  readonly #queue = new Map<number, { login: string; dueAt: number }>();
  /** Gaps of which the service has no more. */
  readonly #exhausted = new Set<string>();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(options: HealOptions) {
    this.#options = options;
    this.#timings = { ...HEAL_TIMINGS, ...options.timings };
    this.#source = new URL(options.url.replace("{login}", "x")).host;
  }

  /** A channel is heard (again). */
  joined(channelId: number, login: string): void {
    this.#queue.set(channelId, { login, dueAt: Date.now() + this.#timings.settleMs });
    this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.size > 0 && !this.#stop.signal.aborted) {
      const [channelId, asked] = this.#queue.entries().next().value!;
      const { login } = asked;
      await this.#sleep(asked.dueAt - Date.now());
      if (this.#stop.signal.aborted) return;
      try {
        await this.#heal(channelId, login);
        this.#failures = 0;
        // It may have been joined once more in the meantime.
        if (this.#queue.get(channelId) === asked) this.#queue.delete(channelId);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        await this.#failed(channelId, login, error);
      }
    }
  }

  async #failed(channelId: number, login: string, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const passing = error instanceof UnavailableError || (error instanceof HistoryError && error.passing);
    const pause = this.#timings.retryMs[this.#failures];
    const properties = { channel: login, source: this.#source, reason };
    if (!passing) {
      this.#queue.delete(channelId);
      this.#options.log.warn("the gaps of #{channel} are not filled from {source}: {reason}", properties);
    } else if (pause === undefined) {
      this.#queue.clear();
      this.#failures = 0;
      this.#options.log.warn(
        "gaps are not filled from {source} until a channel is joined: {reason}",
        properties,
      );
    } else {
      this.#failures++;
      this.#options.log.warn("gaps wait to be filled from {source}: {reason}", properties);
      await this.#sleep(pause);
    }
  }

  /** @throws HistoryError, UnavailableError, and whatever is wrong with a row */
  async #heal(channelId: number, login: string): Promise<void> {
    const { writer, heard, log } = this.#options;
    for (const gap of writer().unfilledGaps(channelId, Date.now() - REACH_MS)) {
      const key = `${channelId} ${gap.from}`;
      if (this.#exhausted.has(key)) continue;
      const isFilled = await fillGap(gap, {
        channelId,
        login,
        source: this.#source,
        ask: (before) => this.#ask(login, before),
        writer,
        heard,
        filled: (stored, from, to) =>
          log.info("filled a gap of #{channel} with {stored} messages from {source}", {
            channel: login,
            source: this.#source,
            stored,
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
          }),
      });
      if (isFilled) continue;
      this.#exhausted.add(key);
      // What is older than a gap that could not be filled is older than the service's memory.
      return;
    }
  }

  async #ask(login: string, before: number): Promise<string[]> {
    await this.#sleep(this.#timings.paceMs);
    const { timeoutMs } = this.#timings;
    return await fetchHistory({
      url: this.#options.url,
      login,
      before,
      timeoutMs,
      signal: this.#stop.signal,
    });
  }

  #sleep(ms: number): Promise<void> {
    const { signal } = this.#stop;
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
}
