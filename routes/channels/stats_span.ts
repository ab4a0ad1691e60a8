/** The span of time of a channel's statistics, in addresses and queries. */
import type { Context } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import type { CountQuery } from "../../src/archive/timeline.ts";
import { printMoment, readMoment } from "../../src/search/language/moment.ts";
import type { Leaf } from "../../src/search/language/tree.ts";
import { optional, readQuery, text } from "../../src/web/params.ts";
import { addressOf, operator } from "../search/query/fields.ts";
import { momentProblem } from "../shared/moment.ts";
import type { Env } from "../site.tsx";

const Asked = z.object({ after: optional(text), before: optional(text) });
const DEFAULT = "30d";
/** The year in which time begins: everything is after it. */
export const EVERYTHING = "1970";

/** A span as it was asked for, in the words of the search language. */
export interface Span {
  from: number;
  /** Infinity without `before`. */
  to: number;
  after: string;
  before?: string;
}

/** The problems of the fields of a span, by field. */
export interface SpanProblems {
  typed: { after: string; before?: string };
  problems: { after?: string; before?: string };
}

/** The span of an address, or its problems. */
export function spanOf(c: Context<Env>, channel: Channel, now: number): Span | SpanProblems {
  const { before, after = before === undefined ? defaultOf(channel, now) : EVERYTHING } = readQuery(c, Asked);
  const from = readMoment(after.trim(), now)?.from;
  const to = before === undefined ? Infinity : readMoment(before.trim(), now)?.from;
  const typed = { after, before };
  if (from === undefined || to === undefined) {
    return {
      typed,
      problems: {
        ...from === undefined && { after: momentProblem(after) },
        ...to === undefined && { before: momentProblem(before!) },
      },
    };
  }
  if (from < to) return { from, to, ...typed };
  const sentence = after === EVERYTHING ? `Nothing is before “${before}”.` : `This is not after “${after}”.`;
  return { typed, problems: { before: sentence } };
}

/** Everything, if a channel was silent for so long that the usual span would be empty. */
function defaultOf({ lastAt = 0 }: Channel, now: number): string {
  return lastAt < readMoment(DEFAULT, now)!.from ? EVERYTHING : DEFAULT;
}

export function queryOf(channel: Channel, { from, to }: Span): CountQuery {
  return { channelId: channel.id, from: Math.max(from, channel.firstAt ?? 0), ...to < Infinity && { to } };
}

/** Pages of a channel that are about a span of time. */
export type SpanPart = "stats" | "stats/topics" | "people";

/** The address of a page about a span. */
export function statsAddress(
  channel: Channel,
  { after, before }: Pick<Span, "after" | "before">,
  part: SpanPart = "stats",
): string {
  const query = new URLSearchParams({ after, ...before !== undefined && { before } });
  return `/channels/${channel.id}/${part}?${query}`;
}

/** The address of the channel's messages in the span that also match these parts of a search. */
export function messagesAddress(
  channel: Channel,
  { from, to }: Pick<Span, "from" | "to">,
  ...parts: Leaf[]
): string {
  return addressOf([
    ...parts,
    operator("in", channel.login),
    ...from > 0 ? [operator("after", printMoment(from))] : [],
    ...to < Infinity ? [operator("before", printMoment(to))] : [],
  ]);
}
