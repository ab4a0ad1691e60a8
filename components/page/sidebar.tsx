/** The sidebar of channels; on narrow screens a strip that scrolls sideways. */
import { raw } from "hono/html";
import { type ChannelStateProps, StateDot } from "../channel/state.tsx";
import { ListPoller, Update } from "../list_updates.tsx";
import { count } from "../numbers.ts";

export interface SidebarChannel {
  id: number;
  login: string;
  state: ChannelStateProps["state"];
  perMinute: number;
}

export interface SidebarProps {
  /** The rows by their element's id: see {@link sidebarRows}. */
  rows: ReadonlyMap<string, string>;
  current?: SidebarChannel;
  /** Identifies the state of the rows. */
  token: string;
}

/** Polls for changes, so that a page stays current for hours. */
export function Sidebar({ rows, current, token }: SidebarProps) {
  return (
    <nav id="sidebar" class="sidebar" aria-label="Channels">
      <h2>Channels</h2>
      <SidebarPoller current={current} token={token} />
      {rows.size === 0
        ? (
          <p class="none">
            <a href="/channels">Add a channel</a>
          </p>
        )
        : <ul>{[...rows].map(([id, html]) => raw(rowOf(id, html, current)))}</ul>}
    </nav>
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

/** The rows, the same on every page except for the current channel. */
export function sidebarRows(channels: readonly SidebarChannel[]): Map<string, string> {
  return new Map(channels.map((channel) => [`s${channel.id}`, String(<Row {...channel} />)]));
}

function rowOf(id: string, html: string, current?: SidebarChannel): string {
  return current && id === `s${current.id}` ? String(<Row {...current} isCurrent />) : html;
}

function Row({ id, login, state, perMinute, isCurrent }: SidebarChannel & { isCurrent?: boolean }) {
  return (
    <li id={`s${id}`}>
      <a href={`/channels/${id}`} aria-current={isCurrent ? "page" : undefined}>
        <StateDot state={state} />
        <span class="login">{login}</span>
        {perMinute > 0 && <span class="rate" title="messages in the last minute">{count(perMinute)}</span>}
      </a>
    </li>
  );
}
