/** Channels by what an address or a form names. */
import type { Channel } from "../src/archive/archive.ts";
import { parseChannelName } from "../src/chat/channel_name.ts";
import { Failure } from "../src/web/failure.ts";
import type { Site } from "./site.tsx";

/** @throws a Failure where there is no such channel */
export async function findChannel(site: Site, id: number): Promise<Channel> {
  const channel = await site.archive.channel(id);
  if (channel) return channel;
  throw new Failure("missing", `There is no channel with the id ${id}.`);
}

/** A field's channel, or what is wrong with the field. */
export async function channelField(
  site: Site,
  text: string,
): Promise<{ channel: Channel } | { problem: string }> {
  const login = parseChannelName(text);
  if (login === undefined) return { problem: `“${text.slice(0, 60)}” is not the name of a channel.` };
  const channel = await site.archive.channelByLogin(login);
  return channel ? { channel } : { problem: `The archive has no channel called “${login}”.` };
}
