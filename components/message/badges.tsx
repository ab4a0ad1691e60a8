/** Badges as pictures of our own. Unknown ones are named on the card of the person. */
import type { Author } from "../../src/chat/events.ts";
import { badgesOf } from "../words/badges.ts";

/** The words stay in the markup, for readers of screens and for copied text. */
export function Badges({ author }: { author: Pick<Author, "badges" | "badgeInfo"> }) {
  return (
    <>
      {badgesOf(author).filter(({ isKnown }) => isKnown).map(({ set, short, title }) => (
        <span class={`badge glyph b-${set}`} title={title}>{short}</span>
      ))}
    </>
  );
}
