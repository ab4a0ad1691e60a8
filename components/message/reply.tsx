/** The message that a reply answers. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { answeredMessage } from "../../src/irc/events/privmsg.ts";

/** Maximum characters shown of the answered text, and words used to search for it. */
const SHOWN = 120;
const WORDS = 8;
/** Maximum length that is read: Twitch's messages have at most 500 characters. */
const LONGEST = 500;

/**
 * The line above a reply. If the answered message is on the page, `static/live/list/row.js` scrolls to it by its
 * `data-uuid`; otherwise the link searches for its text, because the archive has no index of Twitch's ids.
 */
export function Reply({ event }: { event: StoredEvent }) {
  const answered = answeredMessage(event);
  if (answered?.uuid === undefined) return null;
  const { uuid, login, displayName } = answered;
  const text = answered.text.slice(0, LONGEST);
  const words = text.replaceAll(/["*]/g, " ").trim().split(/\s+/).slice(0, WORDS).join(" ");
  const search = new URLSearchParams({
    ...words && { q: `"${words}"` },
    ...login && { user: login },
    channel: event.channel,
  });
  return (
    <a class="reply" href={`/search/messages?${search}`} data-answers={uuid}>
      replying to @{displayName}
      {text !== "" && `: ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`}
    </a>
  );
}
