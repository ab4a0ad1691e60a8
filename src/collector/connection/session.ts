/** One session of a connection: from the first byte to its end, which is a value. Surviving it is `reconnecting_connection.ts`. */
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

/** What Twitch says to a login that it will never take. */
const LOGIN_REFUSED =
  /login authentication failed|improperly formatted auth|login unsuccessful|invalid nick/i;

/** Whoever else is on this thread waits no longer for a connection whose next bytes are always there already. */
const TURN_MS = 5;

/** Begins the word of a PING that asks whether everything before it is read; its number follows. */
const MARK = "read-";

/** A JOIN that was sent. */
interface Join {
  /** When the JOIN went out. */
  sentAt: number;
  /** When ROOMSTATE confirmed it. */
  confirmedAt?: number;
  /** It was not confirmed in time. It still can be. */
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
  open = false;
  /** Channels asked for on this connection, and not left. */
  readonly joins = new Map<string, Join>();
  readonly leaving: Leaving;
  #connection: IrcConnection | undefined;
  readonly #abort = new AbortController();
  #ending: EndOptions & { reason: string } | undefined;
  /** What may still be read, in characters. */
  #budget = Infinity;

  constructor(
    private readonly options: IrcSessionOptions,
    private readonly sink: IrcSessionSink,
    private readonly opened: (session: IrcSession) => void,
  ) {
    this.leaving = new Leaving({
      ping: (mark) => this.#say(ping(`${MARK}${mark}`)),
      part: (logins) => this.#say(...logins.map(partLine)),
      left: (login) => this.sink.left(login, this),
    });
  }

  /** Lives. Resolves with why it ended, never rejects for anything that the other side did. */
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
      // What was sent before an orderly end is read.
      this.#ending ??= { reason: "Twitch closed the connection", isDrained: true };
    } catch (error) {
      if (!(error instanceof LinkError) && !this.#ending) throw error;
      this.#ending ??= { reason: (error as Error).message };
      // A PING without an answer, and then an error: it was dead already.
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

  /** Ends this session for a reason of ours. */
  end(reason: string, options: EndOptions = {}): void {
    this.#ending ??= { reason, ...options };
    this.#abort.abort();
    this.#connection?.close();
  }

  join(logins: string[], now: number): void {
    for (const login of logins) this.joins.set(login, { sentAt: now });
    this.#say(...joinLines(logins));
  }

  isJoined(login: string): boolean {
    return this.joins.get(login)?.confirmedAt !== undefined;
  }

  /** Leaves these channels once all that was said there is read, or at `giveUpAt`. */
  leave(logins: readonly string[], giveUpAt: number): void {
    this.leaving.leave(logins.filter((login) => this.joins.delete(login) && this.open), giveUpAt);
  }

  /** It is to end soon: so much may still be read, in characters, about a byte each. */
  limit(budget: number): void {
    this.#budget = Math.min(this.#budget, budget);
  }

  /** Channels of which lines come here that nobody has read. */
  heard(): string[] {
    const joined = [...this.joins.keys()].filter((login) => this.isJoined(login));
    return [...joined, ...this.leaving.unread];
  }

  /** A send that fails means that the link is gone, which the reading side reports. */
  #say(...lines: string[]): void {
    this.#connection?.send(...lines).catch((error: Error) => this.end(error.message));
  }

  async #read(connection: IrcConnection, silence: SilenceWatch): Promise<void> {
    for (let turnedAt = 0;;) {
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
        if (this.#budget < 0) return this.end("too much was said to read it to the end");
        this.#take(line, at);
        const writable = this.options.lines.whenWritable();
        if (writable) await writable;
      }
      if (performance.now() - turnedAt < TURN_MS) continue;
      await turn();
      turnedAt = performance.now();
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
        this.#say(pong(line.params));
        break;
      case "PONG": {
        const word = line.params.at(-1) ?? "";
        if (word.startsWith(MARK)) this.leaving.answered(Number(word.slice(MARK.length)) || 0);
        break;
      }
      case "PART":
        // Only our own is told: others' would take a capability that is not asked for.
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
    if (result?.kind === "ping") this.#say(ping());
    else if (result) this.end(result.reason, { heardAt: result.heardAt });
  }
}

/** Where the next bytes are there already, reading is no rest: timers, orders and other connections would get no turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
