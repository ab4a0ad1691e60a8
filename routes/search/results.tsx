/** The results of a search: their number, facets, the rows, and links to further pages. */
import type { TimelinePage } from "../../src/archive/timeline.ts";
import { Rows } from "../../components/message/row.tsx";
import { count } from "../../components/numbers.ts";
import { Pager } from "../../components/pager.tsx";
import { Moment } from "../../components/time.tsx";
import { receivedAt } from "../../src/chat/ids.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { highlighter } from "../../src/search/highlight.ts";
import type { Condition } from "../../src/search/condition.ts";
import { searchableText } from "../../src/search/text/tokens.ts";
import { CoverageNote, type MissingInSpan } from "./coverage_note.tsx";
import { collapse } from "./query/copies.ts";
import { asksForRemoved } from "../../src/visibility/hidden_text.ts";
import { addressOf } from "./query/fields.ts";
import type { AroundPage } from "./query/around.ts";
import { FacetsSlot } from "./parts/facets.tsx";
import { SearchTools } from "./tools.tsx";
import { FEW, HintsSlot } from "./parts/hints.tsx";
import { HistogramSlot } from "./parts/histogram.tsx";

export interface ResultsProps {
  search: Search;
  found: TimelinePage;
  missed?: MissingInSpan;
  condition?: Condition;
  pageSize?: number;
  /** Set if the results are around a moment. */
  around?: AroundPage;
  oldestFirst: boolean;
  /** Whether the page was requested with `after_id`: if the search was stopped, newer messages were not searched. */
  goesNewer: boolean;
  isNewest: boolean;
  isOldest: boolean;
  showChannel: boolean;
  /** Whether copies in other channels of a shared chat are shown with their message. */
  collapsesCopies: boolean;
}

export function Results(props: ResultsProps) {
  const {
    search,
    found,
    missed,
    condition,
    pageSize,
    around,
    oldestFirst,
    goesNewer,
    isNewest,
    isOldest,
    showChannel,
    collapsesCopies,
  } = props;
  const { stoppedAt } = found;
  const { events: kept, copies } = collapsesCopies
    ? collapse(found.events)
    : { events: found.events, copies: undefined };
  const events = oldestFirst ? kept.toReversed() : kept;
  const [newest, oldest] = [found.events[0]?.id, found.events.at(-1)?.id];
  const order = oldestFirst ? "oldest" : undefined;
  const isFirst = around === undefined && (oldestFirst ? isOldest : isNewest);
  const highlights = condition && highlighter(condition);
  const address = (place: Record<string, number>) =>
    addressOf(search, { order, page_size: pageSize, copies: collapsesCopies ? "one" : undefined, ...place });
  const linkTo = (name: "after_id" | "before_id", id: number | undefined) =>
    id === undefined ? undefined : address({ [name]: id });
  return (
    <div id="found">
      {isFirst && <HistogramSlot search={search} />}
      {missed && <CoverageNote {...missed} />}
      {isFirst && events.length > 0 && <FacetsSlot search={search} />}
      <SearchTools search={search} oldestFirst={oldestFirst} />
      {collapsesCopies
        ? (
          <p class="dim">
            Copies of shared chat are shown with their message.{" "}
            <a href={addressOf(search, { order })}>Show each</a>
          </p>
        )
        : showChannel && collapse(events).copies.size > 0 && (
          <p class="dim">
            Some are copies of one message in a shared chat.{" "}
            <a href={addressOf(search, { order, copies: "one" })}>Show each message once</a>
          </p>
        )}
      {around && <AroundNote around={around} />}
      {events.length === 0
        ? stoppedAt === undefined && (
          <p class="empty">
            {isFirst || around
              ? around?.isCut ? "No messages found yet." : "No messages match."
              : <a href={address({})}>No more messages match: to the first page</a>}
          </p>
        )
        : (
          <ol class="rows boxed">
            <Rows
              events={events}
              highlights={highlights && ((event) => highlights(searchableText(event)))}
              showChannel={showChannel}
              opensRemoved={asksForRemoved(condition)}
              copies={copies}
            />
          </ol>
        )}
      {(isFirst || around?.isCut === false) && events.length < FEW && stoppedAt === undefined && (
        <HintsSlot search={search} />
      )}
      {stoppedAt !== undefined && (
        <p class="stopped">
          Searched {goesNewer ? "up" : "back"} to <Moment at={receivedAt(stoppedAt)} /> so far:{" "}
          <a href={address({ [goesNewer ? "after_id" : "before_id"]: stoppedAt })}>continue from there</a>
        </p>
      )}
      <Pager
        label="Pages of results"
        oldestFirst={oldestFirst}
        newer={around
          ? linkTo("after_id", around.newer)
          : isNewest || (stoppedAt !== undefined && goesNewer) || newest === undefined
          ? undefined
          : address({ after_id: newest })}
        older={around
          ? linkTo("before_id", around.older)
          : isOldest || (stoppedAt !== undefined && !goesNewer) || oldest === undefined
          ? undefined
          : address({ before_id: oldest })}
      />
    </div>
  );
}

function AroundNote({ around: { page, at, isCut, older, newer } }: { around: AroundPage }) {
  const before = page.events.filter(({ id }) => receivedAt(id) < at).length;
  return (
    <p class="dim">
      Around <Moment at={at} seconds />: {count(before)} before it, {count(page.events.length - before)}{" "}
      after it
      {isCut && (
        <>
          , searched{older !== undefined && (
            <>
              {" "}back to <Moment at={receivedAt(older)} />
            </>
          )}
          {older !== undefined && newer !== undefined && " and"}
          {newer !== undefined && (
            <>
              {" "}up to <Moment at={receivedAt(newer)} />
            </>
          )} so far
        </>
      )}
    </p>
  );
}
