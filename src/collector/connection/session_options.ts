/** Options, events and results of a session. Times are monotonic milliseconds. */
import type { ChatEvent } from "../../chat/events.ts";
import type { Clock } from "../../clock.ts";
import type { IrcSession } from "./session.ts";

export interface Credentials {
  login: string;
  token: string;
}

export interface Timings {
  /** The time limit from connecting to Twitch's welcome. */
  handshakeMs: number;
  /** After this time without a line, a PING is sent. */
  quietMs: number;
  /** After this time without a line, counted from the PING, the connection is dead. */
  deadMs: number;
  /** The first pause between two failed sessions. */
  retryMs: number;
  /** The time limit for the ROOMSTATE that confirms a JOIN. */
  joinAnswerMs: number;
  /** The time limit for reading the last lines of a channel that is left, or of a connection that is replaced. */
  drainMs: number;
  /** The same when the program ends. A service manager may kill it after 10 s. */
  stopMs: number;
  /** After a RECONNECT: the time limit for joining the channels on the new connection. */
  handoverMs: number;
}

/**
 * A dead connection is noticed within 10 s: Twitch answers a PING in well under a second. Twitch closes a connection about
 * 15 to 30 s after its RECONNECT.
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

/** How a session ended. */
export interface Ending {
  /** A sentence for users. */
  reason: string;
  /** Twitch refused the login, so a retry is useless. */
  permanent: boolean;
  /** We ended it because it had no channels. */
  isEmpty: boolean;
  /** Every line from before `heardAt` was read. */
  isDrained: boolean;
  durationMs: number;
  /** The end of the session; for a dead connection, when its last line arrived. */
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
  /** Twitch refused a channel. @param msgId the tag of the NOTICE */
  refused(login: string, msgId: string, text: string, session: IrcSession): void;
  /** ROOMSTATE has confirmed a JOIN. */
  joined(login: string, roomId: number, at: number): void;
  /** A channel was left, and its last lines are read, or that took too long. */
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
