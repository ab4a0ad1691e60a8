/**
 * `messages_index`: words of texts, and tokens of where and who, in one inverted index. The latter begin with U+E000,
 * which `indexTerms` lets no text contain.
 */
import type { ChatEvent } from "../../../chat/events.ts";
import type { IndexTerm } from "./candidates.ts";
import type { SearchQuery } from "../../../search/query.ts";
import { indexTerms, searchableText, termsOf, tokens } from "../../../search/tokens.ts";

/** More pairs than this of one run narrow the candidates no further; the text decides anyway. */
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

/** The tokens of where and who, as they stand in the index. */
export function scopesOf(scopes: Scopes): string {
  return scopeTokens(scopes).join(" ");
}

/** What is indexed of an event. A row can only be taken out of the index with exactly the terms that went in. */
export function termsOfEvent(event: Pick<ChatEvent, "kind" | "text" | "tags">, scopes: Scopes): string {
  const text = indexTerms(searchableText(event));
  const scope = scopesOf(scopes);
  return text === "" ? scope : `${scope} ${text}`;
}

/**
 * The FTS5 expression for all that is in these scopes, of which there is one at least. Bounds of ids beside it go in as
 * bigints: a number would be bound as a floating-point one, and FTS5 does not narrow its walk by such a bound but reads
 * the whole list and has the rows thrown away afterwards.
 */
export function matchExpression(scopes: Scopes): string {
  return scopeTokens(scopes).map((token) => `"${token}"`).join(" AND ");
}

export function scopeTerms(scopes: Scopes): IndexTerm[] {
  return scopeTokens(scopes).map((text) => ({ text, prefix: false }));
}

/** Each once. */
export function termsOfSearch({ words, phrases, prefixes }: SearchQuery): IndexTerm[] {
  const terms = [
    ...[...words, ...phrases].flatMap(tokens).flatMap((token) =>
      termsOf(token).slice(0, MAX_TERMS_OF_A_TOKEN)
    ),
    ...prefixes.map((text) => ({ text, prefix: true })),
  ];
  return terms.filter(({ text, prefix }, i) =>
    i === terms.findIndex((other) => other.text === text && other.prefix === prefix)
  );
}

/** Whether a candidate's text has to be looked at: the index knows neither order nor neighbours. */
export function mustVerify(search: SearchQuery): boolean {
  return search.phrases.length > 0 ||
    search.words.some((word) =>
      tokens(word).some((token) => token.kind !== "word" && termsOf(token).length > 1)
    );
}
