import { EMOTES } from "./cast.ts";

/** The ranges of emotes, in code points as Twitch counts: `25:0-4,6-10/86:12-21`. */
export function emoteRanges(text: string): string {
  const found = new Map<string, string[]>();
  let at = 0;
  for (const word of text.split(" ")) {
    const length = [...word].length;
    const id = EMOTES[word];
    if (id !== undefined) {
      const ranges = found.get(id) ?? [];
      ranges.push(`${at}-${at + length - 1}`);
      found.set(id, ranges);
    }
    at += length + 1;
  }
  return [...found].map(([id, ranges]) => `${id}:${ranges.join(",")}`).join("/");
}
