/** The dependencies of the routes: from the program, and with each request. */
import type { ArchiveReader } from "../src/archive/reader.ts";
import type { Channel } from "../src/archive/channel.ts";
import type { Token } from "../src/archive/access/token.ts";
import type { Recorder } from "../src/collector/recorder.ts";
import type { ChosenService } from "../src/emotes/services.ts";
import type { Hub } from "../src/live/hub.ts";
import type { WebhookTimings } from "../src/webhooks/sender.ts";
import type { Clock } from "../src/clock.ts";
import type { Access, ReadAccess, ReadRights } from "../src/web/access/access.ts";
import type { HttpLog, Served } from "../src/web/access_log.ts";
import type { Client } from "../src/web/access/client.ts";
import type { Failure } from "../src/web/failure.ts";
import type { StreamSlots } from "../src/web/access/stream_slots.ts";
import type { View } from "../components/view.ts";
import type { DeletedReaders } from "../src/visibility/hidden_text.ts";

export interface Deps {
  archive: ArchiveReader;
  recorder: Recorder;
  hub: Hub;
  config: {
    adminPassword?: string;
    /** Whether the server is bound to loopback only. */
    loopback: boolean;
    /** Addresses and ranges of the proxies whose forwarding headers are trusted. */
    trustedProxies?: readonly string[];
    /** The bearer token for `/metrics` and for the reasons of `/readyz`. */
    metricsToken?: string;
    version: string;
    /** The rule for reading; everybody may read if it is missing. */
    readAccess?: ReadAccess;
    /** Requests a minute of one client; missing or 0 = unlimited. */
    rateLimit?: number;
    /** The readers of removed texts; everyone if missing. */
    showDeleted?: DeletedReaders;
    /** The services of emotes; none if missing. */
    emoteServices?: readonly ChosenService[];
    /** The bound of the pictures of emotes that are kept; 0 or missing = none are. */
    emoteCacheBytes?: number;
    /** `host:port` of servers that webhooks may be sent to. */
    webhookHosts?: readonly string[];
    webhookTimings?: Partial<WebhookTimings>;
    /** Whether the page of all parts is served. */
    design?: boolean;
    /** The effective settings, for managers. */
    settings?: readonly ShownSetting[];
  };
  /** Renders `/metrics` and records the duration of requests. */
  metrics?: {
    contentType: string;
    text(): Promise<string>;
    observe(served: Served): void;
  };
  /** The folder of static files, with a trailing slash. */
  staticRoot: URL | string;
  log: HttpLog;
  /** The time that pages show, epoch milliseconds. */
  now?: () => number;
  /** Monotonic, for sessions and waiting times. */
  clock?: Clock;
  /** Bounds the live streams and downloads; the streams are unbounded if missing. */
  streams?: StreamSlots;
}

/** A setting as the page of settings shows it. */
export interface ShownSetting {
  name: string;
  /** As text, secrets hidden; missing = not set. */
  value?: string;
  from: string;
  about: string;
}

export type Env = {
  Variables: {
    requestId: string;
    access: Access;
    /** The object of a change, for the audit log. */
    changed?: string;
    /** Missing in the answer to a request that was refused before anything was known of its client. */
    rights?: ReadRights;
    /** Whether a stream or download may continue; missing if everybody may read. */
    mayStill?: () => Promise<boolean>;
    /** Aborts when no client waits for the page any more. {@link pages} sets it. */
    abandoned?: AbortSignal;
    /** Call it when a page turns out to be expensive, so that others do not wait for it. {@link pages} sets it. */
    isExpensive?: () => void;
    client: Client;
    /** The valid token that the request carries. */
    token?: Token;
    /** Why the token that it carries is not valid. */
    refusal?: Failure;
    view: View;
    /** Read once per request, for the sidebar and for the page. */
    channels?: Promise<Channel[]>;
  };
};
