/** One session of a connection, from login to end. `reconnecting_connection.ts` replaces a session that has ended. */
import type { ChatEvent } from "../../chat/events.ts";
import { serverMessageId } from "../../irc/events/notice.ts";
import { type IrcConnection, LinkError, openConnection } from "../../irc/connection.ts";
import type { IrcLine } from "../../irc/syntax/parse.ts";
import { readLine } from "../../irc/read.ts";
import { joinLines, loginLines, partLine, ping, pong } from "../../irc/commands.ts";
import { Leaving } from "./leaving.ts";
import { REFUSALS } from "./refusals.ts";
import type { Ending, IrcSessionOptions, IrcSessionSink } from "./session_options.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** Twitch's answers to a login that it refuses permanently. */
const LOGIN_REFUSED =
  /login authentication failed|improperly formatted auth|login unsuccessful|invalid nick/i;

/** The longest time for which one session reads without yielding to others on its thread. */
const YIELD_MS = 5;

/** The prefix of a numbered PING; see `leaving.ts`. */
const MARK = "read-";

/** A JOIN that was sent. */
interface Join {
  sentAt: number;
  /** When ROOMSTATE confirmed it. */
  confirmedAt?: number;
  /** ROOMSTATE did not arrive in time. It still can. */
  isLate?: boolean;
}

interface EndOptions {
  permanent?: boolean;
  isEmpty?: boolean;
  isDrained?: boolean;
  heardAt?: number;
}

let lastSessionId = 0;

export class IrcSession {
  readonly id = ++lastSessionId;
  /** Whether Twitch has accepted the login. */
  open = false;
  /** By login, without channels that were left. */
  readonly joins = new Map<string, Join>();
  readonly leaving: Leaving;
  #connection: IrcConnection | undefined;
  readonly #abort = new AbortController();
  #ending: EndOptions & { reason: string } | undefined;
  /** How many characters may still be read. */
  #budget = Infinity;

  constructor(
    private readonly options: IrcSessionOptions,
    private readonly sink: IrcSessionSink,
    private readonly opened: (session: IrcSession) => void,
  ) {
    this.leaving = new Leaving({
      ping: (mark) => this.#send(ping(`${MARK}${mark}`)),
      part: (logins) => this.#send(...logins.map(partLine)),
      left: (login) => this.sink.left(login, this),
    });
  }

  /** Connects, logs in and reads until the session ends. Never rejects because of the server or the network. */
  async run(): Promise<Ending> {
    const startedAt = this.options.clock.monotonicMs();
    const silence = new SilenceWatch(this.options.timings, startedAt);
    const watch = setInterval(
      () => this.#checkSilence(silence),
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
      await this.#read(connection, silence);
      // The server closed the connection properly, so every line that it sent is read.
      this.#ending ??= { reason: "Twitch closed the connection", isDrained: true };
    } catch (error) {
      if (!(error instanceof LinkError) && !this.#ending) throw error;
      this.#ending ??= { reason: (error as Error).message };
      // With an unanswered PING, the connection was dead before the error.
      if (silence.lastAliveAt !== undefined) this.#ending.heardAt ??= silence.lastAliveAt;
    } finally {
      clearInterval(watch);
      this.open = false;
      this.#connection = undefined;
    }
    const endedAt = this.options.clock.monotonicMs();
    return {
      permanent: false,
      isEmpty: false,
      isDrained: false,
      ...this.#ending,
      heardAt: this.#ending.heardAt ?? endedAt,
      durationMs: endedAt - startedAt,
    };
  }

  /** Ends the session. @param reason a sentence for users */
  end(reason: string, options: EndOptions = {}): void {
    this.#ending ??= { reason, ...options };
    this.#abort.abort();
    this.#connection?.close();
  }

  /** Sends JOINs. */
  join(logins: string[], now: number): void {
    for (const login of logins) this.joins.set(login, { sentAt: now });
    this.#send(...joinLines(logins));
  }

  /** Whether Twitch has confirmed the JOIN. */
  isJoined(login: string): boolean {
    return this.joins.get(login)?.confirmedAt !== undefined;
  }

  /** Leaves channels once their lines are read, or at `giveUpAt`; see `leaving.ts`. */
  leave(logins: readonly string[], giveUpAt: number): void {
    this.leaving.leave(logins.filter((login) => this.joins.delete(login) && this.open), giveUpAt);
  }

  /**
   * Limits the characters that are still read, because the program ends. @param budget in characters, mostly a byte
   * each
   */
  limit(budget: number): void {
    this.#budget = Math.min(this.#budget, budget);
  }

  /** Channels whose lines this session reads, including those that it has not left yet. */
  heardChannels(): string[] {
    const joined = [...this.joins.keys()].filter((login) => this.isJoined(login));
    return [...joined, ...this.leaving.unread];
  }

  /** A failed send ends the session. */
  #send(...lines: string[]): void {
    this.#connection?.send(...lines).catch((error: Error) => this.end(error.message));
  }

  async #read(connection: IrcConnection, silence: SilenceWatch): Promise<void> {
    for (let yieldedAt = 0;;) {
      silence.reading();
      const chunk = await connection.read();
      silence.notReading();
      if (chunk === undefined || this.#ending) return;
      const at = this.options.clock.monotonicMs();
      silence.received(at);
      this.options.lines.arrived(chunk.lines, at);
      for (const line of chunk.overlong) this.options.lines.rejected(line, "longer than a line may be", at);
      for (const line of chunk.lines) {
        this.#budget -= line.length;
        if (this.#budget < 0) return this.end("too many lines were unread when the program ended");
        this.#take(line, at);
        const writable = this.options.lines.whenWritable();
        if (writable) await writable;
      }
      if (performance.now() - yieldedAt < YIELD_MS) continue;
      await yieldThread();
      yieldedAt = performance.now();
    }
  }

  #take(line: string, at: number): void {
    const reading = readLine(line);
    if (reading.kind === "chat") this.#chat(reading.event, line, at);
    else if (reading.kind === "rejected") this.options.lines.rejected(line, reading.why, at);
    else this.#protocol(reading.line);
  }

  #chat(event: ChatEvent, line: string, at: number): void {
    let answersJoin = false;
    if (event.kind === "state" && event.roomId !== undefined) {
      const join = this.joins.get(event.channel);
      if (join && join.confirmedAt === undefined) {
        answersJoin = true;
        join.confirmedAt = at;
        this.sink.joined(event.channel, event.roomId, at);
      }
    } else if (event.kind === "server") {
      const msgId = serverMessageId(event);
      if (msgId !== undefined && REFUSALS.has(msgId)) {
        this.sink.refused(event.channel, msgId, event.text, this);
      }
    }
    this.sink.chat(event, line, at, this, answersJoin);
  }

  #protocol(line: IrcLine): void {
    this.options.lines.protocol();
    switch (line.command) {
      case "PING":
        this.#send(pong(line.params));
        break;
      case "PONG": {
        const word = line.params.at(-1) ?? "";
        if (word.startsWith(MARK)) this.leaving.answered(Number(word.slice(MARK.length)) || 0);
        break;
      }
      case "PART":
        // It is our own: PARTs of others need a capability that is not requested.
        this.leaving.parted(line.params[0]?.slice(1) ?? "");
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

  #checkSilence(silence: SilenceWatch): void {
    const result = silence.check(this.options.clock.monotonicMs(), this.open);
    if (result?.kind === "ping") this.#send(ping());
    else if (result) this.end(result.reason, { heardAt: result.heardAt });
  }
}

/** Lets timers, messages and other sockets run. A read does not wait while more bytes are available. */
function yieldThread(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
