/** What every page is made with. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { html } from "hono/html";
import type { ArchiveReader, Channel } from "../src/archive/archive.ts";
import { firstIdAt } from "../src/chat/ids.ts";
import type { ChannelStatus, CollectorStatus, Recorder } from "../src/collector/recorder.ts";
import type { Hub } from "../src/live/hub.ts";
import type { Clock } from "../src/clock.ts";
import type { Access } from "../src/web/access/access.ts";
import type { HttpLog, Served } from "../src/web/access_log.ts";
import type { Client } from "../src/web/access/client.ts";
import type { Assets } from "../src/web/pages/assets.ts";
import { ChangedRows } from "../src/web/pages/changed_rows.ts";
import { FairQueue } from "../src/web/pages/fair_queue.ts";
import type { StreamSlots } from "../src/web/access/stream_slots.ts";
import { CooperativeQueue } from "../src/web/pages/cooperative_queue.ts";
import { type SidebarChannel, type SidebarProps, sidebarRows } from "../components/page/sidebar.tsx";
import { Layout, type LayoutProps } from "../components/page/layout.tsx";
import { alertsOf } from "./alerts.ts";

export interface Deps {
  archive: ArchiveReader;
  recorder: Recorder;
  hub: Hub;
  config: {
    adminPassword?: string;
    /** Whether the server is bound to loopback only. */
    loopback: boolean;
    /** Addresses and ranges of proxies whose forwarding headers are believed. */
    trustedProxies?: readonly string[];
    /** What `/metrics` and the reasons of `/readyz` ask for. */
    metricsToken?: string;
    version: string;
  };
  /** What `/metrics` shows, and where durations go. */
  metrics?: {
    contentType: string;
    text(): Promise<string>;
    observe(served: Served): void;
  };
  /** The folder of the files for the browser, with a slash at its end. */
  staticRoot: URL | string;
  log: HttpLog;
  /** The wall clock's time, for what pages show. */
  now?: () => number;
  /** For sessions and waits. */
  clock?: Clock;
  /** How many live streams there may be; without it as many as are asked for. */
  streams?: StreamSlots;
}

export type Env = {
  Variables: {
    requestId: string;
    access: Access;
    /** Aborts when nobody waits for the page any more. Set for what {@link pages} makes. */
    gone?: AbortSignal;
    /** Called where a page turns out to be expensive: others need not wait for it. Likewise. */
    isExpensive?: () => void;
    client: Client;
    /** Asked for once a request: the sidebar wants them, and many a page does. */
    channels?: Promise<Channel[]>;
  };
};

/** Ids run ahead of the clock by no more, unless a wrong clock gave them. */
const AHEAD_MS = 60_000;
/** Where such ids stand in the archive, what lies ahead by more than this is left out of what goes on by itself. */
const HORIZON_MS = 1_000;

export interface Site extends Omit<Deps, "now"> {
  assets: Assets;
  /** Where searches wait for their turn, the clients' in turn. */
  searches: FairQueue;
  now(): number;
  /** Where messages stand in the future: the id before which those lie that do not. */
  horizon(): number | undefined;
  /** Whether a page that has come to this id would wait for the future. */
  isAhead(id: number): boolean;
  /** A whole page around `children`. */
  page(c: Context<Env>, view: View, children: Child, status?: PageStatus): Promise<Response>;
  /** The channels of the archive that are not on their way out, each with its state. */
  channels(c: Context<Env>): Promise<ChannelView[]>;
  /** The side bar as it is now. */
  sidebar(c: Context<Env>, currentId?: number): Promise<SidebarProps>;
  /** What changed in the lists that pages follow. */
  changes: Record<"sidebar" | "overview" | "channels" | "managedChannels", ChangedRows>;
}

export type View = Pick<LayoutProps, "title" | "section" | "fill" | "scripts"> & { channelId?: number };
export type PageStatus = 200 | 400 | 403 | 404 | 413 | 422 | 429 | 500 | 503;

/** A channel as the archive and as the collector know it. */
export interface ChannelView {
  channel: Channel;
  status: Omit<ChannelStatus, "channelId" | "login">;
}

/** As many as the archive does at once (`sqlite/pool.ts`): on two cores one, so that pages have the other. */
const SEARCHES_AT_ONCE = Math.min(2, Math.max(1, navigator.hardwareConcurrency - 1));

export function createSite({ now = Date.now, ...deps }: Deps, assets: Assets): Site {
  const turns = new CooperativeQueue();
  const changes: Site["changes"] = {
    sidebar: new ChangedRows(),
    overview: new ChangedRows(),
    channels: new ChangedRows(),
    managedChannels: new ChangedRows(),
  };
  const searches = new FairQueue({ atOnce: SEARCHES_AT_ONCE });

  async function channels(c: Context<Env>): Promise<ChannelView[]> {
    let asked = c.get("channels");
    if (!asked) c.set("channels", asked = deps.archive.channels());
    const status = deps.recorder.status();
    return (await asked).map((channel) => ({ channel, status: statusOf(channel, status) }));
  }

  async function sidebar(c: Context<Env>, currentId?: number): Promise<SidebarProps> {
    const list = (await channels(c)).map(({ channel, status }): SidebarChannel => ({
      id: channel.id,
      login: channel.login,
      state: status.state,
      perMinute: status.perMinute,
    }));
    const rows = sidebarRows(list);
    const current = list.find(({ id }) => id === currentId);
    return { rows, current, token: changes.sidebar.update(rows) };
  }

  return {
    ...deps,
    assets,
    searches,
    now,
    horizon: () => deps.recorder.status().time.ahead > 0 ? firstIdAt(now() + HORIZON_MS) : undefined,
    isAhead: (id) =>
      id >= firstIdAt(now() + (deps.recorder.status().time.ahead > 0 ? 2 * HORIZON_MS : AHEAD_MS)),
    channels,
    sidebar,
    changes,
    async page(c, { channelId, ...view }, children, status = 200) {
      const access = c.get("access");
      // None where the archive cannot tell, since a page that says so has a side bar too.
      const shown = await sidebar(c, channelId).catch((): SidebarProps => ({
        rows: new Map(),
        token: "none",
      }));
      // One answer of the archive may be what a hundred pages waited for: they are not all made in one go.
      await turns.take();
      const markup = (
        <Layout
          {...view}
          sidebar={shown}
          alerts={alertsOf(deps.recorder.status(), now(), deps.archive.faults())}
          login={access === "logged-in" ? "in" : access === "logged-out" ? "out" : undefined}
          version={deps.config.version}
          asset={assets.url}
        >
          {children}
        </Layout>
      );
      return c.html(html`<!DOCTYPE html>${markup}`, status);
    },
  };
}

/** The collector's word where it has one; otherwise what follows from the archive. */
export function statusOf(channel: Channel, status: CollectorStatus): ChannelView["status"] {
  const known = status.channels.find((each) => each.channelId === channel.id);
  if (known && !channel.deleting) return known;
  const state = channel.deleting ? "deleting" : channel.enabled ? "joining" : "disabled";
  return { state, since: channel.createdAt, perMinute: 0 };
}
