/**
 * The tag grammar of IRCv3 as Twitch uses it: `key=value;key=value` with escaped values. An event keeps the tags that have
 * no field as a list of `key=value`, values escaped.
 */
import type { Tags } from "../../chat/events.ts";

const ESCAPES: Record<string, string> = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };

/** Unescapes `\:` `\s` `\\` `\r` `\n` in a value. Any other escape, and a final `\`, loses its backslash. */
export function unescapeTag(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\([\s\S]?)/g, (_, c: string) => ESCAPES[c] ?? c);
}

/** The inverse of {@link unescapeTag}. */
export function escapeTag(value: string): string {
  if (!/[;\s\\]/.test(value)) return value;
  return value.replace(/[; \\\r\n]/g, (c) => {
    switch (c) {
      case ";":
        return "\\:";
      case " ":
        return "\\s";
      case "\\":
        return "\\\\";
      case "\r":
        return "\\r";
      default:
        return "\\n";
    }
  });
}

/** Parses a tag section (without its `@`) into unescaped values. A repeated key keeps its last value. */
export function parseTags(section: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const pair of section.split(";")) {
    if (pair === "") continue;
    const eq = pair.indexOf("=");
    if (eq < 0) tags.set(pair, "");
    else tags.set(pair.slice(0, eq), unescapeTag(pair.slice(eq + 1)));
  }
  return tags;
}

/** The tags of a section without empty pairs. */
export function splitTags(section: string): string[] {
  return section === "" ? [] : section.split(";");
}

/** The unescaped value of a tag; `undefined` if the key is missing, which differs from an empty value. */
export function readTag(tags: Tags, key: string): string | undefined {
  for (const tag of tags) {
    if (tag.startsWith(key) && tag.charCodeAt(key.length) === 61) {
      return unescapeTag(tag.slice(key.length + 1));
    }
  }
  return undefined;
}

/** The value of a number's tag in a line that is not parsed, such as `tmi-sent-ts`; `undefined` if it has none above 0. */
export function numberInLine(line: string, key: string): number | undefined {
  if (!line.startsWith("@")) return undefined;
  const end = line.indexOf(" ");
  const at = line.startsWith(`@${key}=`) ? 1 : line.indexOf(`;${key}=`) + 1;
  if (at === 0 || at > end) return undefined;
  const from = at + key.length + 1;
  const to = line.indexOf(";", from);
  const number = Number(line.slice(from, to < 0 || to > end ? end : to));
  return number > 0 ? number : undefined;
}
