/** One life of a connection: from the first byte to its end, which is a value. Surviving it is `link.ts`. */
import type { ChatEvent } from "../chat/events.ts";
import { readTag } from "../chat/tags.ts";
import type { Clock } from "../clock.ts";
import { type IrcConnection, LinkError, openConnection } from "../irc/connection.ts";
import type { IrcLine } from "../irc/parse.ts";
import { readLine } from "../irc/read.ts";
import { joinLines, loginLines, partLine, ping, pong } from "../irc/say.ts";

export interface Credentials {
  login: string;
  token: string;
}

export interface Timings {
  /** From connecting to Twitch's welcome. */
  handshakeMs: number;
  /** Nothing heard for so long: ask. */
  quietMs: number;
  /** Asked, and nothing heard for so long: dead. */
  deadMs: number;
  /** The first wait between two lives that failed. */
  retryMs: number;
  /** How long Twitch has to confirm a JOIN with ROOMSTATE. */
  joinAnswerMs: number;
}

/** A dead link is noticed within 10 s (the best clients do; Twitch answers a PING in well under a second). */
export const TIMINGS: Timings = {
  handshakeMs: 10_000,
  quietMs: 5_000,
  deadMs: 4_500,
  retryMs: 1_000,
  joinAnswerMs: 10_000,
};

export interface Ending {
  /** A sentence for people. */
  reason: string;
  /** Twitch will say the same again: a refused login. */
  permanent: boolean;
  livedMs: number;
  /** Up to when nothing can have been missed (monotonic): the end, or when a link that fell silent was last heard. */
  heardAt: number;
}

/** Where a life's lines go. `at` is monotonic. */
export interface Sink {
  chat(event: ChatEvent, line: string, at: number, life: Life): void;
  protocol(): void;
  rejected(line: string, why: string, at: number): void;
  /** Twitch said no to a channel; `msgId` is the NOTICE's. */
  refused(login: string, msgId: string, text: string, life: Life): void;
  /** ROOMSTATE has confirmed a JOIN. */
  joined(login: string, roomId: number): void;
  /** Twitch is about to close this connection. */
  reconnect(life: Life): void;
  /** Resolves when more lines can be taken; `undefined` when they can be taken now. */
  room(): Promise<void> | undefined;
}

export interface LifeOptions {
  url: string;
  caCerts?: string[];
  credentials?: Credentials;
  timings: Timings;
  clock: Clock;
}

/** NOTICEs that answer a JOIN with no. */
const REFUSALS = new Set([
  "msg_channel_suspended",
  "msg_banned",
  "msg_room_not_found",
  "tos_ban",
  "msg_concurrent_channel_limit_reached",
]);

/** What Twitch says to a login that it will never take. */
const LOGIN_REFUSED =
  /login authentication failed|improperly formatted auth|login unsuccessful|invalid nick/i;

/** Whoever else is on this thread waits no longer for a connection whose next bytes are always there already. */
const TURN_MS = 5;

/** Of the PING whose answer is the last that is awaited on a connection. */
const DRAINED = "drained";

let lastLifeId = 0;

export class Life {
  readonly id = ++lastLifeId;
  open = false;
  /** Channels asked for on this connection: when the JOIN went out, and whether ROOMSTATE has confirmed it. */
  readonly asked = new Map<string, { at: number; joined: boolean }>();
  /** Channels that were left here, as long as Twitch has not confirmed it. */
  readonly #leaving = new Set<string>();
  #connection: IrcConnection | undefined;
  readonly #abort = new AbortController();
  #ending: { reason: string; permanent: boolean; heardAt?: number } | undefined;
  #heardAt = 0;
  #askedAt: number | undefined;
  #reading = false;
  #draining: "asked" | "drained" | undefined;

  constructor(
    private readonly options: LifeOptions,
    private readonly sink: Sink,
    private readonly opened: (life: Life) => void,
  ) {}

