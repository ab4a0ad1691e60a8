/** The channel and the user that an address names: `/channel/forsen/user/ann`, or by their Twitch ids. */
import type { Channel } from "../../../src/archive/channel.ts";
import type { BatchCall } from "../../../src/archive/reader_batch.ts";
import type { User, UserProfile } from "../../../src/archive/user.ts";
import { isLogin } from "../../../src/chat/channel_name.ts";
import { parseId } from "../../../src/chat/ids.ts";
import { parseUserName } from "../../../src/chat/user_name.ts";
import { Failure } from "../../../src/web/failure.ts";
import { shown } from "../../../src/web/schema_errors.ts";
import type { Site } from "../../site.tsx";
import { notFound } from "../../shared/open_reads.ts";

/** How an address names a channel or a user: by a name, or by Twitch's id. */
export type Named = { name: string } | { id: string };

export interface Subjects {
  channel: Channel;
  user?: UserProfile;
}

/** @throws a Failure if the archive does not have them, or a value cannot be a name or an id */
export async function findSubjects(site: Site, channel: Named, user?: Named): Promise<Subjects> {
  const calls = [channelCall(channel), ...user ? [userCall(user)] : []];
  const [foundChannel, foundUser] = await site.archive.batch(...calls) as [Channel?, UserProfile?];
  if (!foundChannel || foundChannel.deleting || user && !foundUser) throw notFound();
  return { channel: foundChannel, user: foundUser };
}

/** The name of a channel or a user in a file's name, which has no sign with a meaning in a header. */
export function safeName({ login }: Pick<Channel | User, "login">): string {
  return login.replaceAll(/[^a-z0-9_]/g, "");
}

/** Twitch's id as these APIs have it; empty if it is unknown. */
export function twitchId(id: number | undefined): string {
  return id !== undefined && id > 0 ? String(id) : "";
}

function channelCall(channel: Named): BatchCall {
  if ("id" in channel) return ["channelByTwitchId", idIn(channel.id, "channel")];
  const login = channel.name.toLowerCase();
  if (!isLogin(login)) {
    throw new Failure("invalid", `${shown(channel.name)} is not a channel name: use the login`);
  }
  return ["channelByLogin", login];
}

function userCall(user: Named): BatchCall {
  if ("id" in user) return ["user", idIn(user.id, "user")];
  const name = parseUserName(user.name);
  if (name === undefined) {
    throw new Failure("invalid", `${shown(user.name)} is not a user name: use a login or a display name`);
  }
  return ["userByName", name];
}

/** Reads an id of Twitch. @throws a Failure if it is none */
export function idIn(text: string, of: "channel" | "user"): number {
  const id = parseId(text);
  if (id === undefined) {
    throw new Failure("invalid", `${shown(text)} is not the id of a ${of}: use Twitch's id, a whole number`);
  }
  return id;
}
