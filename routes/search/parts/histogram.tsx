/** How many messages match a search, and when. */
import type { Handler } from "hono";
import { z } from "zod";
import { gapSpans } from "../../../components/channel/gap.tsx";
import { RANGE_FROM, RANGE_TO, Strip } from "../../../components/strip.tsx";
import { Moment } from "../../../components/time.tsx";
import { Week } from "../../../components/week.tsx";
import { count, counted } from "../../../components/numbers.ts";
import type { IndexUpgrade } from "../../../src/archive/reader.ts";
import type { CountQuery, Histogram } from "../../../src/archive/timeline.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { printMoment } from "../../../src/search/language/moment.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import type { Node, Search } from "../../../src/search/language/tree.ts";
import { id, optional, readQuery } from "../../../src/web/params.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { packCounts, sumOf, unpackCounts } from "./count_so_far.ts";
import { addressOf, operator } from "../query/fields.ts";
import { part } from "./part.tsx";
import type { Env, Site } from "../../site.tsx";

/** An estimate with a larger bound, in percent, is shown as its bounds alone. */
const MAX_SHOWN_SHARE = 50;
/** The maximum number of bars in the strip. */
const MAX_BARS = 160;

const Query = z.object({
  /** Whether every match is to be counted, however long that takes. */
  exact: optional(z.literal("1", "expected 1")),
  /** The position at which counting stopped, the counts so far, and the end of the span. */
  before_id: optional(id),
  so_far: optional(z.string().max(6_000).regex(/^[0-9a-z.~]*$/, "the counts of an earlier step")),
  upto: optional(id),
});

export function show(site: Site): Handler<Env> {
  return part(site, "How many", async (c, { search, query }) => {
    const { exact, before_id, so_far, upto = site.now() } = readQuery(c, Query);
    // Messages that arrive during the count would move the bars.
    const counted = exact ? { ...query, to: Math.min(query.to ?? Infinity, upto) } : query;
    const [histogram, upgrade, gaps = []] = await inTurn(
      site,
      c,
      () =>
        site.archive.batch(
          ["histogram", counted, MAX_BARS, exact && { before: so_far ? before_id : undefined }],
          ["indexUpgrade"],
          ...gapsOf(query, site.now()),
        ),
    );
    const isOlder = upgrade && (query.from ?? 0) < upgrade.from;
    return (
      <HowMany
        search={search}
        query={query}
        histogram={histogram && so_far ? sumOf(histogram, unpackCounts(so_far)) : histogram}
        countedTo={upto}
        gaps={gapSpans(gaps, site.now())}
        upgrade={isOlder ? upgrade : undefined}
      />
    );
  });
}

/** Asks for the gaps of the channel of a search. Those of several channels would cover each other. */
function gapsOf({ channelId, from = 0, to = Infinity }: CountQuery, now: number) {
  return channelId === undefined ? [] : [["gaps", channelId, from, Math.min(to, now)] as const];
}

/** The placeholder of a part that loads by itself. Without script, a link to it. */
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
  /** The end of the span of an exact count. */
  countedTo: number;
  /** The gaps, in a search of one channel. */
  gaps: ReturnType<typeof gapSpans>;
  /** Set if messages of the span are not upgraded yet. */
  upgrade: IndexUpgrade | undefined;
}

function HowMany({ search, query, histogram, countedTo, gaps, upgrade }: HowManyProps) {
  const note = upgrade && <UpgradeNote {...upgrade} />;
  if (!histogram) {
    return (
      <div id="how-many">
        <p class="total dim">
          Too many to count at once. <CountAll search={search} />
        </p>
        {note}
      </div>
    );
  }
  const { messages, from, widthMs, counts, hours, stoppedAt } = histogram;
  const next = stoppedAt === undefined ? undefined : histogramAddress(search, {
    exact: "1",
    before_id: String(stoppedAt),
    so_far: packCounts(histogram),
    upto: String(countedTo),
  });
  return (
    <div id="how-many" {...next && { "hx-get": next, "hx-trigger": "load", "hx-swap": "outerHTML" }}>
      <Total histogram={histogram} search={search} next={next} />
      {messages > 0 && (
        <>
          <Strip
            from={from}
            widthMs={widthMs}
            counts={counts}
            gaps={gaps}
            address={(from, to) =>
              addressOf(
                within(
                  search,
                  printMoment(Math.max(from, query.from ?? 0)),
                  printMoment(Math.min(to, query.to ?? to)),
                ),
              )}
            range={addressOf(within(search, RANGE_FROM, RANGE_TO))}
          />
          <details class="by-week">
            <summary>By hour of the week</summary>
            <Week hours={hours} now={countedTo} />
          </details>
        </>
      )}
      {note}
    </div>
  );
}

function Total({ histogram, search, next }: { histogram: Histogram; search: Search; next?: string }) {
  const { messages, estimate, stoppedAt } = histogram;
  if (stoppedAt !== undefined) {
    return (
      <p class="total" role="status">
        <strong>{counted(messages, "message")}</strong> so far, back to <Moment at={receivedAt(stoppedAt)} />.
        {" "}
        <a href={next}>Count on</a>
      </p>
    );
  }
  if (!estimate) {
    return (
      <p class="total">
        <strong>{counted(messages, "message")}</strong>
      </p>
    );
  }
  const { low, high, checked } = estimate;
  const share = Math.ceil(Math.max(high - messages, messages - low) / messages * 100);
  return (
    <p class="total">
      {share <= MAX_SHOWN_SHARE
        ? (
          <>
            <strong>About {counted(rounded(messages), "message")}</strong> ± {share} %
          </>
        )
        : <strong>Between {count(low)} and {counted(rounded(high), "message")}</strong>}, from a sample of
      {" "}
      {count(checked)}. <CountAll search={search} />
    </p>
  );
}

function CountAll({ search }: { search: Search }) {
  const address = histogramAddress(search, { exact: "1" });
  return <a href={address} hx-get={address} hx-target="#how-many" hx-swap="outerHTML">Count exactly</a>;
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

/** Two digits are as exact as a sample. */
function rounded(n: number): number {
  return Number(n.toPrecision(2));
}

function histogramAddress(search: Search, more: Record<string, string> = {}): string {
  return `/search/messages/histogram?${new URLSearchParams({ q: printSearch(search), ...more })}`;
}

/** The same search within a span of time. @param from the value of `after:` @param to of `before:` */
function within(search: Search, from: string, to: string): Search {
  const isTime = (part: Node) => part.kind === "operator" && ["before", "after", "on"].includes(part.name);
  return [
    ...search.filter((part) => !isTime(part)),
    operator("after", from),
    operator("before", to),
  ];
}
