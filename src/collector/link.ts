/** Keeping a connection alive: one life after the other, and over a RECONNECT two at once. */
import { Backoff } from "./backoff.ts";
import { type Ending, Life, type LifeOptions, type Sink } from "./life.ts";
import type { ConnectionStatus } from "./recorder.ts";

/** Twitch closes a connection about 15 to 30 s after its RECONNECT. */
const HANDOVER_MS = 30_000;

export interface LinkOptions extends LifeOptions {
  sink: Sink;
  /** Whether one more login may be sent now; it is counted as sent. */
  mayConnect: (now: number) => boolean;
  /** A life ended: its channels are not recorded until the next one has joined them. */
  ended: (link: Link, ending: Ending) => void;
  /** A bug of ours ended a life. */
  broken: (error: unknown) => void;
}

let lastLinkId = 0;

export class Link {
  readonly id = ++lastLinkId;
  /** Logins of the channels that this link is to record. */
  readonly channels = new Set<string>();
  /** It is there for one busy channel alone. */
  isOwn = false;
  #current: Life | undefined;
  /** The new connection while a RECONNECT is obeyed. */
  #next: Life | undefined;
  #reconnecting = false;
  #handoverAt = 0;
  /** When to begin the next life. */
  #beginAt: number | undefined;
  #stopped = false;
  readonly #running = new Set<Promise<void>>();
  readonly #backoff: Backoff;
  /** Its times are monotonic. */
  #status: Pick<ConnectionStatus, "state" | "since" | "reason" | "nextTryAt">;

  constructor(private readonly options: LinkOptions) {
    this.#backoff = new Backoff(options.timings.retryMs);
    this.#status = { state: "idle", since: this.#now() };
  }

  start(): void {
    this.#beginAt = -Infinity;
    this.tick(this.#now());
  }

  /** Ends every life and waits until the sockets are closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#beginAt = undefined;
    this.#current?.end("stopped");
    this.#next?.end("stopped");
    await Promise.all(this.#running);
  }

  /** The life on which channels are to be joined now, if any is open. */
  get joining(): Life | undefined {
    const life = this.#next ?? this.#current;
    return life?.open ? life : undefined;
  }

  isJoined(login: string): boolean {
    return [this.#current, this.#next].some((life) => life?.asked.get(login)?.joined);
  }

  owns(life: Life): boolean {
    return life === this.#current || life === this.#next;
  }

  /** Whether it is the new one of two lives. */
  isNext(life: Life): boolean {
    return life === this.#next;
  }

  part(login: string): void {
    this.channels.delete(login);
    this.#current?.part(login);
    this.#next?.part(login);
  }

  /**
   * Opens the next connection as soon as a login may be sent: Twitch has asked for it. The old one is left when the new one has joined all
   * that the old one had, and all that was said there till then is read.
   */
  reconnect(life: Life): void {
    if (life !== this.#current || this.#next || this.#stopped) return;
    this.#handoverAt = this.#now();
    this.#reconnecting = true;
    this.tick(this.#handoverAt);
  }

  /** Begins the life whose time has come, and ends a handover that is done or takes too long. */
  tick(now: number): void {
    if (this.#beginAt !== undefined && now >= this.#beginAt && this.options.mayConnect(now)) {
      this.#beginAt = undefined;
      this.#current = this.#begin();
    }
    if (this.#reconnecting && this.#current && this.options.mayConnect(now)) {
      this.#reconnecting = false;
      this.#next = this.#begin();
    }
    if (!this.#next || !this.#current) return;
    const next = this.#next;
    const ready = next.open &&
      [...this.#current.asked].every(([login, { joined }]) =>
        !joined || !this.channels.has(login) || next.asked.get(login)?.joined
      );
    // What was said before the new one had joined may still be on its way on the old one.
    const over = ready && this.#current.drained() || now - this.#handoverAt > HANDOVER_MS;
    if (over) this.#current.end("Twitch asked us to reconnect");
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): Omit<ConnectionStatus, "reader"> {
    const state = this.#current?.open || this.#next?.open ? "open" : this.#status.state;
    const { since, nextTryAt } = this.#status;
    return {
      id: this.id,
      ...this.#status,
      state,
      since: epochOf(since),
      nextTryAt: nextTryAt === undefined ? undefined : epochOf(nextTryAt),
      channels: this.channels.size,
    };
  }

  #now(): number {
    return this.options.clock.monotonicMs();
  }

  #begin(): Life {
    const life = new Life(this.options, this.options.sink, (life) => {
      if (life === this.#current) this.#status = { state: "open", since: this.#now() };
    });
    if (!this.#current) {
      this.#status = { ...this.#status, state: "connecting", since: this.#now(), nextTryAt: undefined };
    }
    const running = life.run().catch((error): Ending => {
      this.options.broken(error);
      return {
        reason: "an internal error (see the log)",
        permanent: false,
        livedMs: 0,
        heardAt: this.#now(),
      };
    }).then((ending) => this.#ended(life, ending)).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return life;
  }

  #ended(life: Life, ending: Ending): void {
    if (life === this.#next) {
      // The new connection failed before the old one was left: the old one's end will bring the next try.
      this.#next = undefined;
      return;
    }
    this.#current = this.#next;
    this.#next = undefined;
    this.#reconnecting = false;
    if (this.#stopped) return;
    this.options.ended(this, ending);
    if (this.#current) {
      return void (this.#status = { state: "open", since: this.#now(), reason: ending.reason });
    }
    if (ending.permanent) {
      this.#status = { state: "refused", since: this.#now(), reason: ending.reason };
      return;
    }
    this.#backoff.lived(ending.livedMs);
    const delayMs = this.#backoff.next();
    const now = this.#now();
    this.#status = { state: "waiting", since: now, reason: ending.reason, nextTryAt: now + delayMs };
    this.#beginAt = now + delayMs;
  }
}
