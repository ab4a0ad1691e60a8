/** The site: the object that every route gets. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { html } from "hono/html";
import type { Channel } from "../src/archive/channel.ts";
import type { ArchiveReader } from "../src/archive/reader.ts";
import type { StoredEvent } from "../src/chat/events.ts";
import { firstIdAt, MAX_AHEAD_MS } from "../src/chat/ids.ts";
import type { ChannelStatus, CollectorStatus } from "../src/collector/recorder.ts";
import { createHighlights, type Highlights } from "../src/find/highlights.ts";
import { Failure } from "../src/web/failure.ts";
import { downloadSlots, type StreamSlots } from "../src/web/access/stream_slots.ts";
import { TokenBook } from "../src/web/access/token_book.ts";
import type { Assets } from "../src/web/pages/assets.ts";
import { ChangedRows } from "../src/web/pages/changed_rows.ts";
import { FairQueue } from "../src/web/pages/fair_queue.ts";
import { CooperativeQueue } from "../src/web/pages/cooperative_queue.ts";
import { type SidebarChannel, type SidebarProps, SidebarRows } from "../components/page/sidebar.tsx";
import { Embedded } from "../components/page/embedded.tsx";
import { Layout, type LayoutProps } from "../components/page/layout.tsx";
import { currentView, DEFAULT_VIEW, type View, withView } from "../components/view.ts";
import { alertsOf, isCutOff } from "./alerts.ts";
import { withoutRemovedText } from "../src/chat/removed_text.ts";
import { hidingOptedOut, OPTED_OUT } from "../src/visibility/hidden_opt_outs.ts";
import { hidingRemoved } from "../src/visibility/hidden_text.ts";
import type { Deps, Env } from "./deps.ts";
import { createEmoteMarks } from "./set_emotes.ts";
import { type RecentCounts, recentCounts } from "./recent_counts.ts";

export type { Deps, Env, ShownSetting } from "./deps.ts";

/** If the archive has ids from the future, live pages omit rows that are further ahead than this. */
const HORIZON_MS = 1_000;

export interface Site extends Omit<Deps, "now"> {
  assets: Assets;
  tokens: TokenBook;
  /** The archive with hidden messages and names, to name users and channels that have opted out. */
  everything: ArchiveReader;
  /** The queue of searches, fair between clients. */
  searches: FairQueue;
  /** The slots of downloads. */
  downloads: StreamSlots;
  now(): number;
  /** Messages of each channel in the last day. */
  lastDay: RecentCounts;
  /** If messages from the future are stored, the first id that counts as future. */
  horizon(): number | undefined;
  /** Whether a page whose newest row has this id has rows from the future. */
  isAhead(id: number): boolean;
  /** A whole page around `children`. */
  page(c: Context<Env>, page: Page, children: Child, status?: PageStatus): Promise<Response>;
  /** A page for a frame of another one. */
  embedded(
    c: Context<Env>,
    page: Pick<Page, "title" | "scripts"> & { canonical: string },
    children: Child,
  ): Response | Promise<Response>;
  /** The channels in the list, each with its state. */
  channels(c: Context<Env>): Promise<ChannelView[]>;
  /** The current sidebar. */
  sidebar(c: Context<Env>, currentId?: number): Promise<SidebarProps>;
  /** The rules by which rows are marked. */
  highlights: Highlights;
  /** The event as a stream for many readers may tell it. */
  streamed(event: StoredEvent): StoredEvent;
  /** The view of a stream for many readers. */
  streamView: Readonly<View>;
  /** The changes in lists that pages poll. */
  changes: Record<"sidebar" | "overview" | "channels" | "managedChannels", ChangedRows>;
}

export type Page =
  & Pick<LayoutProps, "title" | "section" | "fill" | "scripts" | "search" | "parts" | "preview">
  & { channelId?: number };
export type PageStatus = 200 | 400 | 401 | 403 | 404 | 405 | 413 | 422 | 429 | 500 | 503;

/** A channel with its state in the collector. */
export interface ChannelView {
  channel: Channel;
  status: Omit<ChannelStatus, "channelId" | "login">;
}

/** With more recorded channels, the sidebar shows no sparklines. */
const MAX_SPARKLINES = 60;
/** The last day, half an hour a bar. */
const LAST_DAY = { bars: 48, minutesABar: 30, freshMs: 60_000 };
/** The sparklines of the sidebar have one bar for each three of these. */
const BARS_TOGETHER = 3;

/** The number of readers that search (`reader_pool.ts`): one on two cores, so that the other serves pages. */
const SEARCHES_AT_ONCE = Math.min(2, Math.max(1, navigator.hardwareConcurrency - 1));

