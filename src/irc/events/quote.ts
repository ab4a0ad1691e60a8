/** What Twitch repeats, in the tags of an answer, of the message that it answers. */
import type { ChatEvent } from "../../chat/events.ts";
import { readTag } from "../syntax/tags.ts";

/** Whom an answer names. */
interface Answered {
  /** Twitch's id. */
  twitchId?: number;
  /** The login. */
  login?: string;
}

const QUOTE = /^reply-(?:parent|thread-parent)-(?:msg-body|display-name|user-login)=/;

/** The event, if it is an answer to somebody whom `hides` names, without their names and what they wrote; otherwise itself. */
export function withoutQuoteOf<E extends Pick<ChatEvent, "tags">>(
  event: E,
  hides: (answered: Answered) => boolean,
): E {
  const { tags } = event;
  // Most lines are no answers.
  if (!tags.some((tag) => tag.startsWith("reply-"))) return event;
  const isHidden = ["reply-parent", "reply-thread-parent"].some((name) => {
    const login = readTag(tags, `${name}-user-login`);
    const id = Number(readTag(tags, `${name}-user-id`));
    return (login !== undefined || id > 0) && hides({ twitchId: id > 0 ? id : undefined, login });
  });
  return isHidden ? { ...event, tags: tags.filter((tag) => !QUOTE.test(tag)) } : event;
}
