/** Badges as pictures and small chips of words. Unknown ones are named on the card of the person. */
import type { Author } from "../../src/chat/events.ts";
import { badgesOf } from "../words/badges.ts";

export function Badges({ author }: { author: Pick<Author, "badges" | "badgeInfo"> }) {
  return (
    <>
      {badgesOf(author).filter(({ isKnown }) => isKnown).map(({ set, short, title }) => (
        <span class={`badge b-${CHIP.has(set) ? set : "other"}`} title={title}>{short}</span>
      ))}
    </>
  );
}

/** Badges with their own colour. */
const CHIP = new Set([
  "broadcaster",
  "moderator",
  "lead_moderator",
  "vip",
  "subscriber",
  "founder",
  "staff",
  "admin",
  "partner",
  "premium",
  "bits",
]);
