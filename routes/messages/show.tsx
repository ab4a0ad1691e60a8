/** A message in its context. */
import type { Handler } from "hono";
import type { StoredEvent } from "../../src/chat/events.ts";
import { Rows } from "../../components/message/row.tsx";
import { removalWords } from "../../components/words/sentences.ts";
import { Moment } from "../../components/time.tsx";
import { receivedAt } from "../../src/chat/ids.ts";
import type { Gap } from "../../src/chat/coverage.ts";
import { Failure } from "../../src/web/failure.ts";
import { pathId } from "../../src/web/params.ts";
import type { Env, Site } from "../site.tsx";

/** Messages shown on each side. */
const AROUND = 25;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const id = pathId(c);
    const event = await site.archive.event(id);
    if (!event) throw new Failure("missing", `There is no message with the id ${id}.`);
    const { channelId } = event;
    const page = await site.archive.timeline({
      channelId,
      place: { at: "around", id },
      limit: AROUND,
      gaps: true,
    });
    const oldest = page.events.at(-1) ?? event;
    return await site.page(
      c,
      {
        title: `A message in ${event.channel}`,
        section: "search",
        channelId,
        preview: {
          title: `${event.author?.displayName ?? event.author?.login ?? "A message"} in ${event.channel}`,
          // A link is shown where others see it, too.
          text: event.removed ? `Message ${removalWords(event.removed)}` : event.text.slice(0, 300),
        },
      },
      <Context
        event={event}
        gaps={page.gaps!.filter((gap) => gap.from >= receivedAt(oldest.id))}
        events={page.events.toReversed()}
        moreBefore={page.more}
        moreAfter={page.moreNewer!}
      />,
    );
  };
}

interface ContextProps {
  event: StoredEvent;
  gaps: Gap[];
  /** By ascending id, with those before and after it. */
  events: StoredEvent[];
  moreBefore: boolean;
  moreAfter: boolean;
}

function Context({ event, gaps, events, moreBefore, moreAfter }: ContextProps) {
  return (
    <div class="page">
      <h1>
        A message in <a href={`/channels/${event.channelId}`}>{event.channel}</a>
      </h1>
      <p class="dim">
        Received <Moment at={receivedAt(event.id)} />, with the messages before and after it
        {event.source && <>; not received live, but filled from {event.source}</>} ·{" "}
        <a href={`/channels/${event.channelId}?before_id=${events.at(-1)!.id + 1}`}>
          read on in the channel
        </a>
      </p>
      <ol class="rows boxed">
        {moreBefore && <Further id={events[0]!.id} words="Earlier messages" />}
        <Rows events={events} gaps={gaps} focusId={event.id} />
        {moreAfter && <Further id={events.at(-1)!.id} words="Later messages" />}
      </ol>
    </div>
  );
}

/** Links to the same page around the first or the last message shown. */
function Further({ id, words }: { id: number; words: string }) {
  return (
    <li class="edge">
      <a href={`/messages/${id}#m${id}`}>{words}</a>
    </li>
  );
}
