/** Finds the regular expressions in the sources, and those that may take more than linear time. */
import { root, scripts, sources } from "./sources.ts";

export interface FoundExpression {
  path: string;
  source: string;
  flags: string;
}

/**
 * Matches a literal where a value is possible: after one of these characters or words, never after a name, a
 * number or a closing bracket. A literal cannot begin with `>`, because `/>` ends an element.
 */
const LITERAL =
  /(?:^|[(,=:[!&|?{};>]|\breturn|\btypeof)\s*\/((?:[^/\\[\n*>]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)(?![\w/])/gm;

/** Yields all literals of the program and of the scripts that it serves, except in comments. */
export function* expressionsInSources(): Generator<FoundExpression> {
  for (const path of [...sources(), ...scripts()]) {
    const text = Deno.readTextFileSync(new URL(path, root))
      .replace(/^\s*(?:\/\*\*?|\*|\/\/).*$/gm, "")
      .replace(/\s\/\/ .*$/gm, "");
    for (const [, source, flags] of text.matchAll(LITERAL)) yield { path, source: source!, flags: flags! };
  }
}

interface Item {
  /** The alternatives of a group; `undefined` for a character. */
  group?: Item[][];
  /** Can repeat without a limit. */
  unbounded: boolean;
  /** An anchor, which consumes no characters. */
  anchor?: "^" | "$" | "b";
}

/**
 * Returns why an expression might backtrack more than linearly, or `undefined` if it clearly cannot: no
 * unlimited repetition is inside another or after another, and, unless the expression is anchored, each is at
 * the end.
 */
export function suspicionOf(source: string): string | undefined {
  const alternatives = parse(source);
  const isAnchored = alternatives.every((items) => items[0]?.anchor === "^");
  let found: string | undefined;
  const walk = (sequences: Item[][], within: boolean, followed: boolean) => {
    for (const items of sequences) {
      let unbounded = 0;
      items.forEach((item, i) => {
        const last = i === items.length - 1;
        if (item.unbounded) {
          if (within) found ??= "a repetition within a repetition";
          if (++unbounded > 1) found ??= "two repetitions in a sequence";
          if (!isAnchored && (!last || followed)) found ??= "an unanchored repetition that is not at the end";
        }
        if (item.group) walk(item.group, within || item.unbounded, followed || !last);
      });
    }
  };
  walk(alternatives, false, false);
  return found;
}

function parse(source: string): Item[][] {
  let at = 0;
  return alternatives();

  function alternatives(): Item[][] {
    const found: Item[][] = [[]];
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        at++;
        found.push([]);
      } else found.at(-1)!.push(item());
    }
    return found;
  }

  function item(): Item {
    const atom = one();
    const quantifier = /^(?:[*+?]|\{\d+(,?)(\d*)\})\??/.exec(source.slice(at));
    if (!quantifier) return atom;
    at += quantifier[0].length;
    const open = quantifier[1] === "," && quantifier[2] === "";
    return { ...atom, unbounded: open || /^[*+]/.test(quantifier[0]) };
  }

  function one(): Item {
    const character = source[at++]!;
    if (character === "^" || character === "$") return { unbounded: false, anchor: character };
    if (character === "[") skipClass();
    else if (character === "\\") skipEscape();
    else if (character === "(") {
      at += /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(source.slice(at))?.[0].length ?? 0;
      const group = alternatives();
      at++;
      return { unbounded: false, group };
    }
    return { unbounded: false };
  }

  function skipClass(): void {
    for (let depth = 1; depth > 0; at++) {
      if (source[at] === "\\") at++;
      else if (source[at] === "[" && source[at + 1] !== "^") depth += 0;
      else if (source[at] === "]") depth--;
    }
  }

  function skipEscape(): void {
    const long = /^(?:[pPu]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})/.exec(source.slice(at));
    at += long?.[0].length ?? 1;
  }
}
