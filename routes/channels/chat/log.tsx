/** The log of a channel: rows that scroll, and on the newest page follow the stream. */
import type { Gap } from "../../../src/chat/coverage.ts";
import { Icon } from "../../../components/icons.tsx";
import { channelAddress } from "./filters.ts";
import { Older, type OlderProps } from "./older.tsx";

export interface LogProps extends OlderProps {
  gaps: readonly Gap[];
  /** Whether it ends with the newest message. */
  isNewest: boolean;
}

export function Log({ channel, shown, events, gaps, more, stoppedAt, isNewest }: LogProps) {
  return (
    <>
      <div
        class="scroller"
        id="scroller"
        role="log"
        aria-live="off"
        aria-label={`Messages in ${channel.login}`}
        tabindex={0}
      >
        <ol
          id="rows"
          class="rows"
          data-live={isNewest ? channelAddress(channel, { q: shown.q }) : undefined}
          data-gaps={shown.fields ? undefined : ""}
        >
          <Older channel={channel} shown={shown} events={events} more={more} stoppedAt={stoppedAt} />
          {shown.followed.rows(events, gaps)}
        </ol>
        {events.length === 0 && !more && (
          <p class="empty" id="empty">
            {shown.fields ? "Nothing here passes this filter yet." : "No messages since recording began."}
          </p>
        )}
      </div>
      {isNewest && (
        <button id="jump" class="jump" type="button" hidden>
          <Icon name="down" /> <span id="jump-words">Newest</span>
        </button>
      )}
    </>
  );
}