export function createSite({ now = Date.now, ...given }: Deps, assets: Assets): Site {
  const isHiding = (given.config.showDeleted ?? "everyone") !== "everyone";
  const unremoved = isHiding ? hidingRemoved(given.archive, () => currentView().readsRemoved) : given.archive;
  const read = hidingOptedOut(
    unremoved,
    () => given.recorder.optOuts(),
    () => new Failure("forbidden", OPTED_OUT),
  );
  const emotes = given.config.emoteServices?.length ? createEmoteMarks(read, given.recorder) : undefined;
  const deps = { ...given, archive: emotes?.archive ?? read };
  const turns = new CooperativeQueue();
  const changes: Site["changes"] = {
    sidebar: new ChangedRows(),
    overview: new ChangedRows(),
    channels: new ChangedRows(),
    managedChannels: new ChangedRows(),
  };
  const searches = new FairQueue({ atOnce: SEARCHES_AT_ONCE });
  const sidebarRows = new SidebarRows();
  const lastDay = recentCounts(deps.archive, now, LAST_DAY);

  async function channels(c: Context<Env>): Promise<ChannelView[]> {
    let asked = c.get("channels");
    if (!asked) c.set("channels", asked = deps.archive.channels());
    const status = deps.recorder.status();
    return (await asked).map((channel) => ({ channel, status: statusOf(channel, status) }));
  }

  async function sidebar(c: Context<Env>, currentId?: number): Promise<SidebarProps> {
    const list = await channels(c);
    const recorded = list.filter(({ status }) => status.state === "joined").map(({ channel }) => channel.id);
    const cutOff = isCutOff(deps.recorder.status()) ? "No connection to Twitch" : undefined;
    const bars = recorded.length <= MAX_SPARKLINES ? await lastDay.lately(recorded).catch(() => []) : [];
    const barsOf = new Map(recorded.map((id, i) => [id, bars[i]]));
    const shown = list.map(({ channel: { id, login, lastAt }, status }): SidebarChannel => ({
      id,
      login,
      lastAt: status.state === "disabled" ? lastAt : undefined,
      state: status.state,
      reason: status.state === "joined" ? undefined : status.reason ?? cutOff,
      perMinute: status.perMinute,
      recent: together(barsOf.get(id)),
    }));
    // The same for all readers.
    const rows = withView(DEFAULT_VIEW, () => sidebarRows.of(shown));
    const current = shown.find(({ id }) => id === currentId);
    return { channels: shown, rows, current, token: changes.sidebar.update(rows) };
  }

  return {
    ...deps,
    assets,
    everything: given.archive,
    tokens: new TokenBook({
      read: () => deps.archive.tokens(),
      change: (change) => deps.recorder.change(change),
      now,
      clock: deps.clock,
    }),
    searches,
    downloads: downloadSlots(given.streams),
    now,
    lastDay,
    horizon: () => deps.recorder.status().time.ahead > 0 ? firstIdAt(now() + HORIZON_MS) : undefined,
    isAhead: (id) =>
      id >= firstIdAt(now() + (deps.recorder.status().time.ahead > 0 ? 2 * HORIZON_MS : MAX_AHEAD_MS)),
    channels,
    sidebar,
    changes,
    highlights: createHighlights(deps.archive, now),
    streamed(event) {
      const told = isHiding ? withoutRemovedText(event) : event;
      return emotes ? emotes.marked(told) : told;
    },
    streamView: { ...DEFAULT_VIEW, ownPictures: (given.config.emoteCacheBytes ?? 0) > 0 },
    async page(c, { channelId, ...page }, children, status = 200) {
      const access = c.get("access");
      const mayRead = c.get("rights")?.read ?? false;
      // No channels if the archive cannot be read: the error page has a sidebar, too.
      const shown = !mayRead ? undefined : await sidebar(c, channelId).catch((): SidebarProps => ({
        channels: [],
        rows: new Map(),
        token: "none",
      }));
      // A hundred pages may wait for one answer of the archive: render them one per turn of the event loop.
      await turns.take();
      const markup = (
        <Layout
          {...page}
          search={page.search ?? (shown?.current ? `in:${shown.current.login} ` : undefined)}
          sidebar={shown}
          alerts={mayRead ? alertsOf(deps.recorder.status(), now(), deps.archive.faults()) : []}
          login={access === "logged-in" ? "in" : access === "logged-out" ? "out" : undefined}
          version={deps.config.version}
          address={ownAddress(c)}
          now={now()}
          asset={assets.url}
        >
          {children}
        </Layout>
      );
      return c.html(html`<!DOCTYPE html>${markup}`, status);
    },
    embedded(c, page, children) {
      const markup = <Embedded {...page} asset={assets.url}>{children}</Embedded>;
      return c.html(html`<!DOCTYPE html>${markup}`);
    },
  };
}

/** The address to which a form of the page returns: that of the page, if the page can be requested again. */
function ownAddress(c: Context<Env>): string {
  const { pathname, search } = new URL(c.req.url);
  return c.req.method === "GET" ? pathname + search : "/";
}

function together(bars: readonly number[] | undefined): number[] | undefined {
  if (!bars) return undefined;
  const wide = new Array<number>(bars.length / BARS_TOGETHER).fill(0);
  for (const [i, messages] of bars.entries()) wide[Math.floor(i / BARS_TOGETHER)]! += messages;
  return wide;
}

/** The collector's state, else the one that follows from the archive. */
export function statusOf(channel: Channel, status: CollectorStatus): ChannelView["status"] {
  const known = status.channels.find((each) => each.channelId === channel.id);
  if (known && !channel.deleting) return known;
  const state = channel.deleting ? "deleting" : channel.enabled ? "joining" : "disabled";
  return { state, since: channel.createdAt, perMinute: 0 };
}
