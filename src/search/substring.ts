/** Finds a text anywhere, also within words, which the search language does not. */
import { allOf, type Condition, type TextCondition } from "./condition.ts";
import { fold, isTokenCharacter, tokens } from "./text/tokens.ts";

/** A condition that holds for events whose text has this one somewhere, in any case. @param text not empty */
export function substringCondition(text: string): Condition {
  const source = text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return allOf([{ is: "regex", source, ignoreCase: true }, ...wholeWords(text)]);
}

/** The words within the text, which are whole words wherever it is found: by them the index narrows the candidates. */
function wholeWords(text: string): TextCondition[] {
  const folded = fold(text);
  const characters = [...folded];
  // The first and the last word may be parts of longer ones.
  const isCut = (character = "") => isTokenCharacter(character);
  const all = tokens(folded);
  const from = isCut(characters[0]) ? 1 : 0;
  const whole = all.slice(from, isCut(characters.at(-1)) ? -1 : undefined);
  return whole.map((token) => ({ is: "text", pieces: [token], open: false, literals: [] }));
}
