/** From a compiled search to a query of the archive. */
import type { TimelineQuery } from "../archive/timeline.ts";
import type { Compiled } from "../search/compile.ts";
import { allOf, type Condition } from "../search/condition.ts";

/** The query of a search. */
export type Query = Pick<TimelineQuery, "search" | "channelId" | "userId" | "from" | "to">;

export function queryOf({ condition, from, to }: Compiled): Query {
  return { ...scopesOf(condition), from, to };
}

/** A single channel and a single user are asked for by their own fields, for which the archive has the fastest ways. */
function scopesOf(condition: Condition | undefined): Pick<Query, "search" | "channelId" | "userId"> {
  if (!condition) return {};
  const parts = condition.is === "all" ? condition.of : [condition];
  const only = <K extends "channel" | "user">(is: K) => {
    const [first, ...others] = parts.filter((part) => part.is === is);
    return first && "ids" in first && first.ids.length === 1 && others.length === 0 ? first : undefined;
  };
  const [channel, user] = [only("channel"), only("user")];
  const rest = parts.filter((part) => part !== channel && part !== user);
  return {
    ...channel && { channelId: channel.ids[0] },
    ...user && { userId: user.ids[0] },
    ...rest.length > 0 && { search: allOf(rest) },
  };
}
