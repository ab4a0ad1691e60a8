/** Lists: the channels, the days and months with messages, the names of a user, and the capabilities of this API. */
import type { Context, Handler } from "hono";
import { Failure } from "../../../src/web/failure.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { CAPABILITIES, notFound } from "../../shared/open_reads.ts";
import type { Env, Site } from "../../site.tsx";
import { findSubjects, idIn, type Named, twitchId } from "./subjects.ts";

/** Lists may be ten minutes old. */
const CACHED = "public, max-age=600";

/** The channels in the list. One whose Twitch id is not known yet has an empty one. */
export function channels(site: Site): Handler<Env> {
  return async (c) => {
    const list = (await site.archive.channels()).filter(({ deleting }) => !deleting);
    c.header("Cache-Control", CACHED);
    return c.json({
      channels: list.map((channel) => ({ name: channel.login, userID: twitchId(channel.twitchId) })),
    });
  };
}

/** The days of a channel, or the months of a user in it. */
export function availableLogs(site: Site): Handler<Env> {
  return async (c) => {
    const channelName = named(c, "channel");
    if (!channelName) throw new Failure("invalid", "The parameter channel or channelid is missing");
    const { channel, user } = await findSubjects(site, channelName, named(c, "user"));
    const moments = user
      ? await inTurn(site, c, () => site.archive.logMonths(channel.id, user.id))
      : await site.archive.logDays(channel.id);
    if (moments.length === 0) throw notFound();
    c.header("Cache-Control", CACHED);
    return c.json({ availableLogs: moments.map((at) => dateOf(at, user === undefined)) });
  };
}

/** The logins of a user, newest first; none of a user who is not in the archive. */
export function nameHistory(site: Site): Handler<Env> {
  return async (c) => {
    const user = await site.archive.user(idIn(c.req.param("userid")!, "user"));
    c.header("Cache-Control", "no-cache");
    return c.json((user?.names ?? []).map(({ login, firstAt, lastAt }) => ({
      user_login: login,
      last_timestamp: new Date(lastAt).toISOString(),
      first_timestamp: new Date(firstAt).toISOString(),
    })));
  };
}

export function capabilities(): Handler<Env> {
  return (c) => {
    c.header("Cache-Control", "no-cache");
    return c.json(CAPABILITIES);
  };
}

/** `channel=forsen` or `channelid=22484632`. */
function named(c: Context<Env>, of: "channel" | "user"): Named | undefined {
  const [name, id] = [c.req.query(of), c.req.query(`${of}id`)];
  if (name !== undefined && id !== undefined) {
    throw new Failure("invalid", `There are two names: use either ${of} or ${of}id`);
  }
  if (name !== undefined) return { name };
  return id === undefined ? undefined : { id };
}

function dateOf(at: number, hasDay: boolean) {
  const date = new Date(at);
  return {
    year: String(date.getUTCFullYear()),
    month: String(date.getUTCMonth() + 1),
    ...hasDay && { day: String(date.getUTCDate()) },
  };
}
