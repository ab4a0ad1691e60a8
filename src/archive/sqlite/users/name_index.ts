/** `names_index` finds user names by prefix or substring. It has one row for each row of `user_names`. */
import { fold } from "../../../search/text/tokens.ts";

/** The prefix of terms that match only the beginning of a name. */
const EDGE = "\uE001";

/** The index terms of a login and its folded display name, separated by spaces. */
export function termsOfName(login: string, name: string): string {
  const terms = new Set<string>();
  for (const spelling of new Set([login, name])) {
    const characters = [...plain(spelling)];
    for (let n = 1; n <= 2 && n <= characters.length; n++) terms.add(EDGE + characters.slice(0, n).join(""));
    for (let i = 0; i + 3 <= characters.length; i++) terms.add(characters.slice(i, i + 3).join(""));
  }
  return [...terms].join(" ");
}

/** The MATCH expression that finds candidates: three or more characters anywhere in a name, fewer at its beginning. */
export function nameExpression(folded: string): string {
  const characters = [...plain(folded)];
  const terms = characters.length < 3
    ? [EDGE + characters.join("")]
    : characters.slice(2).map((_, i) => characters.slice(i, i + 3).join(""));
  return [...new Set(terms)].map((term) => `"${term}"`).join(" AND ");
}

/** The form in which names are compared: without case, accents and spaces. */
export function foldName(name: string): string {
  return fold(name).replace(/\s+/g, "");
}

/** Replaces characters at which the tokenizer would split by `_`, at which it does not. */
function plain(folded: string): string {
  return folded.replace(/[^\p{L}\p{N}\p{M}\p{So}_]/gu, "_");
}
