/** A notice (USERNOTICE): Twitch's sentence, and what the person added. */
import type { StoredEvent } from "../src/chat/events.ts";
import { plainParts } from "../src/chat/parts.ts";
import { lacksSubject, noticeWord } from "../src/chat/sentences.ts";
import { readTag } from "../src/chat/tags.ts";
import { searchableText } from "../src/chat/terms.ts";
import { AuthorLine } from "./author_line.tsx";
import { MessageText } from "./message_text.tsx";
import { Name } from "./name.tsx";
import { Parts } from "./parts.tsx";

export interface NoticeProps {
  event: StoredEvent;
  /** UTF-16 ranges of `searchableText(event)`, ascending and apart. */
  highlights?: readonly (readonly [number, number])[];
}

/** The sentence first; an announcement has none. */
export function Notice({ event, highlights = [] }: NoticeProps) {
  const sentence = readTag(event.tags, "system-msg") ?? "";
  const added = event.text !== "" && (
    <>
      <AuthorLine event={event} />
      <span class="colon">:</span> <MessageText event={event} highlights={highlights} />
    </>
  );
  return (
    <>
      <span class="kind">{noticeWord(event.tags)}</span>{" "}
      {(lacksSubject(event) || (sentence === "" && !added)) && (
        <>
          <NoticeAuthor event={event} />
          {" "}
        </>
      )}
      <span class="told">
        <Parts parts={sentenceParts(event, sentence, highlights)} />
      </span>
      {added && (sentence === "" ? added : <div class="with">{added}</div>)}
    </>
  );
}

/** The sentence with what was searched for in it: it stands behind the text in what is searched. */
function sentenceParts(
  event: StoredEvent,
  sentence: string,
  highlights: NonNullable<NoticeProps["highlights"]>,
) {
  const offset = searchableText(event).length - sentence.length;
  const inSentence = highlights.flatMap(([from, to]): [number, number][] =>
    to > offset ? [[Math.max(from - offset, 0), to - offset]] : []
  );
  return plainParts(sentence, inSentence);
}

/** Whoever the notice is about; the name alone where the line has no login. */
function NoticeAuthor({ event: { author, userId, tags } }: { event: StoredEvent }) {
  if (author) return <Name userId={userId} {...author} />;
  const displayName = readTag(tags, "display-name");
  return displayName ? <Name login={displayName} /> : <>Somebody</>;
}
