/** The search for channels by name. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import { LastHeard } from "../../components/channel/state.tsx";
import { count } from "../../components/numbers.ts";
import { optional, readQuery, text } from "../../src/web/params.ts";
import { nameSearch } from "../shared/name_search.tsx";
import type { Env, Site } from "../site.tsx";

const LIMIT = 100;
const Query = z.object({ q: optional(text) });

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { q = "" } = readQuery(c, Query);
    const channels = await site.archive.searchChannels(q.trim().replace(/^#/, ""), LIMIT);
    const found = <Found channels={channels} q={q} now={site.now()} />;
    const title = q === "" ? "Search channels" : `Channels: ${q}`;
    const page = { title, q, address: "/search/channels", label: "Channels", tab: "channels" } as const;
    return await nameSearch(site, c, page, found);
  };
}

function Found({ channels, q, now }: { channels: Channel[]; q: string; now: number }) {
  return (
    <div id="found">
      {channels.length === 0
        ? (
          <p class="empty">
            {q === "" ? "There are no channels yet." : `No channel name contains “${q}”.`}
          </p>
        )
        : (
          <table class="list">
            <caption class="sr-only">Channels found</caption>
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col" class="number">Messages</th>
                <th scope="col" class="number">Last message</th>
              </tr>
            </thead>
            <tbody>
              {channels.map((channel) => (
                <tr>
                  <th scope="row">
                    <a href={`/channels/${channel.id}`}>{channel.login}</a>
                  </th>
                  <td class="number" data-of="messages">{count(channel.messages)}</td>
                  <td class="number">
                    <LastHeard at={channel.lastAt} now={now} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      {channels.length === LIMIT && <p class="dim">Only the {LIMIT} with the most messages are shown.</p>}
    </div>
  );
}
