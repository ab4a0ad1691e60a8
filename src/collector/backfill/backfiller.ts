/**
 * Fills gaps with messages from a recent-messages service when a channel is joined again, one channel at a time and with
 * pauses. Failures of the service never affect recording.
 */
import { fetchHistory } from "./history_client.ts";
import { RequestError } from "../../http_client.ts";
import { fillGap, type GapOptions } from "./fill_gap.ts";
import { Sleeper } from "../../sleeper.ts";
import type { CollectorLog } from "../log.ts";
import type { TimeJudge } from "../time/judge.ts";
import { isUnavailable, messageOf } from "../../chat/errors.ts";
import { DAY_MS } from "../../clock.ts";

export interface BackfillTimings {
  /** From a join to the first request, so that the service has received the last messages, too. */
  settleMs: number;
  /** Before each request. */
  paceMs: number;
  timeoutMs: number;
  /** Pauses after successive failures of the service; the last one repeats. */
  retryMs: readonly number[];
  /** Pauses before a channel's remaining gaps are requested again; after the last one they stay unfilled. */
  againMs: readonly number[];
}

const BACKFILL_TIMINGS: BackfillTimings = {
  settleMs: 2_000,
  paceMs: 250,
  timeoutMs: 10_000,
  retryMs: [5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000],
  // Together a little less than the time for which such services keep messages.
  againMs: [5, 30, 120, 360, 720].map((minutes) => minutes * 60_000),
};

export interface BackfillerOptions extends Pick<GapOptions, "writer" | "hasSeen" | "admit"> {
  /** The service's address, with the placeholder `{login}` for the channel. */
  url: string;
  /** A bearer token for the service. */
  token?: string;
  log: CollectorLog;
  time: TimeJudge;
  timings?: Partial<BackfillTimings>;
}

/** Services of this kind keep at most a day, so older gaps are not requested. */
const REACH_MS = DAY_MS;

interface QueuedChannel {
  login: string;
  /** The earliest time of the next attempt, monotonic. */
  dueAt: number;
  /** The number of attempts after which gaps were left. */
  rounds: number;
}

export class Backfiller implements AsyncDisposable {
  readonly #options: BackfillerOptions;
  readonly #timings: BackfillTimings;
  readonly #source: string;
  /** Channels whose gaps are to be filled, by id. */
  readonly #queue = new Map<number, QueuedChannel>();
  readonly #stop = new AbortController();
  readonly #sleeper = new Sleeper(this.#stop.signal);
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(options: BackfillerOptions) {
    this.#options = options;
    this.#timings = { ...BACKFILL_TIMINGS, ...options.timings };
    this.#source = new URL(options.url.replace("{login}", "x")).host;
  }

  /** A channel is heard (again): queues it. */
  joined(channelId: number, login: string): void {
    this.#queue.set(channelId, { login, dueAt: this.#now() + this.#timings.settleMs, rounds: 0 });
    // Another channel may be due before the one that is waited for.
    this.#sleeper.wake();
    this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.size > 0 && !this.#stop.signal.aborted) {
      const [channelId, queued] = this.#next();
      const waitMs = queued.dueAt - this.#now();
      if (waitMs > 0) {
        await this.#sleeper.sleep(waitMs);
        continue;
      }
      try {
        const isComplete = await this.#backfill(channelId, queued.login);
        this.#failures = 0;
        this.#done(channelId, queued, isComplete);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        await this.#failed(channelId, queued, error);
      }
    }
  }

  /** The channel that is due first. */
  #next(): [channelId: number, queued: QueuedChannel] {
    return [...this.#queue].reduce((first, one) => one[1].dueAt < first[1].dueAt ? one : first);
  }

  /** Queues an incomplete channel again: the service may get the messages later, for example from another service. */
  #done(channelId: number, queued: QueuedChannel, isComplete: boolean): void {
    // The channel may have been joined again in the meantime.
    if (this.#queue.get(channelId) !== queued) return;
    const pause = this.#timings.againMs[queued.rounds];
    if (isComplete || pause === undefined) this.#queue.delete(channelId);
    else this.#queue.set(channelId, { ...queued, dueAt: this.#now() + pause, rounds: queued.rounds + 1 });
  }

  async #failed(channelId: number, queued: QueuedChannel, error: unknown): Promise<void> {
    const reason = messageOf(error);
    const passing = isUnavailable(error) || (error instanceof RequestError && error.isPassing);
    const properties = { channel: queued.login, source: this.#source, reason };
    if (passing) {
      const { retryMs } = this.#timings;
      this.#options.log.warn("cannot fill gaps from {source}, retrying later: {reason}", properties);
      await this.#sleeper.sleepFully(retryMs[Math.min(this.#failures++, retryMs.length - 1)]!);
    } else {
      this.#options.log.warn("cannot fill the gaps of #{channel} from {source}: {reason}", properties);
      this.#done(channelId, queued, false);
    }
  }

  /**
   * Fills the channel's gaps, newest first. True if no gap is left that a service could fill.
   * @throws RequestError, AppError unavailable, or the error of a row
   */
  async #backfill(channelId: number, login: string): Promise<boolean> {
    const { writer, hasSeen, admit, log, time } = this.#options;
    for (const gap of writer().unfilledGaps(channelId, time.now() - REACH_MS)) {
      const isFilled = await fillGap(gap, {
        channelId,
        login,
        source: this.#source,
        request: (before) => this.#request(login, before),
        writer,
        hasSeen,
        admit,
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
      // Gaps before one that could not be filled are older than the messages of the service.
      if (!isFilled) return false;
    }
    return true;
  }

  async #request(login: string, before: number): Promise<string[]> {
    await this.#sleeper.sleepFully(this.#timings.paceMs);
    const { timeoutMs } = this.#timings;
    return await fetchHistory({
      url: this.#options.url,
      token: this.#options.token,
      login,
      before,
      timeoutMs,
      signal: this.#stop.signal,
    });
  }

  #now(): number {
    return this.#options.time.clock.monotonicMs();
  }
}
