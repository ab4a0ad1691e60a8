/** Compiles searches that name no channel, user or message, and runs searches to their end. */
import type { DirectedQuery } from "../../src/archive/sqlite/search/execute.ts";
import type { Found } from "../../src/archive/sqlite/search/row_verifier.ts";
import { placeBefore } from "../../src/chat/place.ts";
import { type Compiled, compileSearch } from "../../src/search/compile.ts";
import { type Condition, EVERYTHING } from "../../src/search/condition.ts";
import { parseSearchText } from "../../src/search/language/parse.ts";

const NOTHING = { channels: new Map(), users: new Map(), threads: new Map() };

/** @param now epoch milliseconds */
function compiled(text: string, now = Date.UTC(2026, 10, 3, 12)): Compiled {
  const parsed = parseSearchText(text);
  if (parsed.problems.length > 0) return { problems: parsed.problems };
  return compileSearch(parsed, NOTHING, now);
}

/** The condition of a search; undefined if it has a problem. */
export function readSearch(text: string): Condition | undefined {
  const { condition = EVERYTHING, problems } = compiled(text);
  return problems.length > 0 ? undefined : condition;
}

/** The condition of a search. @throws an Error if it has a problem */
export function searchOf(text: string): Condition {
  const { condition = EVERYTHING, problems } = compiled(text);
  if (problems.length > 0) throw new Error(`${text}: ${problems.map(({ sentence }) => sentence).join(" ")}`);
  return condition;
}

/** The ids of all matches: repeats `find` from the place at which it stopped. */
export function everyId(find: (query: DirectedQuery) => Found, query: DirectedQuery): number[] {
  const found: number[] = [];
  for (let rest: DirectedQuery | undefined = query; rest;) {
    const { ids, stoppedAt }: Found = find(rest);
    found.push(...ids);
    const place: DirectedQuery["place"] = query.place?.at === "after"
      ? { at: "after", id: stoppedAt! }
      : placeBefore(stoppedAt);
    rest = stoppedAt === undefined ? undefined : { ...query, place };
  }
  return found;
}
