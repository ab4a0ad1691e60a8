/** The channels at the side of every page, in groups; on narrow screens a panel that a button opens. */
import { raw } from "hono/html";
import { type ChannelStateProps, StateDot } from "../channel/state.tsx";
import { Sparkline } from "../channel/sparkline.tsx";
import { Icon, type IconName } from "../icons.tsx";
import { ListPoller, Update } from "../list_updates.tsx";
import { count, counted } from "../numbers.ts";
import { monthWords } from "../time.tsx";

export interface SidebarChannel {
  id: number;
  login: string;
  state: ChannelStateProps["state"];
  /** Why it is not recorded, although it is to be. */
  reason?: string;
  perMinute: number;
  /** When it was last written in, of a channel that is not recorded. */
  lastAt?: number;
  /** Messages in parts of the last day, oldest first; missing if there are too many channels to show them. */
  recent?: readonly number[];
}

export interface SidebarProps {
  /** The channels, and their rows by the element's id: see {@link SidebarRows}. */
  channels: readonly SidebarChannel[];
  rows: ReadonlyMap<string, string>;
  current?: SidebarChannel;
  /** Identifies the state of the rows. */
  token: string;
}

type Group = "recording" | "trouble" | "archived";

const GROUPS: readonly [Group, title: string][] = [
  ["recording", "Recording"],
  ["trouble", "Trouble"],
  ["archived", "Archived, not recording"],
];

/** A larger group of channels that are not recorded is folded at first. */
const MAX_UNFOLDED = 40;

export type Section =
  | "home"
  | "events"
  | "streams"
  | "people"
  | "settings"
  | "search"
  | "channels"
  | "side";

const LINKS: readonly [Section, address: string, IconName, title: string][] = [
  ["events", "/events", "events", "Events"],
  ["streams", "/streams", "streams", "Streams"],
  ["people", "/users", "users", "People"],
  ["settings", "/settings", "settings", "Settings"],
];

export function Sidebar({ section, ...channels }: SidebarProps & { section?: Section }) {
  return (
    <details class="sidebar" id="sidebar" name="top-menu">
      <summary>
        <span class="login">{channels.current?.login ?? "Channels"}</span>
        <Icon name="chevron" />
      </summary>
      <div class="side-panel">
        <form class="side-filter" action="/search/channels" role="search" aria-label="Channels at the side">
          <label class="sr-only" for="channel-filter">Filter channels</label>
          <input
            id="channel-filter"
            name="q"
            type="search"
            placeholder={`Filter ${counted(channels.rows.size, "channel")}`}
            autocomplete="off"
          />
        </form>
        <nav aria-label="Channels" class="side-channels">
          <ChannelGroups {...channels} />
        </nav>
        <nav aria-label="Pages" class="side-links">
          {LINKS.map(([name, address, icon, words]) => (
            <a href={address} aria-current={name === section ? "page" : undefined}>
              <Icon name={icon} />
              {words}
            </a>
          ))}
        </nav>
      </div>
    </details>
  );
}

/** All groups. It polls for changes, so that a page stays current for hours. */
export function ChannelGroups({ channels, rows, current, token }: SidebarProps) {
  return (
    <div id="channel-groups">
      <SidebarPoller current={current} token={token} />
      {rows.size === 0 && (
        <p class="none">
          <a href="/channels">Add a channel</a>
        </p>
      )}
      {GROUPS.map(([group, title]) => {
        const members = channels.filter((channel) => groupOf(channel) === group);
        if (members.length === 0) return null;
        const isFolded = group === "archived" && members.length > MAX_UNFOLDED &&
          !members.some(({ id }) => id === current?.id);
        return (
          <details id={`g-${group}`} class="group" open={!isFolded}>
            <summary>
              {title} <span class="number">{count(members.length)}</span>
            </summary>
            {group === "trouble" && <p class="why">{commonReason(members)}</p>}
            <ul>
              {members.map(({ id }) => raw(rowOf(`s${id}`, rows.get(`s${id}`)!, current)))}
            </ul>
          </details>
        );
      })}
      <p class="none" id="no-channel" hidden>No channel has this name.</p>
    </div>
  );
}

export interface SidebarChangesProps extends Pick<SidebarProps, "current" | "token"> {
  rows: readonly [id: string, html: string][];
}

/** The rows that changed, and the next poller. */
export function SidebarChanges({ rows, current, token }: SidebarChangesProps) {
  return (
    <>
      <SidebarPoller current={current} token={token} />
      {rows.map(([id, html]) => <Update id={id} html={rowOf(id, html, current)} />)}
    </>
  );
}

function SidebarPoller({ current, token }: Pick<SidebarProps, "current" | "token">) {
  const address = `/sidebar${current ? `?current=${current.id}` : ""}`;
  return <ListPoller id="sidebar-poller" address={address} token={token} every="10s" />;
}

/** Renders the rows that changed: every page has all of them. */
export class SidebarRows {
  #known = new Map<number, { channel: string; html: string }>();

  /** The rows group by group, the same on every page except for the current channel. */
  of(channels: readonly SidebarChannel[]): Map<string, string> {
    const rows = new Map<string, string>();
    const rendered = new Map<number, { channel: string; html: string }>();
    for (const [group] of GROUPS) {
      for (const channel of channels) {
        if (groupOf(channel) !== group) continue;
        const row = this.#rowOf(channel);
        rendered.set(channel.id, row);
        rows.set(`s${channel.id}`, row.html);
      }
    }
    this.#known = rendered;
    return rows;
  }

  #rowOf(channel: SidebarChannel): { channel: string; html: string } {
    const text = JSON.stringify(channel);
    const known = this.#known.get(channel.id);
    return known?.channel === text ? known : { channel: text, html: String(<Row {...channel} />) };
  }
}

function isArchived(state: SidebarChannel["state"]): boolean {
  return state === "disabled" || state === "deleting";
}

function groupOf({ state, reason }: SidebarChannel): Group {
  if (isArchived(state)) return "archived";
  return state === "refused" || (state === "joining" && reason !== undefined) ? "trouble" : "recording";
}

/** The reason that most of the channels have. */
function commonReason(channels: readonly SidebarChannel[]): string {
  const times = new Map<string, number>();
  for (const { reason = "Twitch refused the channel" } of channels) {
    times.set(reason, (times.get(reason) ?? 0) + 1);
  }
  return [...times].reduce((a, b) => b[1] > a[1] ? b : a)[0];
}

function rowOf(id: string, html: string, current?: SidebarChannel): string {
  return current && id === `s${current.id}` ? String(<Row {...current} isCurrent />) : html;
}

function Row(
  { id, login, state, perMinute, lastAt, recent, isCurrent }: SidebarChannel & { isCurrent?: boolean },
) {
  return (
    <li id={`s${id}`}>
      <a href={`/channels/${id}`} aria-current={isCurrent ? "page" : undefined}>
        <StateDot state={state} />
        <span class="login">{login}</span>
        {isArchived(state)
          ? lastAt !== undefined && <span class="rate">{monthWords(lastAt)}</span>
          : perMinute > 0 && <span class="rate" title="messages in the last minute">{count(perMinute)}</span>}
        {recent && <Sparkline minutes={recent} label="Messages in the last day" />}
      </a>
    </li>
  );
}
