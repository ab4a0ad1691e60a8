/** Names of tokens and saved searches, which people choose. */

/** Enough for 60 letters that are typed as several characters each. */
const MAX_TYPED = 500;

/** A name of 1 to 60 letters, digits, spaces, `-`, `_` and `.`, trimmed; undefined if the text is none. */
export function parseName(text: string): string | undefined {
  // Normalizing takes a time that grows with the square of the length.
  if (text.length > MAX_TYPED) return undefined;
  const name = text.trim().normalize("NFC");
  return /^[\p{L}\p{N}_-][\p{L}\p{N}\p{M} _.-]{0,59}$/u.test(name) ? name : undefined;
}

/** The rule of {@link parseName}, as a sentence for people. */
export const NAME_RULE = "A name has 1 to 60 letters, digits, spaces, dots, hyphens and underscores.";
