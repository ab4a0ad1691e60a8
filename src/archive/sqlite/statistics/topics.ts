/** Finds the emotes of some messages, and the words that they have much more often than the whole archive. */
import type { TopicEmote, TopicWord } from "../../statistics.ts";
import type { StoredEvent } from "../../../chat/events.ts";
import { emoteNames, messageParts } from "../../../parts/message_parts.ts";
import { fold, tokens } from "../../../search/text/tokens.ts";

/** Maximum number of the newest matches that are read. */
export const TEXT_SAMPLE = 2_000;
/** The most frequent words of these messages, of which the archive's frequency is read: a few pages of the index each. */
const CANDIDATES = 150;
/** A word is remarkable if it is in this many messages, and this many times more often than usual. */
const MIN_MESSAGES = 3;
const MIN_TIMES = 2;
const TOP = 20;
/** Emotes, each of which is counted in all matches. */
const TOP_EMOTES = 12;
const MIN_LETTERS = 3;
/** `doesn't` would be the words `doesn` and `t`. */
const CONTRACTION = /['’]\p{L}/u;

/**
 * @param total the number of messages in the archive
 * @param frequencies approximately how many messages of the archive have each of the words
 */
export function remarkableWords(
  events: readonly StoredEvent[],
  total: number,
  frequencies: (words: readonly string[]) => number[],
): TopicWord[] {
  const found = new Map<string, number>();
  for (const event of events) {
    for (const word of wordsOf(event)) found.set(word, (found.get(word) ?? 0) + 1);
  }
  const candidates = [...found].filter(([, messages]) => messages >= MIN_MESSAGES)
    .sort((a, b) => b[1] - a[1]).slice(0, CANDIDATES);
  const usual = frequencies(candidates.map(([word]) => word));
  return candidates
    .map(([word, messages], i) => {
      // The archive has at least these messages with the word: the index's numbers are approximate.
      const share = Math.max(usual[i]!, messages) / Math.max(total, events.length);
      return { word, messages, times: messages / events.length / share };
    })
    .filter(({ times }) => times >= MIN_TIMES)
    // A word that is twice as frequent as usual in many messages says as much as one that is much more so in few.
    .sort((a, b) => b.messages * Math.log(b.times) - a.messages * Math.log(a.times))
    .slice(0, TOP);
}

/** The most frequent emotes of some messages. */
export function frequentEmotes(events: readonly StoredEvent[]): TopicEmote[] {
  const found = new Map<string, number>();
  for (const event of events) {
    for (const name of new Set(emoteNames(event))) found.set(name, (found.get(name) ?? 0) + 1);
  }
  return [...found].map(([name, messages]) => ({ name, messages })).sort(byMessages).slice(0, TOP_EMOTES);
}

/** Sorts by the number of messages, largest first. */
export function byMessages(a: TopicEmote, b: TopicEmote): number {
  return b.messages - a.messages;
}

/** The words that people wrote: no emotes, names or addresses, which have lists of their own. */
function wordsOf(event: StoredEvent): Set<string> {
  const words = new Set<string>();
  if (event.kind !== "message" && event.kind !== "action") return words;
  for (const part of messageParts(event)) {
    if (part.kind !== "text") continue;
    const whole = part.text.split(/\s/).filter((word) => !CONTRACTION.test(word)).join(" ");
    for (const { kind, text } of tokens(fold(whole))) {
      if (kind === "word" && text.length >= MIN_LETTERS && /\p{L}/u.test(text)) words.add(text);
    }
  }
  return words;
}
