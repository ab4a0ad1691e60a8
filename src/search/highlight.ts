/** Finds the parts of a text that a condition asks for, to highlight them. */
import type { Condition, RegexCondition, TextCondition } from "./condition.ts";
import { patternOf } from "./evaluate.ts";
import { compileRegex } from "./regex.ts";
import { findLiteral } from "./text/literal.ts";
import { findPattern } from "./text/match.ts";
import { foldWithOrigin } from "./text/tokens.ts";

/** Returns the ranges of a text to highlight, as UTF-16 offsets from-to, ascending and apart. Negated parts have none. */
export function highlighter(condition: Condition): (text: string) => [number, number][] {
  const finders = positiveTexts(condition).map(finderOf);
  return (text) => {
    let folded: Folded | undefined;
    const inFolded = () => folded ??= foldWithOrigin(text);
    return apart(finders.flatMap((find) => find(text, inFolded)));
  };
}

type Folded = ReturnType<typeof foldWithOrigin>;
type Finder = (text: string, inFolded: () => Folded) => [number, number][];

function finderOf(part: TextCondition | RegexCondition): Finder {
  if (part.is === "regex") {
    const regex = compileRegex(part);
    return (text) => {
      const ranges: [number, number][] = [];
      const found = regex.matcher(text);
      while (found.find()) if (found.end() > found.start()) ranges.push([found.start(), found.end()]);
      return ranges;
    };
  }
  const pattern = patternOf(part);
  const { literals, open } = part;
  // A single word with signs is highlighted with them.
  const hasWords = pattern.pieces.length > 0 && !(literals.length === 1 && pattern.pieces.length <= 1);
  return (text, inFolded) => {
    const { folded, origin } = inFolded();
    const inText = ([from, to]: [number, number]): [number, number] => [origin[from]!, origin[to]!];
    const words = hasWords ? allRanges((from) => findPattern(pattern, folded, from)).map(inText) : [];
    return [
      ...words,
      ...literals.flatMap((literal) =>
        literal.exactCase
          ? allRanges((from) => findLiteral(literal, open, text, from))
          : allRanges((from) => findLiteral(literal, open, folded, from)).map(inText)
      ),
    ];
  };
}

/** Calls `find` from the end of each range that it found. */
function allRanges(find: (from: number) => [number, number] | undefined): [number, number][] {
  const ranges: [number, number][] = [];
  for (let found = find(0); found; found = find(found[1])) ranges.push(found);
  return ranges;
}

/** Sorts ranges, and joins those that overlap or touch. */
function apart(ranges: [number, number][]): [number, number][] {
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const joined: [number, number][] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else if (range[1] > range[0]) joined.push(range);
  }
  return joined;
}

/** The conditions on the text that are not negated. */
function positiveTexts(condition: Condition): (TextCondition | RegexCondition)[] {
  switch (condition.is) {
    case "all":
    case "any":
      return condition.of.flatMap(positiveTexts);
    case "text":
    case "regex":
      return [condition];
    default:
      return [];
  }
}
