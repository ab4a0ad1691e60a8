/** Rules by which pages mark messages. */

/** The colours of marks: each is a token of the stylesheet (`static/css/chat/marks.css`). */
export const MARK_COLORS = ["amber", "green", "blue", "violet", "pink", "red"] as const;
/** A colour of a mark. */
export type MarkColor = typeof MARK_COLORS[number];

/** Marks the messages that a search finds. */
export interface HighlightRule {
  /** The text of the search; unique among the rules of an archive or a browser. */
  search: string;
  /** The colour of the mark. */
  color: MarkColor;
  /** Whether a message that it marks may sound on live pages. */
  sound: boolean;
}

/** A change of the rules that apply to all readers. */
export type HighlightRuleChange =
  /** Replaces a rule with the same search. `savedAt`: epoch milliseconds. */
  | { kind: "save highlight rule"; rule: HighlightRule; savedAt: number }
  | { kind: "delete highlight rule"; search: string };
