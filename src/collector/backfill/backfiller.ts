/**
 * Fills gaps with what a recent-messages service holds of them: when a channel is joined again, one channel at a time,
 * and without hurry. Whatever the service does, recording goes on as it would without it.
 */
import { fetchHistory, HistoryError } from "./history_client.ts";
import { fillGap, type GapOptions } from "./fill_gap.ts";
import type { TimeJudge } from "../time/judge.ts";
import { isUnavailable } from "../../chat/errors.ts";

export interface BackfillTimings {
  /** From a join to the first question: what was said last must have come to the service, too. */
  settleMs: number;
  /** Between two questions. */
  paceMs: number;
  timeoutMs: number;
  /** Pauses while the service fails, one after the other, and then the last one again and again. */
  retryMs: readonly number[];
  /** Pauses before a service that had no more of a channel's gaps is asked for them again; then it is left at that. */
  againMs: readonly number[];
}

export const BACKFILL_TIMINGS: BackfillTimings = {
  settleMs: 2_000,
  paceMs: 250,
  timeoutMs: 10_000,
  retryMs: [5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000],
  // Together a little less than what such a service keeps.
  againMs: [5, 30, 120, 360, 720].map((minutes) => minutes * 60_000),
};

export interface BackfillerOptions extends Pick<GapOptions, "writer" | "heard"> {
  /** The service's address, with `{login}` where the channel's goes. */
  url: string;
  log: {
    info(message: string, properties?: Record<string, unknown>): void;
    warn(message: string, properties?: Record<string, unknown>): void;
  };
  time: TimeJudge;
  timings?: Partial<BackfillTimings>;
}

/** Services of this kind keep a day at most. Older gaps are not asked for: so everything here comes to an end. */
const REACH_MS = 24 * 3_600_000;

interface Asked {
  login: string;
  /** Before this (monotonic) it is too early. */
  dueAt: number;
  /** How often the service had no more. */
  rounds: number;
}

export class Backfiller implements AsyncDisposable {
  readonly #options: BackfillerOptions;
  readonly #timings: BackfillTimings;
  readonly #source: string;
  /** Channels to look at, by id. */
  readonly #queue = new Map<number, Asked>();
  readonly #stop = new AbortController();
  /** Cuts the wait for the next channel short: there is one before it. */
  #waiting = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(options: BackfillerOptions) {
    this.#options = options;
    this.#timings = { ...BACKFILL_TIMINGS, ...options.timings };
    this.#source = new URL(options.url.replace("{login}", "x")).host;
  }

  /** A channel is heard (again). */
  joined(channelId: number, login: string): void {
    this.#queue.set(channelId, { login, dueAt: this.#now() + this.#timings.settleMs, rounds: 0 });
    this.#waiting.abort();
    this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.size > 0 && !this.#stop.signal.aborted) {
      const [channelId, asked] = this.#next();
      const waitMs = asked.dueAt - this.#now();
      if (waitMs > 0) {
        this.#waiting = new AbortController();
        await this.#sleep(waitMs, AbortSignal.any([this.#stop.signal, this.#waiting.signal]));
        continue;
      }
      try {
        const isWhole = await this.#heal(channelId, asked.login);
        this.#failures = 0;
        this.#done(channelId, asked, isWhole);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        await this.#failed(channelId, asked, error);
      }
    }
  }

  /** The one that is due first. */
  #next(): [channelId: number, asked: Asked] {
    return [...this.#queue].reduce((first, one) => one[1].dueAt < first[1].dueAt ? one : first);
  }

  /** What the service does not have now it may have later: it may have been away itself, and filled from elsewhere. */
  #done(channelId: number, asked: Asked, isWhole: boolean): void {
    // It may have been joined once more in the meantime.
    if (this.#queue.get(channelId) !== asked) return;
    const pause = this.#timings.againMs[asked.rounds];
    if (isWhole || pause === undefined) this.#queue.delete(channelId);
    else this.#queue.set(channelId, { ...asked, dueAt: this.#now() + pause, rounds: asked.rounds + 1 });
  }

  async #failed(channelId: number, asked: Asked, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const passing = isUnavailable(error) || (error instanceof HistoryError && error.passing);
    const properties = { channel: asked.login, source: this.#source, reason };
    if (passing) {
      const { retryMs } = this.#timings;
      this.#options.log.warn("gaps wait to be filled from {source}: {reason}", properties);
      await this.#sleep(retryMs[Math.min(this.#failures++, retryMs.length - 1)]!);
    } else {
      this.#options.log.warn("the gaps of #{channel} are not filled from {source}: {reason}", properties);
      this.#done(channelId, asked, false);
    }
  }

  /**
   * True where no gap is left that a service could fill. @throws HistoryError, AppError unavailable, and whatever is wrong
   * with a row
   */
  async #heal(channelId: number, login: string): Promise<boolean> {
    const { writer, heard, log, time } = this.#options;
    for (const gap of writer().unfilledGaps(channelId, time.now() - REACH_MS)) {
      const isFilled = await fillGap(gap, {
        channelId,
        login,
        source: this.#source,
        ask: (before) => this.#ask(login, before),
        writer,
        heard,
        time,
        filled: (stored, from, to) =>
          log.info("filled a gap of #{channel} with {stored} messages from {source}", {
            channel: login,
            source: this.#source,
            stored,
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
          }),
      });
      // What is older than a gap that could not be filled is older than the service's memory.
      if (!isFilled) return false;
    }
    return true;
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

  #now(): number {
    return this.#options.time.clock.monotonicMs();
  }

  #sleep(ms: number, signal = this.#stop.signal): Promise<void> {
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
