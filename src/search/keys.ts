/** Finds the searches that an event may match, without testing each: most name a word or a user. */
import type { Condition } from "./condition.ts";
import { isAscii, tokens } from "./text/tokens.ts";

/** A word of the folded text, or the id of the user. */
export type Key = string | number;

/** Each event that matches the condition has at least one of these keys; undefined = it may have none. */
export function keysOf(condition: Condition): readonly Key[] | undefined {
  switch (condition.is) {
    case "all":
      return rarest(condition.of.map(keysOf));
    case "any": {
      const keys = condition.of.map(keysOf);
      return keys.every((of) => of !== undefined) ? keys.flat() : undefined;
    }
    case "user":
      return condition.ids;
    case "text": {
      const whole = condition.open ? condition.pieces.slice(0, -1) : condition.pieces;
      return rarest(whole.map(({ kind, text }) => kind === "word" ? [text] : undefined));
    }
    default:
      return undefined;
  }
}

/** The keys that the fewest events have, as far as one can guess: users, then long words. */
export function rarest(keys: readonly (readonly Key[] | undefined)[]): readonly Key[] | undefined {
  const rarity = (keys: readonly Key[]) =>
    Math.min(...keys.map((key) => typeof key === "number" ? Infinity : key.length));
  return keys.filter((of) => of !== undefined).toSorted((a, b) => rarity(b) - rarity(a))[0];
}

/** The words of a folded text. */
export function wordsOf(folded: string): string[] {
  if (isAscii(folded)) return folded.match(/[0-9a-z_]+/g) ?? [];
  return tokens(folded).filter(({ kind }) => kind === "word").map(({ text }) => text);
}
