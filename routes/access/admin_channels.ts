/** Bots add and remove channels, as in rustlog: `{"channels":["22484632","forsen"]}`, by Twitch ids or logins. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import { isLogin, parseChannelName } from "../../src/chat/channel_name.ts";
import { parseId } from "../../src/chat/ids.ts";
import { Failure } from "../../src/web/failure.ts";
import { orElse, readJson } from "../../src/web/params.ts";
import { noteObject } from "./audited.ts";
import type { Env, Site } from "../site.tsx";

/** Twitch allows 20 joins in 10 s. */
const MOST = 200;

const Body = z.object({
  channels: listOfNames(MOST).min(1, "at least one login or Twitch id"),
});

/** Adds and enables every channel, or none. */
export function add(site: Site): Handler<Env> {
  return async (c) => {
    const logins = (await named(site, c)).map(({ login }) => login);
    const added = await site.recorder.addChannels([...new Set(logins)]);
    const deleting = added.filter((channel) => channel.deleting).map(({ login }) => login);
    if (deleting.length > 0) {
      throw new Failure(
        "unavailable",
        `Still being deleted: ${deleting.join(", ")}.`,
        "Try again when it is done.",
      );
    }
    return c.body(null, 200);
  };
}

/** Disables every channel, or none. Their messages stay. */
export function remove(site: Site): Handler<Env> {
  return async (c) => {
    const found = await named(site, c);
    const unknown = found.filter(({ channel }) => !channel).map(({ login }) => login);
    if (unknown.length > 0) throw new Failure("missing", `Not in the archive: ${unknown.join(", ")}.`);
    for (const { channel } of found) await site.recorder.setEnabled(channel!.id, false);
    return c.body(null, 200);
  };
}

/** Channels or users in the body of a bot's request. */
export function listOfNames(most: number) {
  const name = z.string(orElse("a login or a Twitch id, in quotes")).max(100);
  return z.array(name, orElse(`a list of up to ${most} logins or Twitch ids`)).max(most);
}

interface NamedChannel {
  login: string;
  /** Missing if the archive does not have it. */
  channel?: Channel;
}

/** The channels that the body names. @throws a Failure that lists those that cannot be found */
async function named(site: Site, c: Context<Env>): Promise<NamedChannel[]> {
  const { channels: texts } = await readJson(c, Body);
  noteObject(c, texts.join(", "));
  const channels = await site.everything.channels();
  const ids = texts.map((text) => parseId(text)).filter((id) => id !== undefined);
  // Who owns a channel and has written in another one is known, too.
  const users = ids.length > 0 ? await site.everything.batch(...ids.map((id) => ["user", id] as const)) : [];
  const loginOfUser = new Map(users.map((user) => [user?.id, user?.login]));
  const unknown: string[] = [];
  const found: NamedChannel[] = [];
  for (const text of texts) {
    const id = parseId(text);
    const withId = id === undefined ? undefined : channels.find(({ twitchId }) => twitchId === id);
    // A channel that lost its login to another one has a name that is none.
    const login = withId && isLogin(withId.login)
      ? withId.login
      : (id === undefined ? parseChannelName(text) : loginOfUser.get(id));
    if (login === undefined) unknown.push(text);
    else found.push({ login, channel: withId ?? channels.find((channel) => channel.login === login) });
  }
  if (unknown.length > 0) {
    throw new Failure(
      "invalid",
      `No channel is known as ${unknown.map((text) => `“${text.slice(0, 60)}”`).join(", ")}.`,
      "Send its login: Scrollback knows the ids of those whose lines it has recorded. A login of digits begins with @.",
    );
  }
  return found;
}
