/** Real lines of chat, made to be said now and in other channels. */
import { fileLines } from "../../../src/demo/line_file.ts";

/** The first lines of a file that are PRIVMSGs, at most `most`. */
export async function privmsgs(path: string, most: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const stretch of fileLines(path)) {
    for (const { line } of stretch) if (line.includes(" PRIVMSG #")) lines.push(line);
    if (lines.length >= most) return lines.slice(0, most);
  }
  return lines;
}

/** The line as somebody would say it in `channel` at this moment, under an id of its own. */
export function saidNow(line: string, channel: string, roomId: number, suffix = ""): string {
  return line
    .replace(/;id=[^;]*/, `;id=${crypto.randomUUID()}`)
    .replace(/;room-id=[^;]*/, `;room-id=${roomId}`)
    .replace(/;tmi-sent-ts=[^;]*/, `;tmi-sent-ts=${Date.now()}`)
    .replace(/ PRIVMSG #\S+/, ` PRIVMSG #${channel}`) + suffix;
}
