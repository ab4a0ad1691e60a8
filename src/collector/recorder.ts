/** The collector's contract: calls of the main thread, and the status. All times are epoch milliseconds. */
import type { Change, ChangeOutcome } from "../archive/change.ts";
import type { Channel } from "../archive/channel.ts";
import type { OptOutList } from "../archive/access/opt_out.ts";
import type { EmoteService } from "../chat/set_emotes.ts";
import type { EndReason } from "../chat/coverage.ts";
import type { TimeStatus } from "./time/judge.ts";

/** Records channels. Calls reject with an `AppError`, such as `unavailable` while the archive cannot be written. */
export interface Recorder {
  /** Creates or restores channels and starts recording them, except those whose messages are still being deleted. */
  addChannels(logins: string[]): Promise<Channel[]>;
  /** Joins or parts a channel. Resolves to `undefined` if the channel does not exist. */
  setEnabled(id: number, enabled: boolean): Promise<Channel | undefined>;
  /** Parts a channel and hides it, or deletes it with its messages, step by step. */
  deleteChannel(id: number, withMessages: boolean): Promise<void>;
  /**
   * Makes a change. A new retention deletes older messages at once, step by step; an opt-out ends the recording at once.
   */
  change(change: Change): Promise<ChangeOutcome>;
  /** Every opt-out, about a second old at most. */
  optOuts(): OptOutList;
  /** Reads the opt-outs again, which another process has changed. */
  reloadOptOuts(): Promise<void>;
  /** Once this resolves, `onEvents` listeners receive every committed event of the channel, or of `ALL_CHANNELS`. */
  watch(channelId: number): Promise<void>;
  /** Ends {@link Recorder.watch}. */
  unwatch(channelId: number): void;
  /** The last status, about a second old at most. */
  status(): CollectorStatus;
}

/** The state of recording a channel. */
export type ChannelState =
  /** It is recorded. */
  | "joined"
  /** The JOIN waits for its turn, for a connection, or for Twitch's answer. */
  | "joining"
  /** Twitch refused or did not answer: see `reason` and `nextTryAt`. */
  | "refused"
  | "disabled"
  | "deleting";

/** The state of one channel. */
export interface ChannelStatus {
  /** The archive's id of the channel. */
  channelId: number;
  /** Its present login. */
  login: string;
  /** The state on the first reader. */
  state: ChannelState;
  /** When the state began; for `refused`, the time of the first refusal. */
  since: number;
  /** Why the channel is refused. */
  reason?: string;
  /** When a refused channel is tried again. */
  nextTryAt?: number;
  /** Events in the last 60 s. */
  perMinute: number;
  /** If a second reader joins the channel: its state, and how many events each reader missed that the other received. */
  second?: { state: ChannelState; missedByFirst: number; missedBySecond: number };
}

/** The first reader reads every channel; the second one is anonymous and reads some of them again. */
export type ReaderName = "first" | "second";

/** The state of one connection to Twitch. */
export interface ConnectionStatus {
  /** Unique within the reader. */
  id: number;
  /** The reader that it belongs to. */
  reader: ReaderName;
  /** `waiting`: for the next attempt; `refused`: the login failed; `idle`: it has no channel. */
  state: "connecting" | "open" | "waiting" | "refused" | "idle";
  /** When the state began. */
  since: number;
  /** Why the last session ended or was refused. */
  reason?: string;
  /** When the next attempt to connect is made. */
  nextTryAt?: number;
  /** Number of channels on it. */
  channels: number;
}

/** Whether batches can be written, and how many events wait. */
export interface WriterStatus {
  /** `failing` while the archive cannot be written. */
  state: "ok" | "failing";
  /** The database's error, while failing. */
  reason?: string;
  /** When the state began. */
  since: number;
  /** Events that wait in memory. */
  queue: number;
  /** Most events that may wait in memory. */
  queueBound: number;
  /** Bytes that wait in the overflow file. */
  overflowBytes: number;
  /** Most bytes that the overflow file may hold. */
  overflowBound: number;
  /** Why the overflow file cannot be written either. */
  overflowFailure?: string;
  /** When the last batch was committed. */
  lastCommitAt?: number;
}

