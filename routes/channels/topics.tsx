/** The topics of a channel: frequent emotes and unusual words. */
import type { Handler } from "hono";
import type { Topics } from "../../src/archive/statistics.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { Facets } from "../../components/facets.tsx";
import { count } from "../../components/numbers.ts";
import type { Channel } from "../../src/archive/channel.ts";
import type { Leaf } from "../../src/search/language/tree.ts";
import { operator } from "../search/query/fields.ts";
import { channelAt } from "../shared/find_channel.ts";
import { inTurn } from "../shared/in_turn.ts";
import type { Env, Site } from "../site.tsx";
import { messagesAddress, queryOf, type Span, spanOf, statsAddress } from "./stats_span.ts";

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const span = spanOf(c, channel, site.now());
    // The page of the statistics shows the problem.
    if ("problems" in span) return c.redirect(statsAddress(channel, span.typed));
    return await inTurn(site, c, async () => {
      const topics = await site.archive.topics(queryOf(channel, span));
      const found = <Found channel={channel} span={span} topics={topics} />;
      if (wantsFragment(c)) return c.html(found);
      return await site.page(
        c,
        { title: `Topics of ${channel.login}`, section: "channels", channelId: channel.id },
        <div class="page stats">
          <h1>
            Topics of <a href={statsAddress(channel, span)}>{channel.login}</a>
          </h1>
          {found}
        </div>,
      );
    });
  };
}

/** The placeholder of a part that loads by itself. Without script, a link to it. */
export function TopicsSlot({ address }: { address: string }) {
  return (
    <div id="topics" class="waiting" hx-get={address} hx-trigger="load" hx-swap="outerHTML">
      <a href={address}>Emotes and words</a>
    </div>
  );
}

interface FoundProps {
  channel: Channel;
  span: Span;
  /** Undefined if the index cannot be used. */
  topics: Topics | undefined;
}

function Found({ channel, span, topics }: FoundProps) {
  if (!topics || topics.messages === 0) return <div id="topics" class="empty">No messages in this span.</div>;
  const { emotes, words, messages, isAll, areEmotesCounted } = topics;
  const address = (part: Leaf) => messagesAddress(channel, span, part);
  const sample = isAll ? "of all messages" : `of the newest ${count(messages)} messages`;
  return (
    <div id="topics">
      <Facets
        facets={[
          {
            title: areEmotesCounted ? "Emotes, messages with each" : `Emotes, ${sample}`,
            entries: emotes.map(({ name, messages }) => ({
              text: name,
              value: count(messages),
              address: address(operator("emote", name)),
            })),
          },
          {
            title: `Words that are more frequent than usual, ${sample}`,
            entries: words.map(({ word, messages, times }) => ({
              text: word,
              value: `${count(messages)} · ${
                times < 10 ? times.toFixed(1) : count(Math.round(times))
              } times as often`,
              address: address({ kind: "word", text: word }),
            })),
          },
        ]}
      />
      {emotes.length === 0 && words.length === 0 && (
        <p class="empty">No emotes, and no word that is more frequent than in the whole archive.</p>
      )}
    </div>
  );
}
