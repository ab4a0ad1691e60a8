/** Finds the user that an address or a form names. */
import type { Context } from "hono";
import type { User } from "../../src/archive/user.ts";
import { parseChannelName } from "../../src/chat/channel_name.ts";
import { parseUserName } from "../../src/chat/user_name.ts";
import { Failure } from "../../src/web/failure.ts";
import { loginIn } from "./find_channel.ts";
import type { Env, Site } from "../site.tsx";

/** The user of a field, or the problem with its value. */
export type UserField = { user: User } | { problem: string };

/** @param found the user that the archive has by the field's name */
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

/** The name to look up; if the field is empty or invalid, one that no user has. */
export function nameIn(text = ""): string {
  return parseUserName(text) ?? "";
}

/** The address of the named user, in the named channel if any; if there is no such user, that of a search for the name. */
export async function findUser(site: Site, text: string, channel?: string): Promise<string> {
  const name = parseUserName(text);
  const user = name === undefined ? undefined : await site.archive.userByName(name);
  if (!user) return `/users?${new URLSearchParams({ q: name ?? text })}`;
  const inChannel = channel === undefined ? undefined : parseChannelName(channel);
  return `/users/${user.id}${inChannel ? `?channel=${inChannel}` : ""}`;
}

/**
 * The target of `/users/{name}`: the user with this present or earlier login or display name, in any case, else the channel
 * with this login.
 * @throws a Failure if there is neither
 */
export async function redirectToUser(site: Site, c: Context<Env>): Promise<Response> {
  const text = c.req.param("id") ?? "";
  const [user, channel] = await site.archive.batch(
    ["userByName", nameIn(text)],
    ["channelByLogin", loginIn(text)],
  );
  const { search } = new URL(c.req.url);
  if (user) return c.redirect(`/users/${user.id}${search}`);
  if (channel) return c.redirect(`/channels/${channel.id}`);
  throw new Failure(
    "missing",
    `No user named “${text.slice(0, 60)}” in the archive.`,
    "They may not have written in a recorded channel. The user search finds parts of names.",
  );
}
