/** The calls from the main thread to the collector's thread, and the messages that it posts on its own. */
import type { Change, ChangeOutcome } from "../archive/change.ts";
import type { Channel } from "../archive/channel.ts";
import type { OptOut } from "../archive/access/opt_out.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { CollectorOptions } from "./collector_options.ts";
import type { CollectorSamples, CollectorStatus } from "./recorder.ts";

/** The options of a collector that can be sent to another thread. */
export type CollectorSetup = Omit<
  CollectorOptions,
  "openWriter" | "log" | "committed" | "joined" | "optOutsChanged" | "clock"
>;

/** @template Archive a value from which the Worker opens the archive */
export interface CollectorCalls<Archive> {
  /** Call it before any other. */
  start(setup: CollectorSetup, archive: Archive): void;
  addChannels(logins: string[]): Channel[];
  setEnabled(id: number, enabled: boolean): Channel | undefined;
  deleteChannel(id: number, withMessages: boolean): void;
  change(change: Change): ChangeOutcome;
  reloadOptOuts(): void;
  watch(id: number): void;
  unwatch(id: number): void;
  suspendWriting(reason: string | undefined): void;
  /** Ends the recording. */
  stop(): Promise<void>;
}

export type CollectorMessage =
  | { kind: "events"; events: StoredEvent[] }
  | { kind: "joined"; channelId: number }
  | { kind: "opt-outs"; all: readonly OptOut[] }
  | { kind: "status"; status: CollectorStatus; samples: CollectorSamples };
