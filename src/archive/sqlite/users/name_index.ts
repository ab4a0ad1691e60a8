/** `names_index`: which user names begin with, or contain, what was typed. One row for each row of `user_names`. */
import { fold } from "../../../search/tokens.ts";

/** Stands before the terms that are a name's beginning. */
const EDGE = "\uE001";

/** The terms of a login and the folded display name that goes with it. */
export function termsOfName(login: string, name: string): string {
  const terms = new Set<string>();
  for (const spelling of new Set([login, name])) {
    const characters = [...plain(spelling)];
    for (let n = 1; n <= 2 && n <= characters.length; n++) terms.add(EDGE + characters.slice(0, n).join(""));
    for (let i = 0; i + 3 <= characters.length; i++) terms.add(characters.slice(i, i + 3).join(""));
  }
  return [...terms].join(" ");
}

/** Finds the rows that may answer: three and more characters anywhere, fewer at the beginning. */
export function nameExpression(folded: string): string {
  const characters = [...plain(folded)];
  const terms = characters.length < 3
    ? [EDGE + characters.join("")]
    : characters.slice(2).map((_, i) => characters.slice(i, i + 3).join(""));
  return [...new Set(terms)].map((term) => `"${term}"`).join(" AND ");
}

/** Names are compared without case, accents and spaces. */
export function foldName(name: string): string {
  return fold(name).replace(/\s+/g, "");
}

/** What the tokenizer would split at becomes `_`, which it does not. */
function plain(folded: string): string {
  return folded.replace(/[^\p{L}\p{N}\p{M}\p{So}_]/gu, "_");
}
