/** What the main thread and the collector's Worker say to each other. */
import type { Channel } from "../archive/archive.ts";
import type { WriterLink } from "../archive/sqlite/threads/writer_calls.ts";
import type { Retention } from "../archive/maintenance.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { LogOptions } from "../log.ts";
import type { EncodedError } from "../rpc/error_codec.ts";
import type { Credentials, Timings } from "./connection/session_options.ts";
import type { CollectorSamples, CollectorStatus } from "./recorder.ts";

/** The first message: everything that a Worker needs to open what it opens. */
export interface CollectorSetup {
  ircUrl: string;
  caCerts?: string[];
  credentials?: Credentials;
  joinsPer10s: number;
  channels: string[];
  secondReader: "all" | readonly string[];
  busyPerMinute: number;
  historyUrl?: string;
  dbPath: string;
  /** Which file this process has locked as the archive. */
  locked: string | undefined;
  spool: { path: string; bound: number };
  synchronous: "normal" | "full";
  /** False where lines are replayed: then their times do not tell what time it is. */
  linesTell?: boolean;
  timings?: Partial<Timings>;
  logging: LogOptions;
}

/** With what leads to the thread that writes. */
export interface WorkerSetup extends CollectorSetup {
  writer: WriterLink;
}

/** What can be asked, each with its answer. */
export interface Calls {
  start: { args: [WorkerSetup]; answer: void };
  addChannels: { args: [string[]]; answer: Channel[] };
  setEnabled: { args: [number, boolean]; answer: Channel | undefined };
  deleteChannel: { args: [number, boolean]; answer: void };
  setRetention: { args: [number, Retention]; answer: void };
  watch: { args: [number]; answer: void };
  unwatch: { args: [number]; answer: void };
  bar: { args: [string | undefined]; answer: void };
  stop: { args: []; answer: void };
}

export type Call = { [K in keyof Calls]: { call: number; name: K; args: Calls[K]["args"] } }[keyof Calls];

export type Report =
  | { kind: "answer"; call: number; answer?: unknown; error?: EncodedError }
  | { kind: "events"; events: StoredEvent[] }
  | { kind: "joined"; channelId: number }
  | { kind: "status"; status: CollectorStatus; samples: CollectorSamples };
