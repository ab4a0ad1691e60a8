/** Words of a search that look like something else in the language: they are searched for as words, and this says so. */
import type { Leaf, Node, OperatorName, Search } from "./tree.ts";
import { valueProblem } from "./values.ts";

/** A word that may mean something else. */
export interface Lookalike {
  /** The word, as it is searched for. */
  text: string;
  /** The intended search, in words; code in `` ` ``. */
  sentence: string;
}

/** Finds parts of a search that look like something else. */
export interface Lookalikes {
  /** In the order of the search. */
  found: Lookalike[];
  /** The search that may be meant; undefined if nothing of it is clear. */
  meant?: Search;
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

/** Words that stand between or before parts. */
const CONNECTIVES: Readonly<Record<string, { means: "and" | "or" | "not"; sentence: string }>> = {
  "AND": { means: "and", sentence: "Parts side by side must all match without it." },
  "&&": { means: "and", sentence: "Parts side by side must all match without it." },
  "||": { means: "or", sentence: "`OR` finds either of two parts." },
  "|": { means: "or", sentence: "`OR` finds either of two parts." },
  "NOT": { means: "not", sentence: "A `-` before a part excludes it." },
  "!": { means: "not", sentence: "A `-` before a part excludes it." },
};

/** The lookalikes of a search. */
export function lookalikesOf(search: Search): Lookalikes {
  const found: Lookalike[] = [];
  const meant = meantParts(search, found);
  const isClear = found.length > 0 && meant.length > 0 && JSON.stringify(meant) !== JSON.stringify(search);
  return isClear ? { found, meant } : { found };
}

/** Parts side by side as they may be meant. Adds what it finds. */
function meantParts(parts: readonly Node[], found: Lookalike[]): Node[] {
  const meant: Node[] = [];
  /** What the words before the next part say about it. */
  let isNegated = false;
  let isAlternative = false;
  for (const [at, part] of parts.entries()) {
    const connective = connectiveOf(part);
    if (connective) {
      const { text, means, sentence } = connective;
      found.push({ text, sentence });
      const next = parts[at + 1];
      const joins = next !== undefined && !connectiveOf(next);
      if (means === "not" && joins) isNegated = true;
      else if (means === "or" && joins && meant.length > 0) isAlternative = true;
      else if (means !== "and" || parts.length === 1) meant.push(part);
      continue;
    }
    const inner = meantPart(part, found);
    const whole: Node = isNegated ? { kind: "not", of: inner } : inner;
    if (isAlternative) meant.push({ kind: "any", of: [meant.pop()!, whole] });
    else meant.push(whole);
    isNegated = isAlternative = false;
  }
  return meant;
}

function connectiveOf(part: Node) {
  if (part.kind !== "word" || !Object.hasOwn(CONNECTIVES, part.text)) return undefined;
  return { text: part.text, ...CONNECTIVES[part.text]! };
}

function meantPart(part: Node, found: Lookalike[]): Node {
  switch (part.kind) {
    case "not":
      return { kind: "not", of: meantPart(part.of, found) };
    case "any":
      return { kind: "any", of: part.of.map((branch) => meantPart(branch, found)) };
    case "all":
      return { kind: "all", of: meantParts(part.of, found) };
    case "word":
      return meantWord(part.text, found) ?? part;
    default:
      return part;
  }
}

function meantWord(text: string, found: Lookalike[]): Leaf | undefined {
  const regex = /^\/(.+)\/([dgimsuvy]{1,3})$/.exec(text);
  if (regex) {
    found.push({ text, sentence: "A regular expression takes no letter but `i` after it." });
    return { kind: "regex", source: regex[1]!, ignoreCase: regex[2]!.includes("i") };
  }
  const [, name, value] = /^([a-z]+):(.+)$/i.exec(text) ?? [];
  const known = name === undefined ? undefined : OTHER_NAMES[name.toLowerCase()];
  if (known === undefined || value!.startsWith("//")) return undefined;
  found.push({ text, sentence: `The operator is \`${known}:\`.` });
  return valueProblem(known, value!) === undefined
    ? { kind: "operator", name: known, value: value! }
    : undefined;
}
