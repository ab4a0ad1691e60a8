/** Compiles searches that name no channel, user or message. */
import { type Compiled, compileSearch } from "../../src/search/compile.ts";
import { type Condition, EVERYTHING } from "../../src/search/condition.ts";
import { parseSearchText } from "../../src/search/language/parse.ts";

const NOTHING = { channels: new Map(), users: new Map(), threads: new Map() };

/** @param now epoch milliseconds */
export function compiled(text: string, now = Date.UTC(2026, 10, 3, 12)): Compiled {
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
