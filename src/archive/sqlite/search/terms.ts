/**
 * The terms of `messages_index`: the words of texts, tokens for the channel and the user, and facts (`fact_terms.ts`). All
 * but the words begin with U+E000, which `indexTerms` removes from texts.
 */
import type { Author, ChatEvent } from "../../../chat/events.ts";
import type { IndexTerm } from "../postings/candidates.ts";
import type { TextCondition } from "../../../search/condition.ts";
import { authorTerms, emoticonTermOf, eventTerms } from "./fact_terms.ts";
import { fold, indexTerms, searchableText, termsOf, tokens } from "../../../search/text/tokens.ts";

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

/**
 * The terms of an event. A row can be removed from the index only with exactly the terms that were added, so a change of the
 * terms needs a new version (`upgrade/`).
 */
export function termsOfEvent(event: ChatEvent, scopes: Scopes): string {
  return joined([scopesOf(scopes), wordTerms(event), factTerms(event)]);
}

/** The part of {@link termsOfEvent} that the author has in common with their other messages. */
export function termsOfAuthor(author: Author, userId: number): string {
  return joined([scopesOf({ userId }), ...authorTerms(author)]);
}

/**
 * The part that neither the channel nor the author decides.
 * @param isPlain as for {@link eventTerms}
 */
export function contentTerms(event: ChatEvent, isPlain = false): string {
  return joined([wordTerms(event), ...eventTerms(event, isPlain)]);
}

export function wordTerms(event: ChatEvent): string {
  return indexTerms(searchableText(event));
}

export function factTerms(event: ChatEvent): string {
  return joined([...authorTerms(event.author), ...eventTerms(event)]);
}

function joined(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : terms.filter((term) => term !== "").join(" ");
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

/** The terms that a text needs to match, each once. @param hasFacts whether all messages have terms of facts */
export function termsOfText(condition: TextCondition, hasFacts: boolean): IndexTerm[] {
  const { pieces, open } = condition;
  const emoticon = hasFacts ? emoticonTermOf(condition) : undefined;
  // The words of `:D` and `<3` would not narrow it.
  if (emoticon !== undefined && isOneWord(condition)) return [{ text: emoticon, prefix: false }];
  const whole = open ? pieces.slice(0, -1) : pieces;
  const terms = whole.flatMap((token) => termsOf(token).slice(0, MAX_TERMS_OF_A_TOKEN));
  if (open) terms.push({ text: pieces.at(-1)!.text, prefix: true });
  if (emoticon !== undefined) terms.push({ text: emoticon, prefix: false });
  return terms.filter(({ text, prefix }, i) =>
    i === terms.findIndex((other) => other.text === text && other.prefix === prefix)
  );
}

/** Whether every message with these terms matches. The index has no positions of terms, and only common emoticons. */
export function isDecidedByTerms(condition: TextCondition, hasFacts: boolean): boolean {
  const { pieces: [only, ...others], open, literals } = condition;
  if (literals.length > 0) return hasFacts && emoticonTermOf(condition) !== undefined && isOneWord(condition);
  if (only === undefined || others.length > 0) return false;
  return open || only.kind === "word" || termsOf(only).length === 1;
}

/** Whether the tokens of a condition are all in its literal. */
function isOneWord({ pieces, literals }: TextCondition): boolean {
  return pieces.map(({ text }) => text).join() ===
    tokens(fold(literals[0]!.text)).map(({ text }) => text).join();
}
