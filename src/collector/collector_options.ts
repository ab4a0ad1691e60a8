/** The options of a collector. */
import type { ArchiveWriter } from "../archive/writer.ts";
import type { UnwrittenCoverage } from "../archive/coverage.ts";
import type { OptOut } from "../archive/access/opt_out.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { Clock } from "../clock.ts";
import type { BackfillTimings } from "./backfill/backfiller.ts";
import type { Credentials, Timings } from "./connection/session_options.ts";
import type { ChosenService } from "../emotes/services.ts";
import type { EmoteTimings } from "./emotes/emote_checker.ts";
import type { CollectorLog } from "./log.ts";
import type { OverflowOptions } from "./ingest/overflow_file.ts";

export interface CollectorOptions {
  ircUrl: string;
  /** PEM certificates to trust in addition to the system's. */
  caCerts?: string[];
  /** If missing, the login is anonymous. */
  credentials?: Credentials;
  joinsPer10s: number;
  /** Logins that are added and enabled at the start. */
  channels: string[];
  /** The logins that a second, anonymous reader joins, too; default: none. */
  secondReader?: "all" | readonly string[];
  /** A channel with more events in a minute than this gets a connection of its own. */
  busyPerMinute?: number;
  /** The address of a recent-messages service that fills gaps, with the placeholder `{login}`. */
  historyUrl?: string;
  /** A bearer token for that service. */
  historyToken?: string;
  backfillTimings?: Partial<BackfillTimings>;
  /** The services whose sets of emotes are stored. */
  emoteServices?: readonly ChosenService[];
  emoteTimings?: Partial<EmoteTimings>;
  openWriter: (unwritten?: UnwrittenCoverage) => ArchiveWriter;
  /** The file for events that cannot be written to the archive, and its bound in bytes; 0 = none. */
  overflow: OverflowOptions;
  /** The file for coverage that cannot be written to the archive. */
  coverageJournalPath: string;
  timings?: Partial<Timings>;
  channelsPerConnection?: number;
  /** Default: the machine's. */
  clock?: Clock;
  /** False if lines are replayed: their times are then no evidence of the current time. */
  useLineTimes?: boolean;
  log: CollectorLog;
  /** Called with committed events of watched channels, by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Called at the start and after changes, with every opt-out. */
  optOutsChanged?: (all: readonly OptOut[]) => void;
  /** Called when Twitch has confirmed the JOIN of a watched channel. A gap before it is in the coverage within a second. */
  joined?: (channelId: number) => void;
}
