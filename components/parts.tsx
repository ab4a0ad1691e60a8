/** The pieces of a message as markup. */
import type { Part } from "../src/chat/parts.ts";

const EMOTES = "https://static-cdn.jtvnw.net/emoticons/v2";

export function Parts({ parts }: { parts: Part[] }) {
  return <>{parts.map((part) => part.hit ? <mark>{piece(part)}</mark> : piece(part))}</>;
}

function piece(part: Part) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "emote":
      return <Emote id={part.id} code={part.text} />;
    case "mention":
      return <a class="mention" href={`/?username=${part.login}`}>{part.text}</a>;
    case "link":
      return <a href={part.href} rel="noopener noreferrer nofollow ugc" target="_blank">{part.text}</a>;
  }
}

/** Twitch draws some emotes differently for dark grounds. */
function Emote({ id, code }: { id: string; code: string }) {
  const dark = `${EMOTES}/${id}/default/dark`;
  const light = `${EMOTES}/${id}/default/light`;
  return (
    <picture>
      <source media="(prefers-color-scheme: dark)" srcset={`${dark}/1.0, ${dark}/2.0 2x`} />
      <img
        class="emote"
        src={`${light}/1.0`}
        srcset={`${light}/2.0 2x`}
        alt={code}
        title={code}
        width="28"
        height="28"
        loading="lazy"
        decoding="async"
      />
    </picture>
  );
}
