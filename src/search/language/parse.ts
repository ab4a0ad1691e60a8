/**
 * Parses the search language: words, `"phrases"`, `pre*`, `-not`, `a OR b`, `( )`, `name:value` and `/regex/i`. Never throws.
 * Every character of the text has a meaning in the tree, or a problem names it.
 */
import { fold } from "../text/tokens.ts";
import { isEmoticon } from "../text/emoticons.ts";
import {
  type Leaf,
  type Node,
  type OperatorName,
  OPERATORS,
  type Search,
  type SearchProblem,
} from "./tree.ts";
import { negates, QUOTE, runAt, SPACE } from "./run.ts";
import { valueProblem } from "./values.ts";
import { readWord } from "./word.ts";

/** The maximum length of a search, in UTF-16 units. */
export const MAX_SEARCH_LENGTH = 500;
/** The maximum number of words and operators of a search. */
const MAX_SEARCH_TERMS = 32;
/** The maximum depth of parentheses. */
const MAX_DEPTH = 8;

/** The result of parsing a text. */
export interface Parsed {
  /** The parts without problems. */
  search: Search;
  /** The problems of the text, in its order. */
  problems: SearchProblem[];
  /** The places of operators and regular expressions in the text, as UTF-16 offsets from-to, for problems that are found later. */
  places: ReadonlyMap<Node, readonly [from: number, to: number]>;
}

