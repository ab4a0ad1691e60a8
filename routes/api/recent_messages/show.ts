/** The newest messages of a channel as lines, from which chat clients fill their windows, and other archives their gaps. */
import type { Context, ErrorHandler, Handler } from "hono";
import type { TimelinePage } from "../../../src/archive/timeline.ts";
import { isLogin } from "../../../src/chat/channel_name.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { NEWEST, type Place } from "../../../src/chat/place.ts";
import { isLogged } from "../../../src/chat_log/formats.ts";
import { recentLines } from "../../../src/chat_log/recent.ts";
import { Failure } from "../../../src/web/failure.ts";
import { failed } from "../../shared/failed.ts";
import { inTurn } from "../../shared/in_turn.ts";
import type { Env, Site } from "../../site.tsx";
import { recentOptions } from "./options.ts";

/** The most messages that a page of the archive has. */
const PAGE = 500;

const NOT_ARCHIVED = {
  messages: [],
  error: "This channel is not archived here",
  error_code: "channel_not_joined",
};

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const login = c.req.param("login")!.toLowerCase();
    if (!isLogin(login)) {
      const shown = c.req.param("login")!.slice(0, 60);
      return refuse(c, "invalid_channel_login", `Invalid channel login: “${shown}” is not a channel name`);
    }
    const { limit, before, after, ...options } = recentOptions(c);
    const channel = await site.archive.channelByLogin(login);
    c.header("Cache-Control", "no-cache");
    if (!channel || channel.deleting) return c.json(NOT_ARCHIVED);
    const span = { channelId: channel.id, to: before, from: after === undefined ? undefined : after + 1 };
    const read = (place: Place, limit: number) =>
      inTurn(site, c, () => site.archive.timeline({ ...span, place, limit }));
    const events = await newest(read, limit);
    return c.json({ messages: recentLines(events.reverse(), options), error: null, error_code: null });
  };
}

/** At most `limit` events with lines that clients know, newest first. */
async function newest(
  read: (place: Place, limit: number) => Promise<TimelinePage>,
  limit: number,
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  let place: Place = NEWEST;
  while (found.length < limit) {
    const { events, more, stoppedAt } = await read(place, Math.min(limit - found.length, PAGE));
    found.push(...events.filter((event) => event.kind !== "raw" || isLogged(event.text)));
    const last = stoppedAt ?? events.at(-1)?.id;
    if (!more || last === undefined) break;
    place = { at: "before", id: last };
  }
  return found;
}

/** Failures in the form of the service. */
export function failures(site: Site): ErrorHandler<Env> {
  return (error, c) => {
    const failure = failed(site, c, error);
    if (failure.status === 400) return refuse(c, "invalid_query", failure.message);
    return answer(c, failure, failure.status === 403 ? "channel_ignored" : "internal_server_error");
  };
}

function refuse(c: Context<Env>, code: string, message: string): Response {
  return answer(c, new Failure("invalid", message), code);
}

function answer(c: Context<Env>, { status, title, message }: Failure, code: string): Response {
  c.header("Cache-Control", "no-store");
  return c.json({ status, status_message: title, error: message, error_code: code }, status);
}
