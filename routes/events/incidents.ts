/** Incidents: actions of moderators, with the messages before them. */
import type { Context } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import type { BatchCall } from "../../src/archive/reader_batch.ts";
import type { TimelinePage } from "../../src/archive/timeline.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { DAY_MS } from "../../src/clock.ts";
import { isOneOf } from "../../src/search/condition.ts";
import type { Env, Site } from "../site.tsx";

/** Messages before a timeout or ban. */
const BEFORE = 3;
/** Of a person with more timeouts and bans, older ones are not counted. */
const MAX_COUNTED = 50;
/** A moderator and a bot act at the same time, or a timeout is set anew: a second event of its kind within this time is no second incident. */
export const REPEATED_MS = 10_000;
/** In how many days earlier incidents are counted. */
export const COUNTED_DAYS = 90;

export interface Incident {
  event: StoredEvent;
  /** The person's messages before it, newest first. */
  before: StoredEvent[];
  /** Which incident of the person it is in this channel within {@link COUNTED_DAYS}; undefined if it is none of its own. */
  nth?: number;
  /** Whether there may be more than `nth`. */
  isMore?: boolean;
  /** Set if it belongs to the incident of an event of its kind right before it: how long before. */
  repeatsAfterMs?: number;
}

/** Reads in one call the messages before each timeout and ban, and the channels for the page. */
export async function incidentsOf(
  site: Site,
  c: Context<Env>,
  events: readonly StoredEvent[],
): Promise<Incident[]> {
  const judged = events.filter((event) => event.userId !== undefined && isJudgement(event));
  const calls: BatchCall[] = [["channels"], ...judged.flatMap(callsOf)];
  const [channels, ...answers] = await site.archive.batch(...calls) as [
    Channel[],
    ...TimelinePage[],
  ];
  c.set("channels", Promise.resolve(channels));
  const found = new Map(judged.map((event, i): [number, Omit<Incident, "event">] => {
    const [before, judgements] = [answers[2 * i]!.events, answers[2 * i + 1]!.events];
    const repeatsAfterMs = repeated(judgements[0]!, judgements[1]);
    if (repeatsAfterMs !== undefined) return [event.id, { before: [], repeatsAfterMs }];
    const nth = judgements.filter((each, i) => repeated(each, judgements[i + 1]) === undefined).length;
    return [event.id, { before, nth, isMore: judgements.length > MAX_COUNTED }];
  }));
  return events.map((event) => ({ event, before: [], ...found.get(event.id) }));
}

function isJudgement({ kind }: StoredEvent): boolean {
  return kind === "timeout" || kind === "ban";
}

/** How long after an event of its kind another one repeats it; undefined if it does not. */
function repeated(event: StoredEvent, before: StoredEvent | undefined): number | undefined {
  const ms = before?.kind === event.kind ? receivedAt(event.id) - receivedAt(before.id) : Infinity;
  return ms <= REPEATED_MS ? ms : undefined;
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
    ["timeline", {
      ...scope,
      search: isOneOf("timeout", "ban"),
      from: Math.max(0, at - COUNTED_DAYS * DAY_MS),
      place: { at: "before", id: id + 1 },
      limit: MAX_COUNTED + 1,
    }],
  ];
}
