/** Reads the form of a highlight rule: a rule, or the problems of its fields. */
import { z } from "zod";
import { type HighlightRule, MARK_COLORS } from "../../src/archive/saved/highlight_rule.ts";
import { parseSearchText } from "../../src/search/language/parse.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { SearchProblem } from "../../src/search/language/tree.ts";
import type { Site } from "../site.tsx";
import { isMarkColor } from "./own_rules.ts";

const field = z.string().max(8_000).default("");

export const Form = z.object({
  q: field,
  color: field,
  sound: field,
  /** The search of the rule that it replaces. */
  was: field,
  /** The search of a rule to remove, instead of the other fields. */
  remove: field,
});

/** The fields as typed. */
export interface Typed {
  q: string;
  color: string;
  sound: boolean;
  was: string;
}

/** The problems, by field. */
export interface Problems {
  /** A sentence, or mistakes at their places in the text. */
  q?: string | readonly SearchProblem[];
  color?: string;
}

export const EMPTY: Typed = { q: "", color: MARK_COLORS[0], sound: false, was: "" };

export function typedIn({ q, color, sound, was }: z.output<typeof Form>): Typed {
  return { q: q.replace(/\s/g, " ").trim(), color, sound: sound !== "", was };
}

/** The rule that was typed, or the problems. A name that the archive does not know is none: it may come to know it. */
export async function ruleIn(
  { highlights }: Pick<Site, "highlights">,
  { q, color, sound }: Typed,
): Promise<{ rule: HighlightRule } | { problems: Problems }> {
  const { search } = parseSearchText(q);
  const [checked] = await highlights.check([{ search: q, color: MARK_COLORS[0], sound }]);
  const problems = checked!.problems.filter(({ isUnknown }) => !isUnknown);
  const ofSearch = problems.length > 0
    ? problems
    : search.length === 0
    ? "Enter a word, a person such as from:ann, or any other search."
    : undefined;
  if (isMarkColor(color) && ofSearch === undefined) {
    return { rule: { search: printSearch(search), color, sound } };
  }
  return {
    problems: {
      q: ofSearch,
      color: isMarkColor(color)
        ? undefined
        : `“${color.slice(0, 60)}” is not a colour of marks. Choose ${MARK_COLORS.join(", ")}.`,
    },
  };
}

/** The rules with one more, in the place of the one that it replaces, and without another of the same search. */
export function withRule(
  rules: readonly HighlightRule[],
  rule: HighlightRule,
  was: string,
): HighlightRule[] {
  const place = rules.findIndex(({ search }) => search === (was || rule.search));
  const others = rules.map((each, i) => i === place ? rule : each)
    .filter((each) => each === rule || each.search !== rule.search);
  return place < 0 ? [...others, rule] : others;
}
