/** Readers of raw logs take the time of a line from between `tmi-sent-ts=` and the next `;`. */

const KEY = "tmi-sent-ts=";

/** The line with a time that is followed by another tag. @param at the time if the line has none */
export function withSentTime(line: string, at: number, roomId: number | undefined): string {
  if (line.startsWith(`@${KEY}`) && endsBefore(line, ";", " ")) return line;
  const isTagged = line.startsWith("@");
  const end = isTagged ? line.indexOf(" ") : -1;
  const tags = isTagged ? line.slice(1, end).split(";") : [];
  const own = tags.findIndex((tag) => tag.startsWith(KEY) && tag.length > KEY.length);
  if (own >= 0 && own < tags.length - 1) return line;
  const others = tags.filter((tag) => tag !== "" && !tag.startsWith(KEY));
  if (others.length === 0) others.push(`room-id=${roomId ?? ""}`);
  return `@${[own >= 0 ? tags[own] : KEY + at, ...others].join(";")} ${line.slice(end + 1)}`;
}

/** Whether `a` occurs, and before `b`. */
function endsBefore(line: string, a: string, b: string): boolean {
  const at = line.indexOf(a);
  return at >= 0 && at < line.indexOf(b);
}
