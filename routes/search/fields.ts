/** Converts the fields of the message search to a query, or to problems of fields. */
import type { Context } from "hono";
import { parseSearch } from "../../src/search/query.ts";
import type { TimelineQuery } from "../../src/archive/timeline.ts";
import { channelField, loginIn } from "../shared/find_channel.ts";
import { nameIn, userField } from "../shared/find_user.ts";
import type { Env, Site } from "../site.tsx";
import { DAY_MS } from "../../src/clock.ts";

const FIELDS = ["q", "channel", "user", "from", "to"] as const;

/** The fields as typed, possibly empty. */
export type Typed = Record<typeof FIELDS[number], string>;
export type Problems = Partial<Record<keyof Typed, string>>;
type Filters = Pick<TimelineQuery, "search" | "channelId" | "userId" | "from" | "to">;

export interface Fields {
  typed: Typed;
  problems: Problems;
  /** The query for the archive; undefined if nothing was typed or there are problems. */
  query?: Filters;
}

export async function readFields(
  site: Site,
  c: Context<Env>,
  values: Record<string, string>,
): Promise<Fields> {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, (values[name] ?? "").trim()])) as Typed;
  const problems: Problems = {};
  const query: Filters = {};
  const named = await findNamed(site, c, typed);
  if (typed.q !== "") {
    const parsed = parseSearch(typed.q);
    if ("problem" in parsed) problems.q = parsed.problem;
    else query.search = parsed.query;
  }
  if (typed.channel !== "") {
    const field = channelField(typed.channel, named.channel);
    if ("problem" in field) problems.channel = field.problem;
    else query.channelId = field.channel.id;
  }
  if (typed.user !== "") {
    const field = userField(typed.user, named.user);
    if ("problem" in field) problems.user = field.problem;
    else query.userId = field.user.id;
  }
  for (const name of ["from", "to"] as const) {
    if (typed[name] === "") continue;
    const day = dayOf(typed[name]);
    if (day === undefined) problems[name] = `“${typed[name].slice(0, 60)}” is not a date. Use YYYY-MM-DD.`;
    else query[name] = name === "to" ? day + DAY_MS : day;
  }
  if (query.from !== undefined && query.to !== undefined && query.from >= query.to) {
    problems.to = "This date is before the first one.";
  }
  const hasScope = query.search !== undefined || query.channelId !== undefined || query.userId !== undefined;
  const isEmpty = FIELDS.every((name) => typed[name] === "");
  if (!hasScope && !isEmpty && Object.keys(problems).length === 0) {
    problems.q = "Dates alone match too much. Add a word, a channel or a user.";
  }
  return { typed, problems, query: hasScope && Object.keys(problems).length === 0 ? query : undefined };
}

/** Looks up the named channel and user, in one call with the channels of the page's sidebar. */
async function findNamed(site: Site, c: Context<Env>, { channel, user }: Typed) {
  if (channel === "" && user === "") return {};
  const [channels, itsChannel, itsUser] = await site.archive.batch(
    ["channels"],
    ["channelByLogin", loginIn(channel)],
    ["userByName", nameIn(user)],
  );
  c.set("channels", Promise.resolve(channels));
  return { channel: itsChannel, user: itsUser };
}

/** The start of a UTC date `YYYY-MM-DD`, in epoch milliseconds; undefined if it is not a date. */
export function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text || at < 0 ? undefined : at;
}
