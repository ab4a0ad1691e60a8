/** What moderators did, and what came before it. */
import type { Context } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import type { BatchCall } from "../../src/archive/reader_batch.ts";
import type { Histogram, TimelinePage } from "../../src/archive/timeline.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { DAY_MS } from "../../src/clock.ts";
import { isOneOf } from "../../src/search/condition.ts";
import type { Env, Site } from "../site.tsx";

/** Messages before a timeout or ban. */
const BEFORE = 3;
/** In how many days earlier incidents are counted. */
export const COUNTED_DAYS = 90;

export interface Incident {
  event: StoredEvent;
  /** What the person had said before it, newest first. */
  before: StoredEvent[];
  /** Which incident of the person it is in this channel within {@link COUNTED_DAYS}; undefined if that is not known. */
  nth?: number;
}

/** Reads in one call what came before each of the timeouts and bans, and the channels for the page. */
export async function incidentsOf(
  site: Site,
  c: Context<Env>,
  events: readonly StoredEvent[],
): Promise<Incident[]> {
  const judged = events.filter((event) => event.userId !== undefined && isJudgement(event));
  const calls: BatchCall[] = [["channels"], ...judged.flatMap(callsOf)];
  const [channels, ...answers] = await site.archive.batch(...calls) as [
    Channel[],
    ...(TimelinePage | Histogram | undefined)[],
  ];
  c.set("channels", Promise.resolve(channels));
  const found = new Map(judged.map((event, i): [number, Omit<Incident, "event">] => {
    const [page, histogram] = [answers[2 * i] as TimelinePage, answers[2 * i + 1] as Histogram | undefined];
    return [event.id, { before: page.events, nth: histogram?.messages }];
  }));
  return events.map((event) => ({ event, before: [], ...found.get(event.id) }));
}

function isJudgement({ kind }: StoredEvent): boolean {
  return kind === "timeout" || kind === "ban";
}

function callsOf({ id, userId, channelId }: StoredEvent): BatchCall[] {
  const scope = { userId, channelId };
  const at = receivedAt(id);
  return [
    ["timeline", {
      ...scope,
      search: { is: "not", of: isOneOf("timeout", "ban") },
      place: { at: "before", id },
      limit: BEFORE,
    }],
    ["histogram", {
      ...scope,
      search: isOneOf("timeout", "ban"),
      from: Math.max(0, at - COUNTED_DAYS * DAY_MS),
      to: at + 1,
    }, 1],
  ];
}
