/** Lines as recent-messages services return them: Twitch's, with tags of the service. */
import { type StoredEvent, WRITTEN } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import { timeoutSeconds } from "../irc/events/clearchat.ts";
import { SERVER_PREFIX } from "../irc/syntax/marks.ts";
import { isLogged, lineOf } from "./formats.ts";
import { lengthWords } from "./length_words.ts";

/** What to leave out, and what to write in another way. */
export interface RecentOptions {
  /** Leaves out timeouts, bans, deletions, and that the chat was cleared. */
  hidesModeration: boolean;
  /** Leaves out the messages that were removed. */
  hidesModerated: boolean;
  /** Writes CLEARCHAT as a NOTICE with a sentence, for clients that do not show CLEARCHAT. */
  clearchatToNotice: boolean;
}

/** The lines of events, oldest first, without their ends. @param events oldest first */
export function recentLines(events: readonly StoredEvent[], options: RecentOptions): string[] {
  const clearedAt = events.findLast(({ kind }) => kind === "clear")?.id ?? -1;
  return events.flatMap((event) => {
    const isRemoved = event.removed !== undefined || WRITTEN.has(event.kind) && event.id < clearedAt;
    if (isRemoved && options.hidesModerated || isModeration(event) && options.hidesModeration) return [];
    const { line } = lineOf(event);
    if (!isLogged(line)) return [];
    const notice = options.clearchatToNotice ? noticeOf(event) : undefined;
    const received = `rm-received-ts=${receivedAt(event.id)}`;
    return [withTags(notice ?? line, ["historical=1", received, ...isRemoved ? ["rm-deleted=1"] : []])];
  });
}

function isModeration({ kind }: StoredEvent): boolean {
  return isClearchat(kind) || kind === "deletion";
}

function isClearchat(kind: StoredEvent["kind"]): kind is "timeout" | "ban" | "clear" {
  return kind === "timeout" || kind === "ban" || kind === "clear";
}

/** A CLEARCHAT as the services word it; undefined for other events. */
function noticeOf(event: StoredEvent): string | undefined {
  if (!isClearchat(event.kind)) return undefined;
  const [id, text] = wordsOf(event.kind, event);
  return `@msg-id=${id} :${SERVER_PREFIX} NOTICE #${event.channel} :${text}`;
}

function wordsOf(kind: "timeout" | "ban" | "clear", event: StoredEvent): [id: string, text: string] {
  switch (kind) {
    case "clear":
      return ["rm-clearchat", "Chat has been cleared by a moderator."];
    case "ban":
      return ["rm-permaban", `${event.author?.login} has been permanently banned.`];
    case "timeout":
      return [
        "rm-timeout",
        `${event.author?.login} has been timed out for ${lengthWords(timeoutSeconds(event) ?? 0)}.`,
      ];
  }
}

function withTags(line: string, tags: readonly string[]): string {
  const added = tags.join(";");
  if (!line.startsWith("@")) return `@${added} ${line}`;
  const end = line.indexOf(" ");
  return `${line.slice(0, end)};${added}${line.slice(end)}`;
}
