/** A notice (USERNOTICE): Twitch's sentence and the user's text. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { type SentencePiece, sentencePieces } from "../words/notice_names.ts";
import { plainParts } from "../../src/parts/message_parts.ts";
import { lacksSubject, noticeWord } from "../words/sentences.ts";
import { noticeDetails } from "../../src/irc/events/usernotice.ts";
import { searchableText } from "../../src/search/text/tokens.ts";
import { AuthorLine } from "./author_line.tsx";
import { MessageText, type MessageTextProps } from "./message_text.tsx";
import { Name, userAddress } from "./author.tsx";
import { Parts } from "./parts.tsx";

/** With ranges of `searchableText(event)`. */
export type NoticeProps = MessageTextProps;

/** The sentence, then the text. An announcement has no sentence. */
export function Notice({ event, highlights = [], opensRemoved }: NoticeProps) {
  const sentence = noticeDetails(event).sentence;
  const added = event.text !== "" && (
    <>
      <AuthorLine event={event} />
      <span class="colon">:</span>{" "}
      <MessageText event={event} highlights={highlights} opensRemoved={opensRemoved} />
    </>
  );
  return (
    <>
      <span class="kind">{noticeWord(event)}</span>{" "}
      {(lacksSubject(event) || (sentence === "" && !added)) && (
        <>
          <NoticeAuthor event={event} />
          {" "}
        </>
      )}
      <span class="sentence">
        <Sentence event={event} length={sentence.length} highlights={highlights} />
      </span>
      {added && (sentence === "" ? added : <div class="with">{added}</div>)}
    </>
  );
}

interface SentenceProps extends Required<Omit<NoticeProps, "opensRemoved">> {
  /** The ranges within the sentence, which follows the text in `searchableText`. */
  length: number;
}

/** The sentence with linked names and highlighted search words. */
function Sentence({ event, length, highlights }: SentenceProps) {
  let from = searchableText(event).length - length;
  return (
    <>
      {sentencePieces(event).map((piece) => {
        const at = from;
        from += piece.text.length;
        const here = highlights.map(([start, end]) => [Math.max(start - at, 0), end - at] as const)
          .filter(([start, end]) => end > 0 && start < piece.text.length);
        const parts = <Parts parts={plainParts(piece.text, here)} />;
        const href = addressOf(piece, event);
        return href === undefined ? parts : <a class="named" href={href}>{parts}</a>;
      })}
    </>
  );
}

function addressOf({ names }: SentencePiece, event: StoredEvent): string | undefined {
  if (names === undefined) return undefined;
  if (names === "channel") return `/channels/${event.channelId}`;
  if (names !== "author") return userAddress(names.login);
  return event.userId === undefined ? userAddress(event.author!.login) : `/users/${event.userId}`;
}

/** The user to whom the notice refers; only the name if the line has no login. */
function NoticeAuthor({ event }: { event: StoredEvent }) {
  if (event.author) return <Name userId={event.userId} {...event.author} />;
  const { displayName } = noticeDetails(event);
  return displayName ? <Name login={displayName} /> : <>Somebody</>;
}
