/**
 * Reads the sets of emotes of other services periodically, and stores their changes. Each service has its own
 * interval. A failure of a service never affects recording, and never removes emotes.
 */
import type { ArchiveWriter } from "../../archive/writer.ts";
import { isUnavailable, messageOf } from "../../chat/errors.ts";
import { EMOTE_SERVICES, type EmoteService } from "../../chat/set_emotes.ts";
import { MINUTE_MS } from "../../clock.ts";
import type { AnsweredEmote } from "../../emotes/answers.ts";
import { type ChosenService, setsAddress } from "../../emotes/services.ts";
import { request, RequestError } from "../../http_client.ts";
import type { CollectorLog } from "../log.ts";
import type { EmoteServiceStatus, EmoteStatus } from "../recorder.ts";
import type { TimeJudge } from "../time/judge.ts";
import { Sleeper } from "../../sleeper.ts";

export interface EmoteTimings {
  /** From one check of a set to the next. */
  everyMs: number;
  /** Before each request. */
  paceMs: number;
  timeoutMs: number;
  /** Pauses after successive failures; the last one repeats. */
  retryMs: readonly number[];
}

const TIMINGS: EmoteTimings = {
  everyMs: 30 * MINUTE_MS,
  paceMs: 1_000,
  timeoutMs: 20_000,
  retryMs: [1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
};

/** 7TV's largest sets are 3 MB. */
const MAX_BYTES = 12_000_000;
/** A set that lost more than half of at least this many emotes is believed once a second answer says the same. */
const MIN_DOUBTED = 4;

export interface EmoteCheckerOptions {
  /** @throws AppError unavailable */
  writer: () => ArchiveWriter;
  time: TimeJudge;
  log: CollectorLog;
  timings?: Partial<EmoteTimings>;
}

/** The key of the global sets among those of channels. */
const GLOBAL = 0;

/** A set that is to be read: that of a channel with this id of the archive, or of {@link GLOBAL}. */
interface DueSet {
  id: number;
  twitchId?: number;
}

export class EmoteChecker implements AsyncDisposable {
  readonly #services: ServiceChecker[];
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  /** Undefined if no service has sets. */
  static of(chosen: readonly ChosenService[], options: EmoteCheckerOptions): EmoteChecker | undefined {
    const withSets = chosen.flatMap(({ service, mirror }) => {
      const known = EMOTE_SERVICES.find((each) => each === service);
      return known ? [{ service: known, mirror }] : [];
    });
    return withSets.length === 0 ? undefined : new EmoteChecker(withSets, options);
  }

  private constructor(
    chosen: readonly { service: EmoteService; mirror?: string }[],
    options: EmoteCheckerOptions,
  ) {
    const { signal } = this.#stop;
    this.#services = chosen.map(({ service, mirror }) =>
      new ServiceChecker(service, mirror, options, signal)
    );
    this.#running = Promise.all(this.#services.map((service) => service.run()));
  }

  /** A channel was joined: its sets may be due. */
  joined(): void {
    for (const service of this.#services) service.wake();
  }

  /** @param epochOf turns a monotonic time into epoch milliseconds */
  status(epochOf: (monotonicMs: number) => number): EmoteStatus {
    return {
      changes: this.#services.reduce((sum, { changes }) => sum + changes, 0),
      services: this.#services.map((service) => service.status(epochOf)),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

class ServiceChecker {
  /** Sets that have changed since the start. */
  changes = 0;
  readonly #service: EmoteService;
  readonly #mirror: string | undefined;
  readonly #options: EmoteCheckerOptions;
  readonly #timings: EmoteTimings;
  readonly #stop: AbortSignal;
  readonly #sleeper: Sleeper;
  /** When each set was checked, monotonic. A set whose check failed counts as due. */
  readonly #checkedAt = new Map<number, number>();
  /** Names of sets that lost most of their emotes, until a second answer confirms it. */
  readonly #doubted = new Map<number, string>();
  #answeredAt: number | undefined;
  #failure: string | undefined;
  #failures = 0;

  constructor(
    service: EmoteService,
    mirror: string | undefined,
    options: EmoteCheckerOptions,
    stop: AbortSignal,
  ) {
    this.#service = service;
    this.#mirror = mirror;
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#stop = stop;
    this.#sleeper = new Sleeper(stop);
  }

  wake(): void {
    this.#sleeper.wake();
  }

  status(epochOf: (monotonicMs: number) => number): EmoteServiceStatus {
    return {
      service: this.#service,
      answeredAt: this.#answeredAt === undefined ? undefined : epochOf(this.#answeredAt),
      failure: this.#failure,
    };
  }

  /** Ends when the program ends. */
  async run(): Promise<void> {
    const { paceMs, everyMs } = this.#timings;
    while (!this.#stop.aborted) {
      let due: DueSet | undefined;
      try {
        due = this.#nextDue();
        if (!due) {
          await this.#sleeper.sleep(Math.min(MINUTE_MS, everyMs));
          continue;
        }
        await this.#sleeper.sleepFully(paceMs);
        if (this.#stop.aborted) return;
        await this.#check(due);
        this.#failures = 0;
        this.#failure = undefined;
      } catch (error) {
        if (this.#stop.aborted) return;
        // It is due again, after the sets that were not tried yet.
        if (due && isPassing(error)) this.#checkedAt.set(due.id, this.#now() - everyMs);
        await this.#failed(error);
      }
    }
  }

  /** The set whose last check is the longest ago, if it is due. @throws AppError unavailable */
  #nextDue(): DueSet | undefined {
    const channels = this.#options.writer().channels()
      .filter(({ enabled, deleting, twitchId }) => enabled && !deleting && twitchId !== undefined);
    const dueBefore = this.#now() - this.#timings.everyMs;
    let first: DueSet | undefined;
    let firstAt = dueBefore;
    for (const set of [{ id: GLOBAL }, ...channels.map(({ id, twitchId }) => ({ id, twitchId }))]) {
      const at = this.#checkedAt.get(set.id) ?? -Infinity;
      if (at <= dueBefore && (first === undefined || at < firstAt)) [first, firstAt] = [set, at];
    }
    return first;
  }

  async #check({ id, twitchId }: DueSet): Promise<void> {
    const isGlobal = id === GLOBAL;
    // Set this also after a failure: one set that cannot be read must not delay the others.
    this.#checkedAt.set(id, this.#now());
    const answer = await request(setsAddress(this.#service, twitchId, this.#mirror), {
      accept: "application/json",
      timeoutMs: this.#timings.timeoutMs,
      maxBytes: MAX_BYTES,
      signal: this.#stop,
    });
    // Loaded only if sets are read: the validation of answers takes 13 MB.
    const { emotesOf } = await import("../../emotes/answers.ts");
    const emotes = emotesOf(this.#service, answer, isGlobal);
    const channelId = isGlobal ? undefined : id;
    this.#answeredAt = this.#now();
    if (this.#isDoubtful(id, emotes, this.#options.writer().emoteSetSize(channelId, this.#service))) return;
    const at = this.#options.time.now();
    const set = { channelId, service: this.#service, emotes, at };
    if (this.#options.writer().change({ kind: "store emote set", set }) === "done") this.changes++;
  }

  /** Whether a second answer must confirm this one: a service with a fault answers with few emotes, or none. */
  #isDoubtful(id: number, emotes: readonly AnsweredEmote[], before: number): boolean {
    const names = JSON.stringify(emotes.map(({ id, name }) => [id, name]));
    if (before < MIN_DOUBTED || emotes.length * 2 >= before || this.#doubted.get(id) === names) {
      this.#doubted.delete(id);
      return false;
    }
    this.#doubted.set(id, names);
    return true;
  }

  /** Reports a failure, and waits if the service may be down. A set that is malformed is read again at its next check. */
  async #failed(error: unknown): Promise<void> {
    const reason = messageOf(error);
    if (!isPassing(error) && !(error instanceof RequestError)) {
      this.#options.log.error("cannot read emotes by a bug: {error}", { error });
    } // Once, not at every attempt of a long outage.
    else if (this.#failure !== reason) {
      this.#options.log.warn("cannot read the emotes of {service}, retrying later: {reason}", {
        service: this.#service,
        reason,
      });
    }
    this.#failure = reason;
    if (!isPassing(error)) return;
    const { retryMs } = this.#timings;
    await this.#sleeper.sleepFully(retryMs[Math.min(this.#failures++, retryMs.length - 1)]!);
  }

  #now(): number {
    return this.#options.time.clock.monotonicMs();
  }
}

/** Whether the same request may succeed later. */
function isPassing(error: unknown): boolean {
  return isUnavailable(error) || error instanceof RequestError && error.isPassing;
}
