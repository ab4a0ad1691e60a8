/**
 * The tag grammar of IRCv3 as Twitch uses it: `key=value;key=value` with escaped values. It is in `chat/`, not in `irc/`,
 * because the archive stores values without a column in this form.
 */

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

/** One unescaped value of a tag section; `undefined` if the key is missing, which differs from an empty value. */
export function readTag(section: string, key: string): string | undefined {
  const at = section.startsWith(key + "=") ? 0 : section.indexOf(`;${key}=`) + 1;
  if (at === 0 && !section.startsWith(key + "=")) return undefined;
  const from = at + key.length + 1;
  const to = section.indexOf(";", from);
  return unescapeTag(to < 0 ? section.slice(from) : section.slice(from, to));
}
