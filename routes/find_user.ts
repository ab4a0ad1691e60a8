/** Where to go for a name. */
import { parseChannelName } from "../src/chat/channel_name.ts";
import type { Site } from "./site.tsx";

/** The address of the user with this login, in this channel where one is named; else of a search for the name. */
export async function findUser(site: Site, name: string, channel?: string): Promise<string> {
  const login = parseChannelName(name);
  const user = login === undefined ? undefined : await site.archive.userByLogin(login);
  if (!user) return `/users?${new URLSearchParams({ q: name })}`;
  const inChannel = channel === undefined ? undefined : parseChannelName(channel);
  return `/users/${user.id}${inChannel ? `?channel=${inChannel}` : ""}`;
}
