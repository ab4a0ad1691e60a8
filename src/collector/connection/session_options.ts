/** What a connection needs to live, and what it tells. Times are monotonic milliseconds. */
import type { ChatEvent } from "../../chat/events.ts";
import type { Clock } from "../../clock.ts";
import type { IrcSession } from "./session.ts";

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
  /** The first wait between two sessions that failed. */
  retryMs: number;
  /** How long Twitch has to confirm a JOIN with ROOMSTATE. */
  joinAnswerMs: number;
  /** How long what was said in a channel that is left, or on a connection that is replaced, may take to be read. */
  drainMs: number;
  /** The same when the program ends: whoever runs it may end it by force after 10 s. */
  stopMs: number;
  /** How long the channels of a connection may take to be joined on the next one, after a RECONNECT. */
  handoverMs: number;
}

/**
 * A dead link is noticed within 10 s (the best clients do; Twitch answers a PING in well under a second). Twitch closes a
 * connection about 15 to 30 s after its RECONNECT.
 */
export const TIMINGS: Timings = {
  handshakeMs: 10_000,
  quietMs: 5_000,
  deadMs: 4_500,
  retryMs: 1_000,
  joinAnswerMs: 10_000,
  drainMs: 10_000,
  stopMs: 3_000,
  handoverMs: 30_000,
};

export interface Ending {
  /** A sentence for people. */
  reason: string;
  /** Twitch will say the same again: a refused login. */
  permanent: boolean;
  /** We ended it because no channel was left on it. */
  isEmpty: boolean;
  /** All that was said on it was read, as far as anybody needs it: nothing can have been missed before `heardAt`. */
  isDrained: boolean;
  durationMs: number;
  /** The end, or when a connection that fell silent was last heard. */
  heardAt: number;
}

/** Takes lines as they arrive, and slows down reading. Both readers share it. */
export interface LineSink {
  /** Lines arrived at `at`. Called before they are parsed, so that the time can be judged by them first. */
  arrived(lines: readonly string[], at: number): void;
  /** A line that is not chat: PING, JOIN, a numeric, … */
  protocol(): void;
  /** A line that is malformed or too long. */
  rejected(line: string, why: string, at: number): void;
  /** Resolves when more lines can be taken; `undefined` when they can be taken now. */
  whenWritable(): Promise<void> | undefined;
}

/** Receives the chat of a session, and Twitch's answers. */
export interface IrcSessionSink {
  /** @param answersJoin it is the ROOMSTATE that confirmed our JOIN */
  chat(event: ChatEvent, line: string, at: number, session: IrcSession, answersJoin: boolean): void;
  /** Twitch said no to a channel; `msgId` is the NOTICE's. */
  refused(login: string, msgId: string, text: string, session: IrcSession): void;
  /** ROOMSTATE has confirmed a JOIN. */
  joined(login: string, roomId: number, at: number): void;
  /** A channel was left: all that was said there is read, or it took too long. */
  left(login: string, session: IrcSession): void;
  /** Twitch is about to close this connection. */
  reconnect(session: IrcSession): void;
}

export interface IrcSessionOptions {
  url: string;
  caCerts?: string[];
  credentials?: Credentials;
  timings: Timings;
  clock: Clock;
  lines: LineSink;
}
