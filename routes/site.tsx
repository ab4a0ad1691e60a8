/** What every page is made with. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { html } from "hono/html";
import type { ArchiveReader, Channel } from "../src/archive/archive.ts";
import type { ChannelStatus, CollectorStatus, Recorder } from "../src/collector/recorder.ts";
import type { Hub } from "../src/live/hub.ts";
import type { Access } from "../src/web/access.ts";
import type { HttpLog, Served } from "../src/web/access_log.ts";
import type { Assets } from "../src/web/assets.ts";
import { Turns } from "../src/web/turns.ts";
import { Layout, type LayoutProps } from "../components/layout.tsx";
import { alertsOf } from "./alerts.ts";

export interface Deps {
  archive: ArchiveReader;
  recorder: Recorder;
  hub: Hub;
  config: {
    adminPassword?: string;
    /** Whether the server is bound to loopback only. */
    loopback: boolean;
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
  now?: () => number;
}

export type Env = {
  Variables: {
    requestId: string;
    access: Access;
    /** Asked for once a request: the sidebar wants them, and many a page does. */
    channels?: Promise<Channel[]>;
  };
};

export interface Site extends Omit<Deps, "now"> {
  assets: Assets;
  now(): number;
  /** A whole page around `children`. */
  page(c: Context<Env>, view: View, children: Child, status?: PageStatus): Promise<Response>;
  /** The channels of the archive that are not on their way out, each with its state. */
  channels(c: Context<Env>): Promise<ChannelView[]>;
}

export type View = Pick<LayoutProps, "title" | "section" | "fill" | "scripts"> & { channelId?: number };
export type PageStatus = 200 | 400 | 403 | 404 | 413 | 422 | 429 | 500 | 503;

/** A channel as the archive and as the collector know it. */
export interface ChannelView {
  channel: Channel;
  status: Omit<ChannelStatus, "channelId" | "login">;
}

export function createSite({ now = Date.now, ...deps }: Deps, assets: Assets): Site {
  const turns = new Turns();

  async function channels(c: Context<Env>): Promise<ChannelView[]> {
    let asked = c.get("channels");
    if (!asked) c.set("channels", asked = deps.archive.channels());
    const status = deps.recorder.status();
    return (await asked).map((channel) => ({ channel, status: statusOf(channel, status) }));
  }

  return {
    ...deps,
    assets,
    now,
    channels,
    async page(c, { channelId, ...view }, children, status = 200) {
      const access = c.get("access");
      const shown = await sidebar(channels(c));
      // One answer of the archive may be what a hundred pages waited for: they are not all made in one go.
      await turns.take();
      const markup = (
        <Layout
          {...view}
          sidebar={{ channels: shown, currentId: channelId }}
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

/** The sidebar's channels; none where the archive cannot tell, since a page that says so has a sidebar too. */
async function sidebar(channels: Promise<ChannelView[]>): Promise<LayoutProps["sidebar"]["channels"]> {
  return sidebarChannels(await channels.catch((): ChannelView[] => []));
}

export function sidebarChannels(views: readonly ChannelView[]): LayoutProps["sidebar"]["channels"] {
  return views.map(({ channel, status }) => ({ id: channel.id, login: channel.login, ...status }));
}

/** The collector's word where it has one; otherwise what follows from the archive. */
export function statusOf(channel: Channel, status: CollectorStatus): ChannelView["status"] {
  const known = status.channels.find((each) => each.channelId === channel.id);
  if (known && !channel.deleting) return known;
  const state = channel.deleting ? "deleting" : channel.enabled ? "joining" : "disabled";
  return { state, since: channel.createdAt, perMinute: 0 };
}
