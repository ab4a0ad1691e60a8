/** Converts the text and the fields of the message search to a query, or to problems. */
import type { Context } from "hono";
import { lookUp } from "../../../src/find/look_up.ts";
import { type Query, queryOf } from "../../../src/find/query.ts";
import { compileSearch } from "../../../src/search/compile.ts";
import { namesIn } from "../../../src/search/names.ts";
import { type Parsed, parseSearchText } from "../../../src/search/language/parse.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import type { Leaf, Node, Search, SearchProblem } from "../../../src/search/language/tree.ts";
import { parseChannelName } from "../../../src/chat/channel_name.ts";
import { parseUserName } from "../../../src/chat/user_name.ts";
import { DAY_MS } from "../../../src/clock.ts";
import { channelField } from "../../shared/find_channel.ts";
import { userField } from "../../shared/find_user.ts";
import type { Env, Site } from "../../site.tsx";

const FIELDS = ["q", "channel", "user", "from", "to"] as const;

/** The fields as typed, possibly empty. */
export type Typed = Record<typeof FIELDS[number], string>;
export type Problems = Partial<Record<Exclude<keyof Typed, "q">, string>> & { q?: SearchProblem[] };

export interface Fields {
  typed: Typed;
  problems: Problems;
  /** The texts of all fields, as one search. */
  search: Search;
  /** The query for the archive; undefined if nothing was typed or there are problems. */
  query?: Query;
  /** The query of another search that names nothing new. */
  compile?: (search: Search) => Query;
}

/** The fields of a search that can be asked for. */
export type ValidFields = Fields & Required<Pick<Fields, "query" | "compile">>;

export function areValid(fields: Fields): fields is ValidFields {
  return fields.query !== undefined;
}

export async function readFields(
  site: Site,
  c: Context<Env>,
  values: Record<string, string>,
): Promise<Fields> {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, (values[name] ?? "").trim()])) as Typed;
  const parsed = parseSearchText(typed.q);
  const { operators, problems } = readFilters(typed);
  // A field takes the place of its operator in the text.
  const isReplaced = (part: Node) =>
    part.kind === "operator" && operators.some(({ name }) => name === part.name);
  const search = [...parsed.search.filter((part) => !isReplaced(part)), ...operators];
  if (parsed.problems.length > 0) problems.q = parsed.problems;
  else if (operators.length > 0) {
    const tooMuch = parseSearchText(printSearch(search)).problems;
    if (tooMuch.length > 0) problems.q = tooMuch;
  }
  if (search.length === 0 || problems.q) return { typed, problems, search };

  const { known, channels } = await lookUp(site.archive, namesIn(search));
  if (channels) c.set("channels", Promise.resolve(channels));
  for (const { name, value } of operators) {
    if (name === "in" && !known.channels.has(value)) {
      problems.channel = problemOf(channelField(value, undefined));
    }
    if (name === "from" && !known.users.has(value)) problems.user = problemOf(userField(value, undefined));
  }
  const compiled = compileSearch({ ...parsed, search }, known, site.now());
  const own = compiled.problems.filter(({ to }) => to > 0);
  if (own.length > 0) problems.q = own;
  const { from, to } = compiled;
  if (from !== undefined && to !== undefined && from >= to) addEmptySpan(typed, parsed, problems);
  if (Object.keys(problems).length > 0) return { typed, problems, search };
  const compile = (search: Search) => queryOf(compileSearch({ ...parsed, search }, known, site.now()));
  return { typed, problems, search, query: queryOf(compiled), compile };
}

export type Operator = Extract<Leaf, { kind: "operator" }>;

export function operator(name: Operator["name"], value: string): Operator {
  return { kind: "operator", name, value };
}

/** The filters as operators, and the problems of those that are none. */
function readFilters(typed: Typed): { operators: Operator[]; problems: Problems } {
  const problems: Problems = {};
  const operators: Operator[] = [];
  const add = (name: Operator["name"], value: string) => void operators.push(operator(name, value));
  if (typed.channel !== "") {
    const login = parseChannelName(typed.channel);
    if (login === undefined) problems.channel = problemOf(channelField(typed.channel, undefined));
    else add("in", login);
  }
  if (typed.user !== "") {
    const name = parseUserName(typed.user);
    if (name === undefined) problems.user = problemOf(userField(typed.user, undefined));
    else add("from", name);
  }
  for (const name of ["from", "to"] as const) {
    if (typed[name] === "") continue;
    const day = dayOf(typed[name]);
    if (day === undefined) problems[name] = `“${typed[name].slice(0, 60)}” is not a date. Use YYYY-MM-DD.`;
    else if (name === "from") add("after", typed[name]);
    // The language knows no year 10000.
    else if (typed.to !== "9999-12-31") add("before", new Date(day + DAY_MS).toISOString().slice(0, 10));
  }
  return { operators, problems };
}

function problemOf(field: { problem: string } | object): string | undefined {
  return "problem" in field ? field.problem : undefined;
}

/** Nothing lies between the dates: of the fields, or of the text. */
function addEmptySpan(typed: Typed, { places }: Parsed, problems: Problems): void {
  if (typed.from !== "" && typed.to !== "") problems.to = "This date is before the first one.";
  else {
    const dates = [...places].filter(([node]) =>
      node.kind === "operator" && ["before", "after", "on"].includes(node.name)
    ).map(([, place]) => place);
    const sentence = "No time lies within these dates.";
    problems.q = [{
      from: Math.min(typed.q.length, ...dates.map(([from]) => from)),
      to: Math.max(0, ...dates.map(([, to]) => to)),
      sentence,
    }];
  }
}

/** Further parameters of a page of results. */
export interface ResultsParameters {
  order?: "newest" | "oldest";
  format?: string;
  page?: number;
  page_size?: number;
  before_id?: number;
  after_id?: number;
  copies?: "one" | "all";
  /** A moment in the words of the search language. */
  at?: string;
}

/** The address of the results of a search. */
export function addressOf(search: Search, parameters: ResultsParameters = {}): string {
  const query = new URLSearchParams({ q: printSearch(search) });
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return `/search/messages?${query}`;
}

/** The start of a UTC date `YYYY-MM-DD`, in epoch milliseconds; undefined if it is not a date. */
export function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text || at < 0 ? undefined : at;
}
