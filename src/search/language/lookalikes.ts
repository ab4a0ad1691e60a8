/** Words of a search that look like something else in the language: they are searched for as words, and this says so. */
import type { Node, OperatorName, Search } from "./tree.ts";
import { valueProblem } from "./values.ts";

/** A part that may mean something else. */
export interface Lookalike {
  /** The part, as it is searched for. */
  text: string;
  /** What is meant instead, in words; code in `` ` ``. */
  sentence: string;
  /** The search that may be meant; undefined if it is not clear. */
  instead?: Search;
}

/** Names that other programs give to operators. */
const OTHER_NAMES: Readonly<Record<string, OperatorName>> = {
  user: "from",
  author: "from",
  by: "from",
  channel: "in",
  room: "in",
  mention: "mentions",
  since: "after",
  until: "before",
  date: "on",
  during: "on",
  type: "is",
  kind: "is",
  emotes: "emote",
  badges: "badge",
  reply: "to",
};

/** The lookalikes among the parts of a search; not those inside of groups. */
export function lookalikesOf(search: Search): Lookalike[] {
  return search.flatMap((part, at): Lookalike[] => {
    if (part.kind !== "word") return [];
    const { text } = part;
    const replaced = (by: Node[], more = 1) => search.toSpliced(at, more, ...by);
    if (text === "AND" || text === "&&") {
      return [{
        text,
        sentence: "Parts side by side must all match without it.",
        instead: nonEmpty(replaced([])),
      }];
    }
    if (text === "NOT" || text === "!") {
      const next = search[at + 1];
      return [{
        text,
        sentence: "A `-` before a part excludes it.",
        instead: next && replaced([{ kind: "not", of: next }], 2),
      }];
    }
    if (text === "||") return [{ text, sentence: "`OR` finds either of two parts." }];
    const regex = /^\/(.+)\/([dgimsuvy]{1,3})$/.exec(text);
    if (regex) {
      const [, source, flags] = regex;
      return [{
        text,
        sentence: "A regular expression takes no letter but `i` after it.",
        instead: replaced([{ kind: "regex", source: source!, ignoreCase: flags!.includes("i") }]),
      }];
    }
    const [, name, value] = /^([a-z]+):(.+)$/i.exec(text) ?? [];
    const known = name === undefined ? undefined : OTHER_NAMES[name.toLowerCase()];
    if (known === undefined || value!.startsWith("//")) return [];
    return [{
      text,
      sentence: `The operator is \`${known}:\`.`,
      instead: valueProblem(known, value!) === undefined
        ? replaced([{ kind: "operator", name: known, value: value! }])
        : undefined,
    }];
  });
}

/** The search with all that may be meant; undefined if nothing is clear. */
export function meantSearch(search: Search): Search | undefined {
  const next = lookalikesOf(search).find(({ instead }) => instead)?.instead;
  // Each step removes a lookalike.
  return next && (meantSearch(next) ?? next);
}

function nonEmpty(search: Search): Search | undefined {
  return search.length > 0 ? search : undefined;
}
