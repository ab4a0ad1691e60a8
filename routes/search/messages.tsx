/** The search for messages: words, with filters; newest first. */
import type { Handler } from "hono";
import { raw } from "hono/html";
import { z } from "zod";
import type { TimelinePage, TimelineQuery } from "../../src/archive/timeline.ts";
import { Field } from "../../components/form/field.tsx";
import { Rows } from "../../components/message/row.tsx";
import { Pager } from "../../components/pager.tsx";
import { SearchChips } from "../../components/form/search_chips.tsx";
import { SearchProblem } from "../../components/form/search_problem.tsx";
import { SearchHelp } from "../../components/form/search_help.tsx";
import { SearchTabs } from "../../components/form/search_tabs.tsx";
import { Moment } from "../../components/time.tsx";
import { receivedAt } from "../../src/chat/ids.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { highlighter } from "../../src/search/evaluate.ts";
import type { Condition } from "../../src/search/condition.ts";
import { searchableText } from "../../src/search/text/tokens.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { optional, pageSize, readQuery } from "../../src/web/params.ts";
import { fragment } from "../shared/fragment.tsx";
import { inTurn } from "../shared/in_turn.ts";
import { PagedPlaceFields, placeOf } from "../shared/place.ts";
import { CoverageNote, findMissing, type MissingInSpan } from "./coverage_note.tsx";
import { addressOf, type Fields, readFields, type Typed } from "./fields.ts";
import { FacetsSlot } from "./facets.tsx";
import { SearchTools } from "./tools.tsx";
import { FEW, HintsSlot } from "./hints.tsx";
import { HistogramSlot } from "./histogram.tsx";
import { continueSearch } from "./continue.ts";
import type { Env, Site } from "../site.tsx";

const Query = z.object({
  ...PagedPlaceFields,
  page_size: optional(pageSize),
  order: optional(z.enum(["newest", "oldest"])),
});

const PAGE_SIZE = 50;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const place = readQuery(c, Query);
    const fields = await readFields(site, c, c.req.query());
    const { search, query } = fields;
    const limit = place.page_size ?? PAGE_SIZE;
    const oldestFirst = place.order === "oldest";
    const after_id = place.after_id ?? (oldestFirst && place.before_id === undefined ? 0 : undefined);
    const asked = query && { ...query, place: placeOf({ ...place, after_id }, limit), limit };
    const find = async (asked: TimelineQuery) => {
      const found = await continueSearch(site, asked);
      const missed = await findMissing(site, c, asked, found);
      const results = (
        <Results
          search={search}
          found={found}
          missed={missed}
          condition={asked.search}
          pageSize={place.page_size}
          oldestFirst={oldestFirst}
          goesNewer={after_id !== undefined}
          isNewest={place.before_id === undefined && (place.page ?? 1) === 1 &&
            (after_id === undefined || !found.more)}
          isOldest={after_id === undefined && !found.more || after_id === 0}
          showChannel={asked.channelId === undefined}
        />
      );
      return raw(await results.toString());
    };
    const results = asked && (asked.search ? await inTurn(site, c, () => find(asked)) : await find(asked));
    const title = titleOf(fields);
    if (wantsFragment(c)) {
      const { before_id, after_id, page, page_size, order } = place;
      const address = query && addressOf(search, { order, page_size, page, before_id, after_id });
      const view = <View fields={fields}>{results}</View>;
      return fragment(c, { title, header: "HX-Push-Url", address }, view);
    }
    return await site.page(
      c,
      { title, section: "search" },
      <div class="page">
        <View fields={fields} startsFocused>{results}</View>
      </div>,
    );
  };
}

function titleOf({ search, query, typed }: Fields): string {
  const text = query ? printSearch(search) : typed.q;
  return text === "" ? "Search" : `Search: ${text}`;
}

interface ViewProps {
  fields: Fields;
  /** Only on a whole page: in a fragment it would move the focus. */
  startsFocused?: boolean;
  children?: unknown;
}

