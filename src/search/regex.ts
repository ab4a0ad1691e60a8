/** Regular expressions of searches: RE2, whose matching takes linear time. */
import { RE2JS } from "re2js";
import type { RegexCondition } from "./condition.ts";

/** A text, and the same in lower case. */
interface Text {
  text: string;
  lower: string;
}

/** Matching takes time in proportion to the steps of the compiled expression. */
const MAX_REGEX_SIZE = 250;

/** The problem of a regular expression; undefined if it is valid. */
export function regexProblem(condition: RegexCondition): string | undefined {
  try {
    const size = compileRegex(condition).programSize();
    return size > MAX_REGEX_SIZE ? "it is too large, because of its repetitions" : undefined;
  } catch (error) {
    return (error as Error).message.replace("error parsing regexp: ", "");
  }
}

/**
 * Whether a text has the letters with which each match of an expression begins: looking for them takes a fiftieth of the time
 * of the expression. Always true if nothing is known of it.
 */
export function beginningTest(
  { source, ignoreCase }: RegexCondition,
): (subject: Text) => boolean {
  // Of alternatives, and in a group with flags, the letters at the beginning need not be there.
  const [letters] = /[|]|\(\?/.test(source) ? [""] : /^[\w -]*/.exec(source)!;
  const isOptional = /^[*?{]/.test(source.slice(letters.length));
  const beginning = isOptional ? letters.slice(0, -1) : letters;
  if (beginning === "") return () => true;
  if (!ignoreCase) return ({ text }) => text.includes(beginning);
  const lower = beginning.toLowerCase();
  // The only other character that folds to a letter of ASCII and is lower case itself.
  const hasLongS = lower.includes("s");
  return (subject) => subject.lower.includes(lower) || hasLongS && subject.text.includes("ſ");
}

/** An expression whose matching takes linear time. @throws an Error that says what is wrong with it */
export function compileRegex({ source, ignoreCase }: RegexCondition): RE2JS {
  return RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
}
