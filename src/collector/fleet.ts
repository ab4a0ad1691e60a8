/** One reader of Twitch: its connections, and which channel is on which of them. */
import type { ChatEvent } from "../chat/events.ts";
import { Berth } from "./berth.ts";
import { hasDoubleKey } from "./doubles.ts";
import type { Ending, Life, LifeOptions, Sink } from "./life.ts";
import { Link } from "./link.ts";
import type { Pace } from "./pace.ts";
import type { ConnectionStatus, ReaderName } from "./recorder.ts";

/** Where a reader's lines and news go. Times are monotonic. */
export interface FleetSink {
  chat(event: ChatEvent, line: string, at: number, fleet: Fleet): void;
  protocol(): void;
  /** A line of a channel that was left a moment ago. */
  late(): void;
  rejected(line: string, why: string, at: number): void;
  joined(login: string, roomId: number, fleet: Fleet): void;
  /** The channel is not heard any more on this reader; `heardAt` is when its connection was last alive. */
  lost(login: string, reason: string, heardAt: number, fleet: Fleet): void;
  refused(login: string, reason: string): void;
  ended(link: Link, ending: Ending): void;
  broken(error: unknown): void;
  room(): Promise<void> | undefined;
}

export interface FleetOptions extends LifeOptions {
  name: ReaderName;
  channelsPerLink: number;
  /** Shared by all readers. */
  joinPace: Pace;
  loginPace: Pace;
  sink: FleetSink;
}

export class Fleet implements Sink {
  readonly #berths = new Map<string, Berth>();
  readonly #links = new Set<Link>();

  constructor(private readonly options: FleetOptions) {}

  get name(): ReaderName {
    return this.options.name;
  }

  has(login: string): boolean {
    return this.#berths.has(login);
  }

  berth(login: string): Berth | undefined {
    return this.#berths.get(login);
  }

  hears(login: string): boolean {
    return this.#berths.get(login)?.state === "joined";
  }

  add(login: string): void {
    if (this.#berths.has(login)) return;
    const free = [...this.#links].find((link) =>
      !link.isOwn && link.channels.size < this.options.channelsPerLink
    );
    const link = free ?? this.#openLink();
    link.channels.add(login);
    this.#berths.set(login, new Berth(link, this.#now()));
  }

  remove(login: string): void {
    const berth = this.#berths.get(login);
    if (!berth) return;
    this.#berths.delete(login);
    this.#leave(berth.link, login);
    if (berth.leaving) this.#leave(berth.leaving, login);
  }

  /** Gives a busy channel a connection of its own. It is heard on the old one until it has joined on the new one. */
  isolate(login: string): void {
    const berth = this.#berths.get(login);
    if (!berth || berth.leaving || berth.state !== "joined" || berth.link.channels.size < 2) return;
    berth.leaving = berth.link;
    berth.link = this.#openLink();
    berth.link.isOwn = true;
    berth.link.channels.add(login);
  }

  tick(now: number): void {
    for (const link of this.#links) {
      link.tick(now);
      const life = link.joining;
      if (!life) continue;
      const due = [...link.channels].filter((login) => {
        const berth = this.#berths.get(login);
        if (berth?.link !== link) return false;
        const before = berth.state;
        const isDue = berth.isDue(login, life, now, this.options.timings.joinAnswerMs);
        if (berth.state === "refused" && before !== "refused") {
          this.options.sink.refused(login, berth.reason!);
        }
        return isDue;
      });
      if (due.length === 0) continue;
      const granted = due.slice(0, this.options.joinPace.take(due.length, now));
      if (granted.length > 0) life.join(granted, now);
    }
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): ConnectionStatus[] {
    return [...this.#links].map((link) => ({ ...link.status(epochOf), reader: this.options.name }));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.stop()));
  }

  // --- what the lives tell (Sink) ---

  chat(event: ChatEvent, line: string, at: number, life: Life): void {
    if (!this.#berths.has(event.channel) && life.isLeaving(event.channel)) return this.options.sink.late();
    // While two lives overlap, lines that carry nothing unique are taken from the old one alone.
    if (!hasDoubleKey(event) && this.#isEcho(event.channel, life)) return;
    this.options.sink.chat(event, line, at, this);
  }

  protocol(): void {
    this.options.sink.protocol();
  }

  rejected(line: string, why: string, at: number): void {
    this.options.sink.rejected(line, why, at);
  }

  joined(login: string, roomId: number): void {
    const berth = this.#berths.get(login);
    if (!berth) return;
    if (berth.leaving && berth.link.isJoined(login)) {
      this.#leave(berth.leaving, login);
      berth.leaving = undefined;
    }
    berth.joined(this.#now());
    this.options.sink.joined(login, roomId, this);
  }

  refused(login: string, msgId: string, text: string, life: Life): void {
    const berth = this.#berths.get(login);
    // The same NOTICE also answers commands in a channel that is joined: then it refuses nothing.
    if (!berth || life.asked.get(login)?.joined) return;
    life.asked.delete(login);
    berth.refused(msgId, text, this.#now());
    this.options.sink.refused(login, text);
  }

  reconnect(life: Life): void {
    for (const link of this.#links) link.reconnect(life);
  }

  room(): Promise<void> | undefined {
    return this.options.sink.room();
  }

  // --- inside ---

  #now(): number {
    return this.options.clock.monotonicMs();
  }

  #isEcho(login: string, life: Life): boolean {
    const berth = this.#berths.get(login);
    if (!berth) return false;
    return berth.leaving ? berth.link.owns(life) : berth.link.isNext(life);
  }

  #openLink(): Link {
    const link = new Link({
      ...this.options,
      sink: this,
      mayConnect: (now) => this.options.loginPace.take(1, now) === 1,
      ended: (link, ending) => this.#ended(link, ending),
      broken: (error) => this.options.sink.broken(error),
    });
    this.#links.add(link);
    link.start();
    return link;
  }

  #ended(link: Link, ending: Ending): void {
    this.options.sink.ended(link, ending);
    for (const login of link.channels) {
      const berth = this.#berths.get(login);
      if (!berth || link.isJoined(login)) continue;
      // What a channel had moved to, or moves from, may still hear it.
      if (berth.link !== link ? berth.link.isJoined(login) : berth.leaving?.isJoined(login)) continue;
      if (berth.state !== "joined") continue;
      berth.lost(ending.reason, this.#now());
      this.options.sink.lost(login, ending.reason, ending.heardAt, this);
    }
  }

  #leave(link: Link, login: string): void {
    link.part(login);
    if (link.channels.size > 0) return;
    this.#links.delete(link);
    void link.stop();
  }
}
