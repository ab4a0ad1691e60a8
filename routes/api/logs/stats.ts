/** How many messages were written in a channel, and by whom. */
import type { Handler } from "hono";
import { inTurn } from "../../shared/in_turn.ts";
import type { Env, Site } from "../../site.tsx";
import { channelIn, userIn } from "./paths.ts";
import { END, spanIn } from "./span.ts";
import { findSubjects, twitchId } from "./subjects.ts";

const TOP_CHATTERS = 5;

export function stats(site: Site): Handler<Env> {
  return async (c) => {
    const span = spanIn(c) ?? { from: 0, to: END };
    const { channel, user } = await findSubjects(site, channelIn(c), userIn(c));
    const query = { ...span, channelId: channel.id, userId: user?.id };
    const { messages, top, from } = await inTurn(site, c, () => site.archive.chatters(query, TOP_CHATTERS));
    c.header("Cache-Control", "no-cache");
    // While an archive of an earlier version is being counted.
    if (from > span.from) c.header("X-Scrollback-Counted-From", new Date(from).toISOString());
    const chatters = top.map(({ id, login, messages }) => ({
      userId: twitchId(id),
      userLogin: login,
      messageCount: messages,
    }));
    return c.json(user ? chatters[0]! : { messageCount: messages, topChatters: chatters });
  };
}