/** Lines since the start. Every line of chat is received, and then stored, duplicate, rejected or dropped, or waits. */
export interface Counts {
  /** Lines of chat read from the sockets. */
  received: number;
  /** Rows that were committed. */
  stored: number;
  /** Lines that repeat a stored message id, and ROOMSTATEs that change nothing. */
  duplicates: number;
  /** Lines that are malformed, or belong to no channel. */
  rejected: number;
  /** Events that were lost because memory and the overflow file were full. */
  dropped: number;
  /**
   * Lines of channels that were left, after the time that the collector waits for them, or that are being deleted with
   * their messages. They are not counted as received.
   */
  late: number;
  /** Lines of users and channels that have opted out. They are not counted as received. */
  optedOut: number;
  /** Lines that are not chat: PING, JOIN, numerics, … */
  protocol: number;
}

/** Counts of the connections to Twitch since the start. */
export interface SessionCounts {
  /** Connections that were opened, also those that failed. */
  opened: number;
  /** Connections that ended or failed while they had channels. */
  lost: number;
  /** How often JOINs began to wait for the rate limit. */
  joinWaits: number;
  /** How often logins began to wait for the rate limit. */
  loginWaits: number;
}

/** A rejected line, as a sample for the status page. */
export interface RejectedSample {
  /** When the line was received. */
  at: number;
  /** Why it was rejected. */
  why: string;
  /** At most 500 characters. */
  line: string;
}

/** A login that belongs to another room than before. */
export interface Rename {
  /** When the rename was noticed. */
  at: number;
  /** The room's present login. */
  to: string;
  /** The room's former login; missing if the room was unknown. */
  from?: string;
  /** Twitch's id of the room. */
  roomId: number;
}

/** Everything that pages, `/readyz` and `/metrics` show of the collector. */
export interface CollectorStatus {
  /** When the status was made. */
  at: number;
  /** When the program started. */
  startedAt: number;
  /** `justinfan…` or the account's login. */
  loginName: string;
  /** Every connection of both readers. */
  connections: ConnectionStatus[];
  /** Every channel of the archive that is not hidden. */
  channels: ChannelStatus[];
  /** The state of the writer. */
  writer: WriterStatus;
  /** The judged time, and how many messages of the archive are ahead of it. */
  time: TimeStatus & { ahead: number };
  /** Counts since the start. */
  counts: Counts;
  /** Gaps that began since the start, by reason, of channels that were heard before. */
  gaps: Readonly<Record<EndReason, number>>;
  /** Sessions since the start. */
  sessions: SessionCounts;
  /** The newest 20 rejected lines, newest first. */
  rejectedSamples: RejectedSample[];
  /** The newest 20 renames since the start, newest first. */
  renames: readonly Rename[];
  /** The sets of emotes; missing if the settings name no service. */
  emotes?: EmoteStatus;
}

/** The state of the sets of emotes. */
export interface EmoteStatus {
  /** Number of sets that changed since the start. */
  changes: number;
  /** One for each chosen service. */
  services: EmoteServiceStatus[];
}

/** The state of one service of emotes. */
export interface EmoteServiceStatus {
  /** Which one. */
  service: EmoteService;
  /** When the service last answered. */
  answeredAt?: number;
  /** Why the last request failed. */
  failure?: string;
}

/** Measurements since the last status, for the histograms of `/metrics`. */
export interface CollectorSamples {
  /** Rows of each batch. */
  batchSizes: number[];
  /** Milliseconds from handing over each batch to its commit. */
  batchMs: number[];
  /** For each batch, milliseconds from Twitch's time of its oldest message to its commit. */
  lagMs: number[];
}
