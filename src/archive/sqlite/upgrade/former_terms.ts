/**
 * The terms of the version before: words with fewer characters folded, a channel and a user, but no facts. They must
 * not change when `tokens.ts` changes, because a row can be removed from the index only with its own terms.
 */
import type { ChatEvent } from "../../../chat/events.ts";
import { type Scopes, scopesOf } from "../search/terms.ts";
import { indexTerms, inShortRuns, INVISIBLE, isAscii, searchableText } from "../../../search/text/tokens.ts";

const FOLDED: Record<string, string> = {
  "µ": "μ",
  "ſ": "s",
  "ς": "σ",
  "ϐ": "β",
  "ϑ": "θ",
  "ϕ": "φ",
  "ϖ": "π",
  "ϰ": "κ",
  "ϱ": "ρ",
  "ϵ": "ε",
};
const FOLDABLE = new RegExp(`[${Object.keys(FOLDED).join("")}]`, "g");

type Searched = Pick<ChatEvent, "kind" | "text" | "tags">;

/** `termsOfEvent` of that version. */
export function formerTermsOf(event: Searched & Scopes): string {
  const words = formerWordTerms(event);
  const scope = scopesOf(event);
  return words === "" ? scope : `${scope} ${words}`;
}

/** `wordTerms` of that version. */
export function formerWordTerms(event: Searched): string {
  return indexTerms(searchableText(event), formerFold);
}

function formerFold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const lower = text
    .replace(INVISIBLE, "")
    .replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .toLowerCase();
  return inShortRuns(lower, (text) =>
    text
      .normalize("NFD")
      .replace(/[\u0300-\u034e\u0350-\u036f]/g, "")
      .normalize("NFC")
      .replace(FOLDABLE, (c) => FOLDED[c]!));
}