/** The form and its results; htmx replaces both and keeps the focused field. */
function View({ fields, startsFocused, children }: ViewProps) {
  const { search, problems, query } = fields;
  // The whole search is in the text now, also what the fields said.
  const typed = query ? { ...EMPTY, q: printSearch(search) } : fields.typed;
  const { channel, user, from, to } = fields.typed;
  const narrowed = Boolean(channel || user || from || to);
  const wrong = Boolean(problems.channel || problems.user || problems.from || problems.to);
  const field = (name: Exclude<keyof Typed, "q">) => ({ name, value: typed[name], problem: problems[name] });
  const date = (name: "from" | "to") => ({
    ...field(name),
    type: "date" as const,
    value: problems[name] ? "" : typed[name],
  });
  return (
    <div id="search">
      <h1>Search</h1>
      <SearchTabs current="messages" q={typed.q} />
      <form
        class="search-form messages"
        action="/search/messages"
        role="search"
        aria-label="Messages, with filters"
        hx-get="/search/messages"
        hx-trigger="submit"
        hx-target="#search"
        hx-swap="outerMorph"
        hx-sync="this:replace"
        hx-push-url="true"
      >
        <Field
          name="q"
          value={typed.q}
          problem={problems.q && <SearchProblem text={typed.q} problems={problems.q} />}
          label="Words"
          type="search"
          placeholder='words, "a phrase", from:login, in:channel, after:7d'
          class="q"
          completions="/search/complete"
          autofocus={startsFocused && !children}
          startsFocused={startsFocused}
        />
        <details class="filters" open={narrowed || wrong}>
          <summary>Filters</summary>
          <div class="filter-fields">
            <Field {...field("channel")} label="Channel" placeholder="any" />
            <Field {...field("user")} label="User" placeholder="anybody" />
            <Field {...date("from")} label="From (UTC)" />
            <Field {...date("to")} label="To, inclusive" />
          </div>
        </details>
        <button class="button primary" type="submit">Search</button>
      </form>
      {query && search.length > 1 && <SearchChips parts={chipsOf(search)} />}
      {children ?? (!wrong && !problems.q && <SearchHelp />)}
    </div>
  );
}

const EMPTY: Typed = { q: "", channel: "", user: "", from: "", to: "" };

function chipsOf(search: Search) {
  return search.map((part) => ({
    text: printSearch([part]),
    without: addressOf(search.filter((other) => other !== part)),
  }));
}

interface ResultsProps {
  search: Search;
  found: TimelinePage;
  missed?: MissingInSpan;
  condition?: Condition;
  pageSize?: number;
  oldestFirst: boolean;
  /** Whether the page was requested with `after_id`: if the search was stopped, newer messages were not searched. */
  goesNewer: boolean;
  isNewest: boolean;
  isOldest: boolean;
  showChannel: boolean;
}

function Results(props: ResultsProps) {
  const {
    search,
    found,
    missed,
    condition,
    pageSize,
    oldestFirst,
    goesNewer,
    isNewest,
    isOldest,
    showChannel,
  } = props;
  const { stoppedAt } = found;
  const events = oldestFirst ? found.events.toReversed() : found.events;
  const [newest, oldest] = [found.events[0]?.id, found.events.at(-1)?.id];
  const order = oldestFirst ? "oldest" : undefined;
  const isFirst = oldestFirst ? isOldest : isNewest;
  const highlights = condition && highlighter(condition);
  const address = (place: Record<string, number>) =>
    addressOf(search, { order, page_size: pageSize, ...place });
  return (
    <div id="found">
      {isFirst && <HistogramSlot search={search} />}
      {missed && <CoverageNote {...missed} />}
      {isFirst && events.length > 0 && <FacetsSlot search={search} />}
      <SearchTools search={search} oldestFirst={oldestFirst} />
      {events.length === 0
        ? stoppedAt === undefined && (
          <p class="empty">
            {isFirst
              ? "No messages match."
              : <a href={address({})}>No more messages match: to the first page</a>}
          </p>
        )
        : (
          <ol class="rows boxed">
            <Rows
              events={events}
              highlights={highlights && ((event) => highlights(searchableText(event)))}
              showChannel={showChannel}
            />
          </ol>
        )}
      {isFirst && events.length < FEW && stoppedAt === undefined && <HintsSlot search={search} />}
      {stoppedAt !== undefined && (
        <p class="stopped">
          Searched {goesNewer ? "up" : "back"} to <Moment at={receivedAt(stoppedAt)} /> so far:{" "}
          <a href={address({ [goesNewer ? "after_id" : "before_id"]: stoppedAt })}>continue from there</a>
        </p>
      )}
      <Pager
        label="Pages of results"
        oldestFirst={oldestFirst}
        newer={isNewest || (stoppedAt !== undefined && goesNewer) || newest === undefined
          ? undefined
          : address({ after_id: newest })}
        older={isOldest || (stoppedAt !== undefined && !goesNewer) || oldest === undefined
          ? undefined
          : address({ before_id: oldest })}
      />
    </div>
  );
}
