/**
 * The terms of `messages_index`: the words of texts, and a token for the channel and one for the user. Those tokens begin
 * with U+E000, which `indexTerms` removes from texts.
 */
import type { ChatEvent } from "../../../chat/events.ts";
import type { IndexTerm } from "./candidates.ts";
import type { TextCondition } from "../../../search/condition.ts";
import { indexTerms, searchableText, termsOf } from "../../../search/text/tokens.ts";

/** Further pairs of one run hardly narrow the candidates, and the text is verified anyway. */
const MAX_TERMS_OF_A_TOKEN = 8;

export interface Scopes {
  channelId?: number;
  userId?: number;
}

function scopeTokens({ channelId, userId }: Scopes): string[] {
  const found: string[] = [];
  if (channelId !== undefined) found.push(`\uE000c${channelId}`);
  if (userId !== undefined) found.push(userId < 0 ? `\uE000un${-userId}` : `\uE000u${userId}`);
  return found;
}

/** The tokens of a channel and a user, separated by a space. */
export function scopesOf(scopes: Scopes): string {
  return scopeTokens(scopes).join(" ");
}

/** The terms of an event. A row can be removed from the index only with exactly the terms that were added. */
export function termsOfEvent(event: Pick<ChatEvent, "kind" | "text" | "tags">, scopes: Scopes): string {
  const text = indexTerms(searchableText(event));
  const scope = scopesOf(scopes);
  return text === "" ? scope : `${scope} ${text}`;
}

/**
 * The FTS5 expression for all messages of a channel, of a user, or of both; at least one is given. Bind ids beside it as
 * bigints: a number is bound as a floating-point value, and FTS5 does not seek to such a bound but reads the whole list.
 */
export function matchExpression(scopes: Scopes): string {
  return scopeTokens(scopes).map((token) => `"${token}"`).join(" AND ");
}

export function scopeTerms(scopes: Scopes): IndexTerm[] {
  return scopeTokens(scopes).map((text) => ({ text, prefix: false }));
}

/** The terms that a text needs to match, each once. */
export function termsOfText({ pieces, open }: TextCondition): IndexTerm[] {
  const whole = open ? pieces.slice(0, -1) : pieces;
  const terms = whole.flatMap((token) => termsOf(token).slice(0, MAX_TERMS_OF_A_TOKEN));
  if (open) terms.push({ text: pieces.at(-1)!.text, prefix: true });
  return terms.filter(({ text, prefix }, i) =>
    i === terms.findIndex((other) => other.text === text && other.prefix === prefix)
  );
}

/** Whether every message with the terms of a text matches. The index has no positions of terms, and no signs. */
export function isDecidedByTerms({ pieces, open, literals }: TextCondition): boolean {
  const [only, ...others] = pieces;
  if (only === undefined || others.length > 0 || literals.length > 0) return false;
  return open || only.kind === "word" || termsOf(only).length === 1;
}
