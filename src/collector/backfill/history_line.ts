/** Parses lines of a recent-messages service: Twitch's lines with additional tags of the service. */
import type { FilledEvent } from "../../archive/coverage.ts";
import { serverMessageId } from "../../irc/events/notice.ts";
import { readLine } from "../../irc/read.ts";

/** A time of receipt is ignored if it differs from Twitch's time by more than this. */
const CLOCK_MS = 30_000;

export interface HistoryLine extends FilledEvent {
  /** The line as Twitch sent it. */
  line: string;
}

/**
 * Parses one line without the tags that the service added. Undefined if the line is of another channel, has no time, or
 * is a notice of the service itself.
 */
export function readHistoryLine(text: string, login: string): HistoryLine | undefined {
  const { line, added } = splitTags(text);
  const reading = readLine(line);
  if (reading.kind !== "chat" || reading.event.channel !== login) return undefined;
  const { event } = reading;
  if (event.kind === "server" && serverMessageId(event)?.startsWith("rm-")) return undefined;
  const received = Number(added.get("rm-received-ts") ?? NaN);
  const isBelieved = received > 0 && Math.abs(received - (event.sentAt ?? received)) <= CLOCK_MS;
  const receivedAt = isBelieved ? received : event.sentAt;
  if (receivedAt === undefined) return undefined;
  return { event, line, receivedAt, removed: added.get("rm-deleted") === "1" };
}

function splitTags(text: string): { line: string; added: Map<string, string> } {
  const added = new Map<string, string>();
  const end = text.indexOf(" ");
  if (!text.startsWith("@") || end < 0) return { line: text, added };
  const own = text.slice(1, end).split(";").filter((tag) => {
    const [key = "", value = ""] = tag.split("=", 2);
    if (key !== "historical" && !key.startsWith("rm-")) return true;
    added.set(key, value);
    return false;
  });
  const rest = text.slice(end + 1);
  return { line: own.length === 0 ? rest : `@${own.join(";")} ${rest}`, added };
}
