/** Options and events of a reader. Times are monotonic milliseconds. */
import type { ChatEvent } from "../../chat/events.ts";
import type { CollectorLog } from "../log.ts";
import type { ReaderName, SessionCounts } from "../recorder.ts";
import type { ConnectionGroup } from "./connection_group.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { IrcSessionOptions, LineSink } from "./session_options.ts";

/** A line of a channel, with the reader and the session that read it. */
export interface ChannelLine {
  event: ChatEvent;
  line: string;
  at: number;
  reader: ConnectionGroup;
  /** The session that read it. */
  sessionId: number;
  /** It is the ROOMSTATE that confirmed our JOIN. */
  answersJoin: boolean;
  /** Set while the channel is being left there. `over`: the last line that counts is read, or took too long. */
  leaving?: "reading" | "over";
}

export interface ChannelLineSink extends LineSink {
  chat(line: ChannelLine): void;
}

export interface ChannelSink {
  /** Twitch confirmed a JOIN. */
  joined(login: string, roomId: number, at: number, reader: ConnectionGroup): void;
  /** The reader does not hear the channel any more; `heardAt` is when its connection was last alive. */
  lost(login: string, heardAt: number, reader: ConnectionGroup): void;
  /** A connection ended unread while another one heard the channel: lines from `from` to `to` may be missing. */
  missed(login: string, from: number, to: number, reader: ConnectionGroup): void;
  /** The channel was left, and its last lines are read, or took too long. */
  left(login: string, at: number, reader: ConnectionGroup): void;
  /** Twitch refused the channel, or did not answer. @param reason a sentence for users */
  refused(login: string, reason: string): void;
}

export interface ConnectionGroupOptions extends IrcSessionOptions {
  name: ReaderName;
  channelsPerConnection: number;
  /** Shared by both readers. */
  joinLimiter: RateLimiter;
  /** Shared by both readers. */
  loginLimiter: RateLimiter;
  /** Shared by both readers. */
  sessionCounts: Pick<SessionCounts, "opened" | "lost">;
  lines: ChannelLineSink;
  channels: ChannelSink;
  log: CollectorLog;
}
