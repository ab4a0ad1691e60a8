/** Finds the emotes of other services in a text. */
import { type DatedEmote, EMOTE_SERVICES, type PlacedEmote, type SetEmote } from "../chat/set_emotes.ts";

/** The emote that a word was in a channel at a time. */
export type FindEmote = (word: string, at: number) => SetEmote | undefined;

/** A message has 500 characters. */
const MAX_WORD = 100;

/** By the name, in the order of precedence. */
type Names = ReadonlyMap<string, readonly DatedEmote[]>;

/**
 * Finds emotes by their names. A channel's own sets precede the global ones, and of both, services in the order of
 * `EMOTE_SERVICES`: so do chat clients that show all of them.
 */
export function emoteFinder(own: readonly DatedEmote[], global: readonly DatedEmote[]): FindEmote {
  const sets = [own, global].map(namesOf);
  return (word, at) => {
    for (const names of sets) {
      const found = names.get(word)?.find(({ from, until = Infinity }) => from <= at && at < until);
      if (found) return found;
    }
    return undefined;
  };
}

/** @param emotes newest first */
function namesOf(emotes: readonly DatedEmote[]): Names {
  const names = Map.groupBy(emotes, ({ name }) => name);
  const rank = ({ service }: DatedEmote) => EMOTE_SERVICES.indexOf(service);
  for (const same of names.values()) if (same.length > 1) same.sort((a, b) => rank(a) - rank(b));
  return names;
}

/** The words of a text that are emotes, ascending. A word is what white space separates. The time is linear in the text. */
export function placedEmotes(text: string, at: number, find: FindEmote): PlacedEmote[] {
  const placed: PlacedEmote[] = [];
  for (let from = 0; from < text.length;) {
    let to = from;
    while (to < text.length && !isSpace(text.charCodeAt(to))) to++;
    const emote = to > from && to - from <= MAX_WORD ? find(text.slice(from, to), at) : undefined;
    if (emote) placed.push({ from, to, emote });
    from = to + 1;
  }
  return placed;
}

/** Chat clients separate words by spaces; Twitch turns other white space into them. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0xa0 || code >= 9 && code <= 13 || code === 0x3000;
}
