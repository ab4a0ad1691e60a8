/** The addresses of logs: each channel and user can be named in two ways. */
import type { Context } from "hono";
import type { Named } from "./subjects.ts";
import type { Env } from "../../site.tsx";

/** `/channel/:channel` and `/channelid/:channelid`. */
export const CHANNEL_PATHS = ["/channel/:channel", "/channelid/:channelid"] as const;
/** The same with a user. */
export const USER_PATHS = CHANNEL_PATHS.flatMap((path) => [`${path}/user/:user`, `${path}/userid/:userid`]);

export function channelIn(c: Context<Env>): Named {
  const id = c.req.param("channelid");
  return id === undefined ? { name: c.req.param("channel")! } : { id };
}

/** Undefined if the address is that of a channel. */
export function userIn(c: Context<Env>): Named | undefined {
  const [id, name] = [c.req.param("userid"), c.req.param("user")];
  if (id !== undefined) return { id };
  return name === undefined ? undefined : { name };
}
