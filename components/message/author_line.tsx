/** The author of a message, with badges. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { readTag } from "../../src/chat/tags.ts";
import { Badges } from "./badges.tsx";
import { Name } from "./author.tsx";

export function AuthorLine({ event }: { event: StoredEvent }) {
  const { author, tags } = event;
  if (!author) return null;
  const bits = readTag(tags, "bits");
  const source = readTag(tags, "source-room-id");
  return (
    <>
      {source && event.roomId !== undefined && source !== String(event.roomId) && (
        <span class="badge b-shared" title="Written in another channel of a shared chat">Shared</span>
      )}
      <Badges author={author} />
      {readTag(tags, "first-msg") === "1" && (
        <span class="badge b-first" title="Their first message in this channel">First</span>
      )}
      {bits && <span class="badge b-bits" title={`Cheered ${bits} bits with this message`}>{bits} bits</span>}
      {readTag(tags, "custom-reward-id") && (
        <span class="badge b-other" title="Redeemed a reward with this message">Reward</span>
      )}
      <Name userId={event.userId} {...author} />
    </>
  );
}
