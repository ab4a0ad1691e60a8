/** The author of a message, with badges. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { messageDetails } from "../../src/irc/events/privmsg.ts";
import { Badges } from "./badges.tsx";
import { Name } from "./author.tsx";

export function AuthorLine({ event }: { event: StoredEvent }) {
  const { author } = event;
  if (!author) return null;
  const { bits, isFirst, isFromSharedChat, isRedemption } = messageDetails(event);
  return (
    <>
      {isFromSharedChat && (
        <span class="badge b-shared" title="Written in another channel of a shared chat">Shared</span>
      )}
      <Badges author={author} />
      {isFirst && <span class="badge glyph b-first" title="Their first message in this channel">First</span>}
      {bits && <span class="badge b-bits" title={`Cheered ${bits} bits with this message`}>{bits} bits</span>}
      {isRedemption && <span class="badge b-other" title="Redeemed a reward with this message">Reward</span>}
      <Name userId={event.userId} {...author} />
    </>
  );
}
