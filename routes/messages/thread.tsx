/** The thread of a reply: the message that began it, and all replies. */
import type { Handler } from "hono";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { answeredMessage } from "../../src/irc/events/privmsg.ts";
import { THREAD_REACH_MS } from "../../src/search/compile.ts";
import { Failure } from "../../src/web/failure.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { pathId } from "../../src/web/params.ts";
import { Icon } from "../../components/icons.tsx";
import { Rows } from "../../components/message/row.tsx";
import { counted } from "../../components/numbers.ts";
import { continueSearch } from "../search/query/continue.ts";
import { inTurn } from "../shared/in_turn.ts";
import type { Env, Site } from "../site.tsx";

const MOST = 200;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const id = pathId(c);
    const event = await site.archive.event(id);
    if (!event) throw new Failure("missing", `There is no message with the id ${id}.`);
    const uuid = firstOf(event);
    const at = receivedAt(id);
    const found = uuid === undefined ? [event] : await inTurn(site, c, async () => {
      const page = await continueSearch(site, {
        channelId: event.channelId,
        search: { is: "thread", uuid },
        from: Math.max(0, at - THREAD_REACH_MS),
        to: at + THREAD_REACH_MS,
        limit: MOST,
      });
      return page.events.toReversed();
    });
    const thread = <Thread events={found} focusId={id} />;
    if (wantsFragment(c)) {
      return c.html(
        <aside id="card" class="card thread" aria-label="Thread">
          <div class="card-head">
            <h2 tabindex={-1}>Thread</h2>
            <button class="card-close" type="button" aria-label="Close">
              <Icon name="close" />
            </button>
          </div>
          {thread}
        </aside>,
      );
    }
    return await site.page(
      c,
      { title: `A thread in ${event.channel}`, section: "search", channelId: event.channelId },
      <div class="page">
        <h1>
          A thread in <a href={`/channels/${event.channelId}`}>{event.channel}</a>
        </h1>
        {thread}
      </div>,
    );
  };
}

/** Twitch's id of the message that began the thread. */
function firstOf(event: StoredEvent): string | undefined {
  const answered = answeredMessage(event);
  return (answered?.threadUuid ?? answered?.uuid ?? event.uuid)?.toLowerCase();
}

function Thread({ events, focusId }: { events: readonly StoredEvent[]; focusId: number }) {
  return (
    <>
      <p class="note">
        {events.length < 2 ? "Nobody has replied to this message." : counted(events.length, "message")}
      </p>
      <ol class="rows boxed">
        <Rows events={events} focusId={focusId} />
      </ol>
    </>
  );
}
