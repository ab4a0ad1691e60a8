/** What the main thread can ask of the collector, and what the collector says about itself. */
import type { Channel } from "../archive/archive.ts";
import type { Retention } from "../archive/maintenance.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { TimeStatus } from "./time/judge.ts";

export interface Recorder {
  /** Creates or brings back channels and starts recording them; not those whose messages are still being deleted. */
  addChannels(logins: string[]): Promise<Channel[]>;
  /** Enabling joins, disabling parts. `undefined` where there is no such channel. */
  setEnabled(id: number, enabled: boolean): Promise<Channel | undefined>;
  deleteChannel(id: number, withMessages: boolean): Promise<void>;
  /** Sets how much of a channel is kept; what is not goes step by step, beginning at once. */
  setRetention(id: number, retention: Retention): Promise<void>;
  /** From when this resolves, every committed event of the channel is announced to `onEvents` listeners. */
  watch(channelId: number): Promise<void>;
  unwatch(channelId: number): void;
  /** The newest status, at most about a second old. */
  status(): CollectorStatus;
}

export interface Announcement {
  channelId: number;
  /** By ascending id, all of one commit. */
  events: StoredEvent[];
}

export type ChannelState =
  /** Recording. */
  | "joined"
  /** Waiting for its turn, for a connection, or for Twitch's answer. */
  | "joining"
  /** Twitch said no, or nothing; `reason` says what, `nextTryAt` when it is tried again. */
  | "refused"
  | "disabled"
  | "deleting";

export interface ChannelStatus {
  channelId: number;
  login: string;
  state: ChannelState;
  /** From when on: for a refusal, when Twitch first said no. */
  since: number;
  reason?: string;
  nextTryAt?: number;
  /** Events in the last 60 s. */
  perMinute: number;
  /** Where a second reader listens, too: its state, and what each reader missed of what the other had. */
  second?: { state: ChannelState; missedByFirst: number; missedBySecond: number };
}

/** Which of the two readers: the second one is there for what the first one misses. */
export type ReaderName = "first" | "second";

export interface ConnectionStatus {
  id: number;
  reader: ReaderName;
  state: "connecting" | "open" | "waiting" | "refused" | "idle";
  since: number;
  /** Why the last life ended, or why it was refused. */
  reason?: string;
  nextTryAt?: number;
  channels: number;
}

export interface WriterStatus {
  state: "ok" | "failing";
  /** While failing: what the database said, and since when. */
  reason?: string;
  since: number;
  queue: number;
  queueBound: number;
  /** What waits in the file beside the database, and how much it may hold. */
  spooledBytes: number;
  spoolBound: number;
  /** Why the spool cannot be written either. */
  spoolFailure?: string;
  lastCommitAt?: number;
}

export interface Counts {
  /** Lines of chat that came off the sockets. */
  received: number;
  stored: number;
  /** Recognised as already stored: by message id, and ROOMSTATEs that change nothing. */
  duplicates: number;
  /** Malformed, or of no channel. */
  rejected: number;
  /** Lost, for lack of room. */
  dropped: number;
  /**
   * Lines of channels that were left longer ago than is waited for what was said before, or that are being deleted with
   * their messages: they count as nothing else.
   */
  late: number;
  /** Lines that are not chat: PING, JOIN, numerics, … */
  protocol: number;
}

export interface RejectedSample {
  at: number;
  why: string;
  /** At most 500 characters. */
  line: string;
}

/** A name on Twitch that leads to another room than before. */
export interface Rename {
  at: number;
  /** The room's present name. */
  to: string;
  /** Its name before; missing where the room was not known. */
  from?: string;
  /** Twitch's id. */
  roomId: number;
}

export interface CollectorStatus {
  /** Judged, as every time here: epoch milliseconds. */
  at: number;
  startedAt: number;
  /** `justinfan…` or the account's login. */
  loginName: string;
  connections: ConnectionStatus[];
  channels: ChannelStatus[];
  writer: WriterStatus;
  /** What time it is, and how many messages of the archive stand in the future. */
  time: TimeStatus & { ahead: number };
  counts: Counts;
  rejectedSamples: RejectedSample[];
  /** Since the start, the newest first, at most 20. */
  renames: readonly Rename[];
}

/** What was measured since the last status, for the histograms of `/metrics`. */
export interface CollectorSamples {
  batchSizes: number[];
  batchMs: number[];
  /** One a batch: Twitch's time of its oldest message to its commit. */
  lagMs: number[];
}
