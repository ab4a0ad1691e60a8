/** A search as a tree, before names are looked up. */

/** An operator that takes a value after its colon. */
export const OPERATORS = [
  "from",
  "in",
  "mentions",
  "to",
  "before",
  "after",
  "on",
  "is",
  "has",
  "emote",
  "badge",
  "bits",
  "thread",
] as const;
/** The name of an operator. */
export type OperatorName = typeof OPERATORS[number];

/** `word`, `"phrase"`, `pre*`, `name:value`, `/source/` or `/source/i`. */
export type Leaf =
  | { kind: "word"; text: string }
  | { kind: "phrase"; text: string }
  | { kind: "prefix"; text: string }
  | { kind: "operator"; name: OperatorName; value: string }
  | { kind: "regex"; source: string; ignoreCase: boolean };

/** A search or a part of it: a leaf, `-part`, parts side by side that must all hold, or parts between `OR`. */
export type Node =
  | Leaf
  | { kind: "not"; of: Node }
  | { kind: "all"; of: Node[] }
  | { kind: "any"; of: Node[] };

/** A search: its parts side by side; none if nothing was typed. */
export type Search = Node[];

/** A problem of a part of the text. */
export interface SearchProblem {
  /** UTF-16 offsets of the part, end excluded. */
  from: number;
  /** See `from`. */
  to: number;
  /** A sentence for the user that names the part. */
  sentence: string;
  /** Set if the part names a channel, user or message that the archive does not have yet. */
  isUnknown?: true;
}
