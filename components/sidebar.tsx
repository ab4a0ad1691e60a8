/** The channels at the side; on a phone a strip that scrolls sideways. */
import { type ChannelStateProps, StateDot } from "./channel_state.tsx";
import { count } from "./numbers.ts";

export interface SidebarProps {
  channels: readonly { id: number; login: string; state: ChannelStateProps["state"]; perMinute: number }[];
  currentId?: number;
}

/** Refreshes itself, so that a page that is open for hours tells the truth. */
export function Sidebar({ channels, currentId }: SidebarProps) {
  return (
    <nav
      id="sidebar"
      class="sidebar"
      aria-label="Channels"
      hx-get={`/sidebar${currentId === undefined ? "" : `?current=${currentId}`}`}
      hx-trigger="every 10s"
      hx-swap="outerMorph"
      {...{ "hx-status:4xx": "swap:none", "hx-status:5xx": "swap:none" }}
    >
      <h2>Channels</h2>
      {channels.length === 0
        ? (
          <p class="none">
            <a href="/channels">Add a channel</a>
          </p>
        )
        : (
          <ul>
            {channels.map((channel) => (
              <li>
                <a
                  href={`/channels/${channel.id}`}
                  aria-current={channel.id === currentId ? "page" : undefined}
                >
                  <StateDot state={channel.state} />
                  <span class="login">{channel.login}</span>
                  {channel.perMinute > 0 && (
                    <span class="rate" title="messages in the last minute">{count(channel.perMinute)}</span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        )}
    </nav>
  );
}