/** Parses a text; see the top of this file. */
export function parseSearchText(text: string): Parsed {
  if (text.length > MAX_SEARCH_LENGTH) {
    const sentence = `A search may have ${MAX_SEARCH_LENGTH} characters, this one has ${text.length}.`;
    return {
      search: [],
      problems: [{ from: MAX_SEARCH_LENGTH, to: text.length, sentence }],
      places: new Map(),
    };
  }
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #problems: SearchProblem[] = [];
  readonly #places = new Map<Node, [from: number, to: number]>();
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Parsed {
    const search: Search = [];
    while (true) {
      search.push(...this.#alternatives());
      if (this.#at >= this.#text.length) break;
      // Only a `)` that closes nothing ends the alternatives early. Behind a word it is punctuation.
      if (this.#at === 0 || SPACE.test(this.#text[this.#at - 1]!)) {
        this.#problem(this.#at, this.#at + 1, "`)` closes nothing: put it in quotes to search for it.");
      }
      this.#at++;
    }
    if (this.#terms > MAX_SEARCH_TERMS) {
      const sentence =
        `A search may have ${MAX_SEARCH_TERMS} words and operators, this one has ${this.#terms}.`;
      this.#problem(0, this.#text.length, sentence);
    }
    return { search, problems: this.#problems, places: this.#places };
  }

  /** Parts between `OR`, up to the end of the text or of the group. */
  #alternatives(): Node[] {
    const branches: Node[][] = [];
    let orAt: number | undefined;
    while (true) {
      const branch = this.#parts();
      const from = this.#at;
      const isOr = this.#takeOr();
      if (branch.length === 0 && (isOr || orAt !== undefined)) {
        this.#problem(
          orAt ?? from,
          (orAt ?? from) + 2,
          "`OR` needs a search on both sides. Lower case `or` is a word.",
        );
      }
      if (branch.length > 0) branches.push(branch);
      if (!isOr) break;
      orAt = from;
    }
    if (branches.length <= 1) return branches[0] ?? [];
    return [{ kind: "any", of: branches.map(asOne) }];
  }

  #takeOr(): boolean {
    if (!this.#startsOr()) return false;
    this.#at += 2;
    return true;
  }

  #startsOr(): boolean {
    const text = this.#text;
    if (!text.startsWith("OR", this.#at)) return false;
    const next = text[this.#at + 2];
    return next === undefined || SPACE.test(next) || QUOTE.test(next) || next === "(" || next === ")";
  }

  /** Parts side by side, up to `OR`, the end of the group or of the text. */
  #parts(): Node[] {
    const parts: Node[] = [];
    while (true) {
      while (this.#at < this.#text.length && SPACE.test(this.#text[this.#at]!)) this.#at++;
      if (this.#at >= this.#text.length || this.#startsOr() || this.#startsEnd()) return parts;
      const part = this.#part();
      if (part) parts.push(part);
    }
  }

  /** Whether a `)` is here that is no emoticon. */
  #startsEnd(): boolean {
    return this.#text[this.#at] === ")" && !isEmoticon(this.#run());
  }

  /** One part; undefined if it has a problem, or nothing in it. */
  #part(): Node | undefined {
    const run = this.#run();
    if (negates(run, this.#text[this.#at + 1])) {
      this.#at++;
      const of = this.#part();
      return of && { kind: "not", of };
    }
    if (run.startsWith("(") && !isEmoticon(run)) return this.#group();
    return this.#leaf(run);
  }

  #group(): Node | undefined {
    const from = this.#at++;
    const problems = this.#problems.length;
    if (++this.#depth === MAX_DEPTH + 1) {
      this.#problem(from, from + 1, `A search may have ${MAX_DEPTH} parentheses within each other.`);
    }
    const parts = this.#alternatives();
    this.#depth--;
    // A group that is open at the end of the text ends there.
    if (this.#text[this.#at] === ")") this.#at++;
    if (parts.length === 0) {
      return this.#problems.length > problems
        ? undefined
        : void this.#problem(from, this.#at, "There is nothing in these parentheses.");
    }
    return grouped(parts);
  }

  #run(): string {
    return runAt(this.#text, this.#at, this.#depth > 0);
  }

  #leaf(run: string): Leaf | undefined {
    this.#terms++;
    if (isEmoticon(run)) return this.#take(run.length, { kind: "word", text: run });
    if (QUOTE.test(run[0]!)) return this.#phrase();
    const regex = this.#regex();
    if (regex) return regex;
    const operator = /^([a-z]+):/i.exec(run);
    const name = operator?.[1]?.toLowerCase() as OperatorName;
    if (operator && OPERATORS.includes(name)) return this.#operator(name, operator[0].length);
    return this.#word(run);
  }

  #phrase(): Leaf | undefined {
    const from = this.#at;
    const inner = this.#quoted();
    if (fold(inner).trim() !== "") return { kind: "phrase", text: inner };
    this.#problem(from, this.#at, "There is nothing between these quotes.");
  }

  /** Takes a text in quotes; one that is not closed runs to the end. */
  #quoted(): string {
    const from = ++this.#at;
    while (this.#at < this.#text.length && !QUOTE.test(this.#text[this.#at]!)) this.#at++;
    const inner = this.#text.slice(from, this.#at);
    if (this.#at < this.#text.length) this.#at++;
    return inner;
  }

  #regex(): Leaf | undefined {
    const found = /^\/((?:[^\\/]|\\.)+)\/(i?)(?=[\s()"“”„]|$)/s.exec(this.#text.slice(this.#at));
    if (!found) return undefined;
    const leaf: Leaf = { kind: "regex", source: found[1]!, ignoreCase: found[2] === "i" };
    this.#places.set(leaf, [this.#at, this.#at + found[0].length]);
    return this.#take(found[0].length, leaf);
  }

  #operator(name: OperatorName, nameLength: number): Leaf | undefined {
    const from = this.#at;
    this.#at += nameLength;
    const next = this.#text[this.#at] ?? " ";
    const isQuoted = QUOTE.test(next);
    const value = isQuoted ? this.#quoted().trim() : SPACE.test(next) ? "" : this.#run();
    if (!isQuoted) this.#at += value.length;
    const sentence = valueProblem(name, value);
    if (sentence !== undefined) {
      return void this.#problem(from, this.#at, sentence);
    }
    const leaf: Leaf = { kind: "operator", name, value };
    // Times cost nothing, and the program adds some to links.
    if (["before", "after", "on"].includes(name)) this.#terms--;
    this.#places.set(leaf, [from, this.#at]);
    return leaf;
  }

  #word(run: string): Leaf | undefined {
    const from = this.#at;
    this.#at += run.length;
    const word = readWord(run);
    if ("kind" in word) return word;
    this.#problem(from, this.#at, word.sentence);
  }

  #take(length: number, leaf: Leaf): Leaf {
    this.#at += length;
    return leaf;
  }

  #problem(from: number, to: number, sentence: string): void {
    // An `OR` alone lacks both sides.
    if (this.#problems.some((other) => other.from === from && other.to === to)) return;
    this.#problems.push({ from, to, sentence });
  }
}

/** Parts as one node. */
function asOne(parts: Node[]): Node {
  return parts.length === 1 ? parts[0]! : { kind: "all", of: parts };
}

/** The content of a group. An operator stays alone: it is no alternative to one of the same name outside of the group. */
function grouped(parts: Node[]): Node {
  const [only] = parts;
  if (parts.length > 1 || only!.kind === "operator") return { kind: "all", of: parts };
  return only!;
}