  /** Lives. Resolves with why it ended, never rejects for anything that the other side did. */
  async run(): Promise<Ending> {
    const bornAt = this.options.clock.monotonicMs();
    this.#heardAt = bornAt;
    const watch = setInterval(
      () => this.#checkSilence(bornAt),
      Math.min(500, this.options.timings.quietMs / 4),
    );
    try {
      await using connection = await openConnection({
        url: this.options.url,
        caCerts: this.options.caCerts,
        signal: this.#abort.signal,
        timeoutMs: this.options.timings.handshakeMs,
      });
      this.#connection = connection;
      await connection.send(...loginLines(this.options.credentials ?? {}));
      await this.#read(connection);
      this.#ending ??= { reason: "Twitch closed the connection", permanent: false };
    } catch (error) {
      if (!(error instanceof LinkError) && !this.#ending) throw error;
      this.#ending ??= { reason: (error as Error).message, permanent: false };
      // Asked, not answered, and then an error: it was dead already.
      if (this.#askedAt !== undefined) this.#ending.heardAt ??= this.#heardAt;
    } finally {
      clearInterval(watch);
      this.open = false;
      this.#connection = undefined;
    }
    const endedAt = this.options.clock.monotonicMs();
    return { heardAt: endedAt, ...this.#ending, livedMs: endedAt - bornAt };
  }

  /** Ends this life for a reason of ours. */
  end(reason: string, { permanent = false, heardAt }: { permanent?: boolean; heardAt?: number } = {}): void {
    this.#ending ??= heardAt === undefined ? { reason, permanent } : { reason, permanent, heardAt };
    this.#abort.abort();
    this.#connection?.close();
  }

  join(logins: string[], now: number): void {
    for (const login of logins) {
      this.asked.set(login, { at: now, joined: false });
      this.#leaving.delete(login);
    }
    this.#say(...joinLines(logins));
  }

  part(login: string): void {
    if (!this.asked.delete(login) || !this.open) return;
    this.#leaving.add(login);
    this.#say(partLine(login));
  }

  /** Whether lines of a channel that was left may still come here. */
  isLeaving(login: string): boolean {
    return this.#leaving.has(login);
  }

  /**
   * Whether all has been read that was said here before this was first asked: the answer to a PING comes behind it.
   */
  drained(): boolean {
    if (this.#draining === undefined) {
      this.#draining = "asked";
      this.#say(ping(DRAINED));
    }
    return this.#draining === "drained";
  }

  /** A send that fails means that the link is gone, which the reading side reports. */
  #say(...lines: string[]): void {
    this.#connection?.send(...lines).catch((error: Error) => this.end(`could not send: ${error.message}`));
  }

  async #read(connection: IrcConnection): Promise<void> {
    for (let turnedAt = 0;;) {
      this.#reading = true;
      const chunk = await connection.read();
      this.#reading = false;
      if (chunk === undefined || this.#ending) return;
      const at = this.#heardAt = this.options.clock.monotonicMs();
      this.#askedAt = undefined;
      for (const line of chunk.overlong) this.sink.rejected(line, "longer than a line may be", at);
      for (const line of chunk.lines) {
        this.#take(line, at);
        const room = this.sink.room();
        if (room) await room;
      }
      if (performance.now() - turnedAt < TURN_MS) continue;
      await turn();
      turnedAt = performance.now();
    }
  }

  #take(line: string, at: number): void {
    const reading = readLine(line);
    if (reading.kind === "chat") this.#chat(reading.event, line, at);
    else if (reading.kind === "rejected") this.sink.rejected(line, reading.why, at);
    else this.#protocol(reading.line);
  }

  #chat(event: ChatEvent, line: string, at: number): void {
    if (event.kind === "state" && event.roomId !== undefined) {
      const asked = this.asked.get(event.channel);
      if (asked && !asked.joined) {
        asked.joined = true;
        this.sink.joined(event.channel, event.roomId);
      }
    } else if (event.kind === "server") {
      const msgId = readTag(event.tags, "msg-id");
      if (msgId !== undefined && REFUSALS.has(msgId)) {
        this.sink.refused(event.channel, msgId, event.text, this);
      }
    }
    this.sink.chat(event, line, at, this);
  }

  #protocol(line: IrcLine): void {
    this.sink.protocol();
    switch (line.command) {
      case "PING":
        this.#say(pong(line.params));
        break;
      case "PONG":
        if (line.params.at(-1) === DRAINED) this.#draining = "drained";
        break;
      case "PART":
        // Only our own is told: others' would take a capability that is not asked for.
        this.#leaving.delete(line.params[0]?.slice(1) ?? "");
        break;
      case "001":
        this.open = true;
        this.opened(this);
        break;
      case "RECONNECT":
        this.sink.reconnect(this);
        break;
      case "CAP":
        if (!this.open && line.params[1] === "NAK") {
          this.end("Twitch refused the capabilities tags and commands");
        }
        break;
      case "NOTICE": {
        const text = line.params.at(-1) ?? "";
        if (!this.open && LOGIN_REFUSED.test(text)) {
          this.end(`Twitch refused the login: ${text}`, { permanent: true });
        }
        break;
      }
    }
  }

  /** Silence counts only while we are reading: a link that we keep waiting is not dead. */
  #checkSilence(bornAt: number): void {
    const { handshakeMs, quietMs, deadMs } = this.options.timings;
    const now = this.options.clock.monotonicMs();
    if (!this.#reading) [this.#heardAt, this.#askedAt] = [now, undefined];
    if (!this.open) {
      if (now - bornAt >= handshakeMs) this.end(`no welcome within ${handshakeMs / 1000} s`);
    } else if (this.#askedAt !== undefined) {
      if (now - this.#askedAt >= deadMs) {
        const heardAt = this.#heardAt;
        this.end(`nothing heard for ${((now - heardAt) / 1000).toFixed(1)} s`, { heardAt });
      }
    } else if (now - this.#heardAt >= quietMs) {
      this.#askedAt = now;
      this.#say(ping());
    }
  }
}

/** Where the next bytes are there already, reading is no rest: timers, orders and other connections would get no turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
