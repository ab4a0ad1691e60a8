/** The texts of log messages, as rustlog words them. */
import type { IrcLine } from "../irc/syntax/parse.ts";

/** The text of a line, without the wrapper of `/me`. @param tagsOf returns the unescaped values of its tags */
export function textOf({ command, params }: IrcLine, tagsOf: () => ReadonlyMap<string, string>): string {
  const text = withoutAction(params[1] ?? "");
  switch (command) {
    case "CLEARCHAT":
      return clearedText(params[1], tagsOf().get("ban-duration"));
    case "USERNOTICE":
      return [tagsOf().get("system-msg") ?? "", text].filter((part) => part !== "").join(" ");
    default:
      return text;
  }
}

function clearedText(login: string | undefined, seconds: string | undefined): string {
  if (!login) return "Chat has been cleared";
  return seconds ? `${login} has been timed out for ${seconds} seconds` : `${login} has been banned`;
}

const ACTION = "\x01ACTION ";

function withoutAction(text: string): string {
  if (!text.startsWith(ACTION)) return text;
  return text.slice(ACTION.length, text.endsWith("\x01") ? -1 : undefined);
}
