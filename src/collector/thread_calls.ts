/** What the main thread asks of the collector's, and what that tells by itself. */
import type { Channel } from "../archive/channel.ts";
import type { Retention } from "../archive/maintenance.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { CollectorOptions } from "./collector_options.ts";
import type { CollectorSamples, CollectorStatus } from "./recorder.ts";

/** Those options of the collector that can be handed to another thread. */
export type CollectorSetup = Omit<
  CollectorOptions,
  "openWriter" | "log" | "committed" | "joined" | "clock"
>;

/** @template Archive what the Worker's module makes a writer and a log of */
export interface CollectorCalls<Archive> {
  /** Before any other. */
  start(setup: CollectorSetup, archive: Archive): void;
  addChannels(logins: string[]): Channel[];
  setEnabled(id: number, enabled: boolean): Channel | undefined;
  deleteChannel(id: number, withMessages: boolean): void;
  setRetention(id: number, retention: Retention): void;
  watch(id: number): void;
  unwatch(id: number): void;
  bar(reason: string | undefined): void;
  /** Ends the recording. */
  stop(): Promise<void>;
}

export type CollectorNews =
  | { kind: "events"; events: StoredEvent[] }
  | { kind: "joined"; channelId: number }
  | { kind: "status"; status: CollectorStatus; samples: CollectorSamples };
