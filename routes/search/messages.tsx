/** The search for messages: words, with filters; newest first. */
import type { Handler } from "hono";
import { raw } from "hono/html";
import { z } from "zod";
import type { TimelineQuery } from "../../src/archive/timeline.ts";
import { Field } from "../../components/form/field.tsx";
import { SearchChips } from "../../components/form/search_chips.tsx";
import { SearchProblem, WithCode } from "../../components/form/search_problem.tsx";
import { SearchHelp } from "../../components/form/search_help.tsx";
import { SearchTabs } from "../../components/form/search_tabs.tsx";
import { QuickSearch } from "../../components/page/quick_search.tsx";
import { lookalikesOf } from "../../src/search/language/lookalikes.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { optional, pageSize, readQuery, text } from "../../src/web/params.ts";
import { fragment } from "../shared/fragment.tsx";
import { momentOf } from "../shared/moment.ts";
import { inTurn } from "../shared/in_turn.ts";
import { PagedPlaceFields, placeOf } from "../shared/place.ts";
import { findMissing } from "./coverage_note.tsx";
import { addressOf, type Fields, readFields, type Typed } from "./query/fields.ts";
import { Results } from "./results.tsx";
import { chipsOf } from "./query/chips.ts";
import { searchAround } from "./query/around.ts";
import { continueSearch } from "./query/continue.ts";
import type { Env, Site } from "../site.tsx";

const Query = z.object({
  ...PagedPlaceFields,
  page_size: optional(pageSize),
  order: optional(z.enum(["newest", "oldest"])),
  /** A moment, as after `on:`: the results around it. */
  at: optional(text),
  /** `one` shows a message of a shared chat once, with its copies in other channels. */
  copies: optional(z.enum(["one", "all"])),
});

const PAGE_SIZE = 50;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { at, copies, ...place } = readQuery(c, Query);
    const moment = at === undefined ? undefined : momentOf(at, site.now());
    const fields = await readFields(site, c, c.req.query());
    const { search, query } = fields;
    const limit = place.page_size ?? PAGE_SIZE;
    const oldestFirst = place.order === "oldest";
    const after_id = place.after_id ?? (oldestFirst && place.before_id === undefined ? 0 : undefined);
    const asked = query && { ...query, place: placeOf({ ...place, after_id }, limit), limit };
    const find = async (asked: TimelineQuery) => {
      const around = moment === undefined ? undefined : await searchAround(site, asked, moment);
      const found = around?.page ?? await continueSearch(site, asked);
      const missed = await findMissing(site, c, asked, found);
      const results = (
        <Results
          search={search}
          found={found}
          missed={missed}
          condition={asked.search}
          pageSize={place.page_size}
          around={around}
          oldestFirst={oldestFirst}
          goesNewer={after_id !== undefined}
          isNewest={place.before_id === undefined && (place.page ?? 1) === 1 &&
            (after_id === undefined || !found.more)}
          isOldest={after_id === undefined && !found.more || after_id === 0}
          showChannel={asked.channelId === undefined}
          collapsesCopies={copies === "one"}
        />
      );
      return raw(await results.toString());
    };
    const results = asked && (asked.search ? await inTurn(site, c, () => find(asked)) : await find(asked));
    const title = titleOf(fields);
    const line = query ? { search: printSearch(search), parts: chipsOf(search) } : { search: fields.typed.q };
    if (wantsFragment(c)) {
      const { before_id, after_id, page, page_size, order } = place;
      const address = query && addressOf(search, { order, page_size, page, before_id, after_id, at, copies });
      const view = (
        <>
          <View fields={fields}>{results}</View>
          <template {...{ hx: "", type: "partial" }} hx-target=".quick" hx-swap="outerHTML">
            <QuickSearch {...line} />
          </template>
        </>
      );
      return fragment(c, { title, header: "HX-Push-Url", address }, view);
    }
    return await site.page(
      c,
      { title, section: "search", ...line },
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
  // The whole search is in the text now, also the values of the fields.
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
        <noscript>
          <button class="button" type="submit" formaction="/search/complete">Complete the last word</button>
        </noscript>
      </form>
      {query && search.length > 1 && <SearchChips parts={chipsOf(search)} />}
      {query && <Lookalikes search={search} />}
      {children ?? (!wrong && !problems.q && <SearchHelp />)}
    </div>
  );
}

const EMPTY: Typed = { q: "", channel: "", user: "", from: "", to: "" };

/** Words that look like operators. */
function Lookalikes({ search }: { search: Search }) {
  const { found, meant } = lookalikesOf(search);
  if (found.length === 0) return null;
  return (
    <p class="note">
      {found.map(({ text, sentence }) => (
        <>
          <code>{text}</code> is searched for as a word. <WithCode>{sentence}</WithCode>
          {" "}
        </>
      ))}
      {meant && (
        <>
          Search for <a href={addressOf(meant)}>{printSearch(meant)}</a> instead.
        </>
      )}
    </p>
  );
}
