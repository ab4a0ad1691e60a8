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
export type ChannelField = { channel: Channel } | { problem: string };

/** @param found who has the login that the field names */
export function channelField(text: string, found: Channel | undefined): ChannelField {
  const login = parseChannelName(text);
  if (login === undefined) {
    return {
      problem: `“${text.slice(0, 60)}” is not a channel name. Use the login in the channel’s address.`,
    };
  }
  return found ? { channel: found } : { problem: `No channel named “${login}” in the archive.` };
}

/** The login to ask the archive for; one that nobody has where the field is empty or names none. */
export function loginIn(text = ""): string {
  return parseChannelName(text) ?? "";
}
