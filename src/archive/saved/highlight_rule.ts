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

/** The writer's methods for rules that apply to all readers. */
export interface HighlightRuleWriter {
  /** Saves a rule; one with the same search is replaced. @param savedAt epoch milliseconds */
  saveHighlightRule(rule: HighlightRule, savedAt: number): void;
  /** Deletes the rule with this search. Does nothing if there is none. */
  deleteHighlightRule(search: string): void;
}
