/** The log of a channel, or of a user in it, in the formats of `chat_log/formats.ts`. */
import type { LogFormat } from "../chat_log/formats.ts";
import type { LogSpan } from "../chat_log/span.ts";
import type { Identities } from "./access/opt_out.ts";
import type { TimelineQuery } from "./timeline.ts";

/** Maximum number of messages in a page of a log. */
export const MAX_LOG_PAGE = 2_000;

/** Selects messages of a channel that belong to a span, and a page of them. */
export interface LogQuery extends LogSpan, Pick<TimelineQuery, "userId" | "search"> {
  /** The archive's id of the channel. */
  channelId: number;
  /** The format in which the messages are written. */
  format: LogFormat;
  /** Whether the newest message comes first. */
  newestFirst: boolean;
  /** The page continues after the message with this id, in the order of reading. */
  beyond?: number;
  /** Number of messages to skip before the page. */
  skip: number;
  /** Maximum number of messages of the page, 1 to {@link MAX_LOG_PAGE}. */
  limit: number;
  /** Whether to hide the text of removed messages. */
  hidesRemoved?: boolean;
  /** Users whose messages the log leaves out. */
  without?: Identities;
}

/** A page of a log. It may have fewer messages than the limit although more follow. */
export interface LogPage {
  /** The messages, in UTF-8, separated as the format demands; no separator at either end. */
  bytes: Uint8Array;
  /** Their number. */
  messages: number;
  /** Number of messages that were skipped. */
  skipped: number;
  /** Where the next page continues; missing if nothing follows. */
  next?: number;
}

/** The part of a reader's contract that logs need. */
export interface LogReader {
  /** A page of a log, written on the reader's thread: to copy its events to another thread would take longer. */
  log(query: LogQuery): Promise<LogPage>;
  /**
   * A text that changes whenever messages of a span are added, deleted or marked as removed, a few seconds later at most. It
   * may also change without that.
   */
  logVersion(channelId: number, from: number, to: number): Promise<string>;
  /** The days (UTC) on which a channel has messages, by their first moment, newest first. */
  logDays(channelId: number): Promise<number[]>;
  /** The months (UTC) in which a user has messages in a channel, by their first moment, newest first. */
  logMonths(channelId: number, userId: number): Promise<number[]>;
  /**
   * The id of a random message of a channel, or of a user in it; undefined if there is none. Each is about equally likely: a
   * random one on a random page of the index, however busy the time was.
   * @param without users whose messages are left out
   */
  randomMessage(channelId: number, userId?: number, without?: Identities): Promise<number | undefined>;
}
