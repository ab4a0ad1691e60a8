/** Finds the channel that an address or a form names. */
import type { Context } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import { parseChannelName } from "../../src/chat/channel_name.ts";
import { parseId } from "../../src/chat/ids.ts";
import { parseUserName } from "../../src/chat/user_name.ts";
import { Failure } from "../../src/web/failure.ts";
import type { Env, Site } from "../site.tsx";

/** @throws a Failure if there is no such channel */
export async function findChannel(site: Site, id: number): Promise<Channel> {
  const channel = await site.archive.channel(id);
  if (channel) return channel;
  throw new Failure("missing", `There is no channel with the id ${id}.`);
}

/**
 * The channel of `/channels/{id}…`, or a redirect to it from `/channels/{name}…`: its login, an earlier one, or its owner's
 * display name, in any case. A number is looked up as an id first, then as a login.
 * @throws a Failure if there is no such channel
 */
export async function channelAt(site: Site, c: Context<Env>): Promise<Channel | Response> {
  const text = c.req.param("id") ?? "";
  const id = parseId(text);
  const channel = id === undefined ? undefined : await site.archive.channel(id);
  if (channel) return channel;
  const named = await channelNamed(site, text);
  if (!named) throw new Failure("missing", `No channel named “${text.slice(0, 60)}” in the archive.`);
  const { pathname, search } = new URL(c.req.url);
  const rest = pathname.split("/").slice(3).map((step) => `/${step}`).join("");
  return c.redirect(`/channels/${named.id}${rest}${search}`);
}

/** The channel with this login, an earlier one, or its owner's display name, in any case. */
export async function channelNamed(site: Site, text: string): Promise<Channel | undefined> {
  const [channel, owner] = await site.archive.batch(
    ["channelByLogin", loginIn(text)],
    ["userByName", parseUserName(text) ?? ""],
  );
  return channel ?? (owner && await site.archive.channelByLogin(owner.login));
}

/** The channel of a field, or the problem with its value. */
export type ChannelField = { channel: Channel } | { problem: string };

/** @param found the channel that has the field's login */
export function channelField(text: string, found: Channel | undefined): ChannelField {
  const login = parseChannelName(text);
  if (login === undefined) {
    return {
      problem: `“${text.slice(0, 60)}” is not a channel name. Use the login in the channel’s address.`,
    };
  }
  return found ? { channel: found } : { problem: `No channel named “${login}” in the archive.` };
}

/** The login to look up; if the field is empty or invalid, one that no channel has. */
export function loginIn(text = ""): string {
  return parseChannelName(text) ?? "";
}
