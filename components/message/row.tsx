/** One row of a timeline, for every kind of event. */
import type { Author, StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import {
  moderationText,
  noticeColor,
  removalBy,
  removalWords,
  stateWords,
  wordlessWords,
} from "../words/sentences.ts";
import { messageDetails } from "../../src/irc/events/privmsg.ts";
import type { Gap } from "../../src/chat/coverage.ts";
import { AuthorLine } from "./author_line.tsx";
import { GapRows } from "../channel/gap.tsx";
import { MessageText } from "./message_text.tsx";
import { MarkWords } from "./mark.tsx";
import { Name } from "./author.tsx";
import { Notice } from "./notice.tsx";
import { Reply } from "./reply.tsx";
import { removedWords } from "./removed.tsx";
import { Clock, isoDay, longDay } from "../time.tsx";
import { currentView } from "../view.ts";

export interface MessageProps {
  event: StoredEvent;
  /** UTF-16 ranges of search hits in `searchableText(event)`, ascending and disjoint. */
  highlights?: readonly (readonly [number, number])[];
  /** Whether to show the channel, in lists of several channels. */
  showChannel?: boolean;
  /** Its copies in other channels of a shared chat, which have no rows of their own. */
  copies?: readonly StoredEvent[];
  /** Whether the page is about this message. */
  focus?: boolean;
  /** Whether the text of removed messages is shown without a request. */
  opensRemoved?: boolean;
  /** How the person looked in a message of theirs, for events that have only their login. */
  looks?: Author;
}

/**
 * `static/live/` uses `data-id`, `data-uuid`, `data-user` and `data-removes…` to drop duplicate rows and to mark messages
 * that a live event removed; the stylesheet shows `data-removed`. htmx does not process rows.
 */
export function Message(props: MessageProps) {
  const { event, showChannel, copies = [], focus } = props;
  const at = receivedAt(event.id);
  const by = removalBy(event);
  const mark = currentView().mark?.(event);
  return (
    <li
      id={`m${event.id}`}
      class={classes(event, focus)}
      data-id={event.id}
      data-uuid={by ? undefined : event.uuid}
      data-user={by ? undefined : event.userId}
      data-mark={mark?.color}
      data-removes={by && removalWords(by)}
      data-removes-uuid={event.kind === "deletion" ? event.uuid : undefined}
      data-removes-user={by && event.kind !== "deletion" ? event.userId : undefined}
      aria-current={focus ? "true" : undefined}
      hx-ignore
    >
      <a
        class={event.source === undefined ? "at" : "at from-elsewhere"}
        href={`/messages/${event.id}#m${event.id}`}
        title={event.source && `Not recorded live: filled from ${event.source}`}
      >
        <Clock at={at} seconds />
      </a>
      <div class="body" data-removed={event.removed && removedWords(event)}>
        {mark && <MarkWords rule={mark} />}
        {showChannel && <a class="in" href={`/channels/${event.channelId}`}>#{event.channel}</a>}
        {copies.map(({ id, channel }) => (
          <a
            class="in"
            href={`/messages/${id}#m${id}`}
            title="The same message in another channel of the shared chat"
          >
            + #{channel}
          </a>
        ))}
        <Content {...props} />
      </div>
    </li>
  );
}

export interface RowsProps {
  /** By ascending id; by descending id if there are no gaps. */
  events: readonly StoredEvent[];
  /** By time. Each is shown before the first row received after its start. */
  gaps?: readonly Gap[];
  focusId?: number;
  /** The ranges of search hits of an event. */
  highlights?: (event: StoredEvent) => MessageProps["highlights"];
  /** Copies without rows, by the id of the message that has one. */
  copies?: ReadonlyMap<number, readonly StoredEvent[]>;
  showChannel?: boolean;
  opensRemoved?: boolean;
  /** The channel to whose calendar the days lead. */
  daysOf?: number;
}

/** Rows with a separator before each day, and gaps between them. */
export function Rows(props: RowsProps) {
  const { events, gaps = [], focusId, highlights, copies, showChannel, opensRemoved, daysOf } = props;
  let day = "";
  let shown = 0;
  const looks = looksIn(events);
  const gapsBefore = (at: number) => {
    const first = shown;
    while (shown < gaps.length && gaps[shown]!.from < at) shown++;
    return shown > first && <GapRows gaps={gaps.slice(first, shown)} day={day} />;
  };
  return (
    <>
      {events.map((event) => {
        const at = receivedAt(event.id);
        const isNewDay = isoDay(at) !== day;
        day = isoDay(at);
        return (
          <>
            {gapsBefore(at)}
            {isNewDay && <DaySeparator at={at} channelId={daysOf} />}
            <Message
              event={event}
              focus={event.id === focusId}
              highlights={highlights?.(event)}
              showChannel={showChannel}
              copies={copies?.get(event.id)}
              opensRemoved={opensRemoved}
              looks={looks.get(event.userId!)}
            />
          </>
        );
      })}
      {gapsBefore(Infinity)}
    </>
  );
}

/** How the people of messages looked, by user. */
function looksIn(events: readonly StoredEvent[]): ReadonlyMap<number, Author> {
  return new Map(
    events.flatMap(({ userId, author }) => userId === undefined || !author?.color ? [] : [[userId, author]]),
  );
}

/** `static/live/list/days.js` makes those of live rows, in the reader's zone. */
function DaySeparator({ at, channelId }: { at: number; channelId?: number }) {
  const day = isoDay(at);
  return (
    <li class="day" data-day={day}>
      {channelId === undefined
        ? <span>{longDay(at)}</span>
        : <a href={`/channels/${channelId}/days?day=${day}`} title="Choose another day">{longDay(at)}</a>}
    </li>
  );
}

function Content({ event, highlights, opensRemoved, looks }: MessageProps) {
  const text = { event, highlights, opensRemoved };
  switch (event.kind) {
    case "message":
    case "action":
      return (
        <>
          <Reply event={event} />
          <AuthorLine event={event} />
          {event.kind === "message" && <span class="colon">:</span>} <MessageText {...text} />
        </>
      );
    case "notice":
      return <Notice {...text} />;
    case "timeout":
    case "ban":
      return (
        <>
          <TargetName event={event} looks={looks} /> {moderationText(event)}
        </>
      );
    case "deletion":
      return (
        <>
          <TargetName event={event} looks={looks} /> {moderationText(event)} <MessageText {...text} />
        </>
      );
    case "clear":
      return <>The chat was cleared</>;
    case "server":
      if (event.text === "") return <>{wordlessWords(event)}</>;
      return <MessageText {...text} />;
    case "state":
      return <>{stateWords(event)}</>;
    case "raw":
      return <code>{event.text}</code>;
    default:
      return event.kind satisfies never;
  }
}

/** `static/live/list/moderation.js` gives it the looks of the messages in the page. */
function TargetName({ event, looks }: Pick<MessageProps, "event" | "looks">) {
  const { author, userId } = event;
  if (!author) return <>Somebody</>;
  const shown = looks?.login === author.login ? looks : author;
  return <Name userId={userId} login={author.login} displayName={shown.displayName} color={shown.color} />;
}

function classes(event: StoredEvent, focus = false): string {
  const { kind } = event;
  const names = ["row", kind === "message" ? "" : kind];
  if (kind === "notice") {
    names.push(`is-${noticeColor(event)}`);
  }
  if (kind === "message" || kind === "action") {
    const { isHighlighted, isFirst } = messageDetails(event);
    if (isHighlighted) names.push("highlighted");
    if (isFirst) names.push("is-first");
  }
  if (focus) names.push("focus");
  return names.filter((name) => name !== "").join(" ");
}
