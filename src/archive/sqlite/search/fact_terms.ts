/**
 * The index terms of facts beside words: what `is:`, `has:`, `mentions:`, `to:`, `emote:` and `badge:` find, and emoticons.
 * Like the tokens of channels and users, they begin with U+E000.
 */
import type { Author, ChatEvent } from "../../../chat/events.ts";
import type { Condition, TextCondition } from "../../../search/condition.ts";
import { AUTHOR_FACTS, EVENT_FACTS, EventFacts, traitsOf } from "../../../search/facts.ts";
import { HAS, type IsValue } from "../../../search/language/values.ts";
import { emoticonsIn, isSignedEmoticon } from "../../../search/text/literal.ts";
import { searchableText } from "../../../search/text/tokens.ts";

/** The letters of terms. `c` and `u` are those of channels and users. */
type Letter = "b" | "e" | "h" | "i" | "m" | "r" | "s";

/**
 * Values of `is:` without a term. Later events and fills decide some of them. Changes of modes are rare, and the kind
 * of the row decides them nearly as fast.
 */
const WITHOUT_TERM: ReadonlySet<IsValue> = new Set<IsValue>(["deleted", "filled", "mode"]);
/** Terms of values of `is:`, and how to decide them. */
const AUTHOR_TERMS = Object.entries(AUTHOR_FACTS).map(([value, test]) => ({ text: term("i", value), test }));
const EVENT_TERMS = Object.entries(EVENT_FACTS).filter(([value]) => !WITHOUT_TERM.has(value as IsValue))
  .map(([value, test]) => ({ text: term("i", value), test }));
/** Badges without a term of their own, because a fact narrows them. */
const BADGES_OF_FACTS: Record<string, IsValue> = {
  subscriber: "subscriber",
  founder: "subscriber",
  moderator: "mod",
  vip: "vip",
  broadcaster: "broadcaster",
};
/** Up to a fifth of all messages have this badge, so a term would narrow little: it is verified on rows. */
const COMMON_BADGE = "premium";

/** The terms of a condition: each match has at least one of them. */
export interface FactTerms {
  terms: string[];
  /** Whether everything with one of the terms is a match. */
  isExact: boolean;
}

/** @returns undefined if the index has no terms for the condition */
export function factTermsOf(condition: Condition): FactTerms | undefined {
  switch (condition.is) {
    case "fact":
      return WITHOUT_TERM.has(condition.fact) ? undefined : exactly([term("i", condition.fact)]);
    case "has":
      return exactly([term("h", condition.what)]);
    case "mention":
      return exactly(condition.logins.map((login) => term("m", login)));
    case "reply":
      return exactly(condition.logins.map((login) => term("r", login)));
    case "emote":
      return exactly([term("e", condition.name)]);
    case "badge": {
      const set = condition.set.toLowerCase();
      if (set === COMMON_BADGE) return undefined;
      const fact = Object.hasOwn(BADGES_OF_FACTS, set) ? BADGES_OF_FACTS[set] : undefined;
      return fact === undefined
        ? { terms: [term("b", set)], isExact: condition.version === undefined }
        : { terms: [term("i", fact)], isExact: false };
    }
    case "bits":
      return { terms: [term("i", "bits")], isExact: condition.from <= 1 && condition.to === Infinity };
    default:
      return undefined;
  }
}

/** The term of the emoticon that a text condition consists of; undefined if it is something else. */
export function emoticonTermOf({ literals: [literal, ...others], open }: TextCondition): string | undefined {
  if (literal === undefined || others.length > 0 || open || !literal.exactCase) return undefined;
  return isSignedEmoticon(literal.text) ? term("s", literal.text) : undefined;
}

/** The terms that an author adds to each of their messages. */
export function authorTerms(author: Author | undefined): string[] {
  const traits = traitsOf(author);
  const facts = AUTHOR_TERMS.filter(({ test }) => test(traits)).map(({ text }) => text);
  for (const set of new Set(traits.badgeSets)) {
    if (set !== COMMON_BADGE && !Object.hasOwn(BADGES_OF_FACTS, set)) facts.push(term("b", set));
  }
  return facts;
}

/**
 * The other terms of an event.
 * @param isPlain whether its tags are known to contain nothing but its emotes, so that they need not be read
 */
export function eventTerms(event: ChatEvent, isPlain = false): string[] {
  const facts = new EventFacts(event);
  const terms: string[] = [];
  if (!isPlain) {
    for (const { text, test } of EVENT_TERMS) if (test(facts)) terms.push(text);
    if (facts.repliedLogin !== undefined) terms.push(term("r", facts.repliedLogin));
  }
  for (const what of HAS) if (facts.has(what)) terms.push(term("h", what));
  for (const login of facts.mentions) terms.push(term("m", login));
  for (const name of facts.emotes) terms.push(term("e", name.toLowerCase()));
  for (const emoticon of emoticonsIn(searchableText(event))) terms.push(term("s", emoticon));
  return terms.length > 1 ? [...new Set(terms)] : terms;
}

/**
 * The common beginning of the terms of all emotes whose names begin with a prefix. @param prefix lower case, letters,
 * digits and `_`
 */
export function emoteTerm(prefix: string): string {
  return `\uE000e${prefix}`;
}

function exactly(terms: string[]): FactTerms {
  return { terms, isExact: true };
}

/** Values with other characters than the tokenizer keeps together are written as hexadecimal digits. */
function term(letter: Letter, value: string): string {
  if (/^[a-z0-9_]+$/.test(value)) return `\uE000${letter}${value}`;
  const bytes = new TextEncoder().encode(value);
  return `\uE000${letter}\uE001${bytes.toHex()}`;
}
