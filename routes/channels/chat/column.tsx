/** The newest messages of a channel, live, in a frame of a page that shows several channels side by side. */
import type { Handler } from "hono";
import { placeBefore } from "../../../src/chat/place.ts";
import { RecordingState } from "../../../components/channel/head.tsx";
import { LiveState } from "../../../components/channel/live_state.tsx";
import { channelAt } from "../../shared/find_channel.ts";
import { type Env, type Site, statusOf } from "../../site.tsx";
import { channelAddress, filterOf } from "./filters.ts";
import { Log } from "./log.tsx";
import { find } from "./rows.tsx";

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const shown = await filterOf(site, c, channel);
    if (shown instanceof Response) return shown;
    const { events, gaps = [], more, stoppedAt } = await find(site, c, shown, placeBefore(site.horizon()));
    return site.embedded(
      c,
      { title: channel.login, scripts: ["live/main.js"], canonical: channelAddress(channel, {}) },
      <div class="timeline" data-start="live">
        <h1 class="sr-only">{channel.login}</h1>
        <header class="column-state">
          <RecordingState
            channel={channel}
            state={statusOf(channel, site.recorder.status())}
            now={site.now()}
          />
          <LiveState />
        </header>
        <Log
          channel={channel}
          shown={shown}
          events={events.toReversed()}
          gaps={gaps}
          more={more}
          stoppedAt={stoppedAt}
          isNewest
        />
      </div>,
    );
  };
}
