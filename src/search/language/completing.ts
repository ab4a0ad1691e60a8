/** Finds the part of a search at the cursor: a word, an operator, or the value of one. */
import { type OperatorName, OPERATORS } from "./tree.ts";

/** The part of a text that a completion replaces. */
export interface Completing {
  /** UTF-16 offsets of the part, end excluded. */
  from: number;
  /** See `from`. */
  to: number;
  /** The operator whose value is typed; undefined = a word, or the name of an operator. */
  operator?: OperatorName;
  /** What is typed of it. */
  typed: string;
}

/** The part that ends at an offset. It begins after a space, a parenthesis, a quote, or the minus of a negation. */
export function completingAt(text: string, at: number): Completing {
  let from = at;
  while (from > 0 && !/[\s()"“”„]/.test(text[from - 1]!)) from--;
  if (text[from] === "-" && from < at) from++;
  const run = text.slice(from, at);
  const colon = run.indexOf(":");
  const name = run.slice(0, Math.max(0, colon)).toLowerCase();
  const operator = OPERATORS.find((operator) => operator === name);
  if (!operator) return { from, to: at, typed: run };
  return { from: from + colon + 1, to: at, operator, typed: run.slice(colon + 1) };
}
