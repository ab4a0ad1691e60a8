/** What a collector is started with. */
import type { ArchiveWriter } from "../archive/writer.ts";
import type { UnwrittenCoverage } from "../archive/coverage.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { Clock } from "../clock.ts";
import type { BackfillTimings } from "./backfill/backfiller.ts";
import type { Credentials, Timings } from "./connection/session_options.ts";
import type { CollectorLog } from "./log.ts";
import type { OverflowOptions } from "./ingest/overflow_file.ts";

export interface CollectorOptions {
  ircUrl: string;
  /** PEM certificates to trust beside the system's. */
  caCerts?: string[];
  /** Anonymous where missing. */
  credentials?: Credentials;
  joinsPer10s: number;
  /** Logins that are added and enabled at the start. */
  channels: string[];
  /** What a second, anonymous reader listens to as well: these logins, or every channel. */
  secondReader?: "all" | readonly string[];
  /** A channel with more events in a minute than this gets a connection of its own. */
  busyPerMinute?: number;
  /** A recent-messages service that fills gaps, with `{login}` in its address; none where missing. */
  historyUrl?: string;
  backfillTimings?: Partial<BackfillTimings>;
  openWriter: (unwritten?: UnwrittenCoverage) => ArchiveWriter;
  /** The file that takes what the archive cannot, and its bound in bytes; 0 = none. */
  overflow: OverflowOptions;
  /** The file that takes what coverage cannot be told. */
  coverageJournalPath: string;
  timings?: Partial<Timings>;
  channelsPerConnection?: number;
  /** The machine's, unless a test makes time pass. */
  clock?: Clock;
  /** False where lines are replayed: then their times do not tell what time it is. */
  useLineTimes?: boolean;
  log: CollectorLog;
  /** Committed events of watched channels, by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Told when a watched channel is listened to (again): coverage knows of a gap before it within a second. */
  joined?: (channelId: number) => void;
}
