/** How many messages match a search, and when. */
import type { Handler } from "hono";
import { Strip } from "../../components/strip.tsx";
import { Moment } from "../../components/time.tsx";
import { counted } from "../../components/numbers.ts";
import type { IndexUpgrade } from "../../src/archive/reader.ts";
import type { CountQuery, Histogram } from "../../src/archive/timeline.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Node, Search } from "../../src/search/language/tree.ts";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { inTurn } from "../shared/in_turn.ts";
import { addressOf, readFields } from "./fields.ts";
import type { Env, Site } from "../site.tsx";

/** The maximum number of bars in the strip. */
const MAX_BARS = 160;

/** A part of the page of results, which loads by itself; a page of its own without script. */
export function show(site: Site): Handler<Env> {
  return async (c) => {
    const { search, query } = await readFields(site, c, c.req.query());
    if (!query) return c.redirect(`/search/messages${new URL(c.req.url).search}`);
    const [histogram, upgrade] = await inTurn(
      site,
      c,
      () => site.archive.batch(["histogram", query, MAX_BARS], ["indexUpgrade"]),
    );
    const isOlder = upgrade && (query.from ?? 0) < upgrade.from;
    const found = (
      <HowMany search={search} query={query} histogram={histogram} upgrade={isOlder ? upgrade : undefined} />
    );
    if (wantsFragment(c)) return c.html(found);
    return await site.page(
      c,
      { title: `How many: ${printSearch(search)}`, section: "search" },
      <div class="page">
        <h1>How many</h1>
        <p>
          <a href={addressOf(search)}>
            Messages with <code>{printSearch(search)}</code>
          </a>
        </p>
        {found}
      </div>,
    );
  };
}

/** Where the part of a page loads. Without script, a link to it. */
export function HistogramSlot({ search }: { search: Search }) {
  const address = histogramAddress(search);
  return (
    <div id="how-many" class="waiting" hx-get={address} hx-trigger="load" hx-swap="outerHTML">
      <a href={address}>How many, and when</a>
    </div>
  );
}

interface HowManyProps {
  search: Search;
  query: CountQuery;
  histogram: Histogram | undefined;
  /** Set if messages of the span are not upgraded yet. */
  upgrade: IndexUpgrade | undefined;
}

function HowMany({ search, query, histogram, upgrade }: HowManyProps) {
  if (!histogram) {
    return (
      <div id="how-many" class="dim">
        <p>
          Not counted: this search has parts that are checked message by message, or too many matches to count
          quickly.
        </p>
        {upgrade && <UpgradeNote {...upgrade} />}
      </div>
    );
  }
  const { messages, from, widthMs, counts } = histogram;
  return (
    <div id="how-many">
      <p class="total">
        <strong>{counted(messages, "message")}</strong>
      </p>
      {messages > 0 && (
        <Strip
          from={from}
          widthMs={widthMs}
          counts={counts}
          address={(from, to) =>
            addressOf(within(search, Math.max(from, query.from ?? 0), Math.min(to, query.to ?? to)))}
        />
      )}
      {upgrade && <UpgradeNote {...upgrade} />}
    </div>
  );
}

function UpgradeNote({ from, share }: IndexUpgrade) {
  return (
    <p class="dim">
      The index is being upgraded ({Math.floor(share * 100)} % done). Messages before <Moment at={from} />
      {" "}
      are checked one by one if a search has <code>is:</code>, <code>has:</code> or another fact.
    </p>
  );
}

function histogramAddress(search: Search): string {
  return `/search/messages/histogram?${new URLSearchParams({ q: printSearch(search) })}`;
}

/** The same search within a span of time. */
function within(search: Search, from: number, to: number): Search {
  const isTime = (part: Node) => part.kind === "operator" && ["before", "after", "on"].includes(part.name);
  return [
    ...search.filter((part) => !isTime(part)),
    { kind: "operator", name: "after", value: momentOf(from) },
    { kind: "operator", name: "before", value: momentOf(to) },
  ];
}

function momentOf(at: number): string {
  const iso = new Date(at).toISOString();
  if (at % DAY_MS === 0) return iso.slice(0, 10);
  return at % MINUTE_MS === 0 ? iso.slice(0, 16) : iso.slice(0, 23);
}
