/** Users by what an address or a form names. */
import type { User } from "../src/archive/archive.ts";
import { parseChannelName } from "../src/chat/channel_name.ts";
import { parseUserName } from "../src/chat/user_name.ts";
import type { Site } from "./site.tsx";

/** A field's user, or what is wrong with the field. */
export type UserField = { user: User } | { problem: string };

/** @param found whom the archive has under the name that the field has */
export function userField(text: string, found: User | undefined): UserField {
  const name = parseUserName(text);
  if (name === undefined) {
    return { problem: `“${text.slice(0, 60)}” is not a user name. Use a login or a display name.` };
  }
  return found ? { user: found } : {
    problem:
      `No user named “${name}”. Use the whole login or display name; the user search finds parts of it.`,
  };
}

/** The name to ask the archive for; one that nobody has where the field is empty or names nobody. */
export function nameIn(text = ""): string {
  return parseUserName(text) ?? "";
}

/** The address of the user with this name, in this channel where one is named; else of a search for the name. */
export async function findUser(site: Site, text: string, channel?: string): Promise<string> {
  const name = parseUserName(text);
  const user = name === undefined ? undefined : await site.archive.userByName(name);
  if (!user) return `/users?${new URLSearchParams({ q: name ?? text })}`;
  const inChannel = channel === undefined ? undefined : parseChannelName(channel);
  return `/users/${user.id}${inChannel ? `?channel=${inChannel}` : ""}`;
}
