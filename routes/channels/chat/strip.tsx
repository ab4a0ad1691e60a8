/**
 * The strip of a channel's page: messages by time, removed messages, subs, raids and gaps; and the number of messages
 * of each filter.
 */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../../src/archive/channel.ts";
import { barWidthOf, type CountQuery, type Histogram } from "../../../src/archive/timeline.ts";
import type { BatchCall } from "../../../src/archive/reader_batch.ts";
import type { Gap } from "../../../src/chat/coverage.ts";
import { DAY_MS, HOUR_MS } from "../../../src/clock.ts";
import { allOf, type Condition, isOneOf } from "../../../src/search/condition.ts";
import { optional, readQuery, text } from "../../../src/web/params.ts";
import { gapSpans } from "../../../components/channel/gap.tsx";
import { count, counted } from "../../../components/numbers.ts";
import { type Marks, RANGE_FROM, RANGE_TO, Strip } from "../../../components/strip.tsx";
import { addressOf, operator } from "../../search/query/fields.ts";
import { findChannel } from "../../shared/find_channel.ts";
import { pathId } from "../../../src/web/params.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { wantsFragment } from "../../../src/web/htmx.ts";
import type { Env, Site } from "../../site.tsx";
import { channelAddress, filterOf, FILTERS, type Shown } from "./filters.ts";
import { printAt, readAt } from "./moment.ts";

const MAX_BARS = 160;
const SPANS = [
  ["1h", "1 h", HOUR_MS],
  ["24h", "24 h", DAY_MS],
  ["7d", "7 d", 7 * DAY_MS],
  ["30d", "30 d", 30 * DAY_MS],
  ["all", "All", Infinity],
] as const;
type SpanName = typeof SPANS[number][0];

/** The name of a span in addresses. */
export const SpanField = optional(z.enum(SPANS.map(([name]) => name) as [SpanName, ...SpanName[]]));
const Query = z.object({ span: SpanField, at: optional(text) });

interface Window {
  name: SpanName;
  from: number;
  to: number;
  /** The moment around which the page is. */
  at?: number;
}

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const shown = await filterOf(site, c, channel);
    if (shown instanceof Response) return shown;
    const asked = readQuery(c, Query);
    return await inTurn(site, c, async () => {
      const { strip } = await readStrip(site, { channel, shown, ...asked });
      if (wantsFragment(c)) return c.html(strip);
      return await site.page(
        c,
        { title: `${channel.login} by time`, section: "channels", channelId: channel.id },
        <div class="page">
          <h1>
            Messages of <a href={`/channels/${channel.id}`}>{channel.login}</a> by time
          </h1>
          {strip}
        </div>,
      );
    });
  };
}

interface StripQuery {
  channel: Channel;
  shown: Shown;
  span?: SpanName;
  /** A moment, as in addresses. */
  at?: string;
}

/** Reads the strip in one call, with the answers of further calls. */
export async function readStrip(site: Site, { channel, shown, span, at }: StripQuery, ...more: BatchCall[]) {
  const window = windowOf({ span, at }, channel, site.now());
  const query: CountQuery = {
    ...shown.followed.query,
    channelId: channel.id,
    from: window.from,
    to: window.to,
  };
  const narrowed = (condition: Condition) => ({
    ...query,
    search: query.search ? allOf([query.search, condition]) : condition,
  });
  const everything: CountQuery = { channelId: channel.id, from: window.from, to: window.to };
  const calls: BatchCall[] = [
    ["histogram", query, MAX_BARS],
    ["histogram", narrowed(isOneOf("deleted", "timeout", "ban")), MAX_BARS],
    ["histogram", narrowed(isOneOf("sub", "resub", "gift")), MAX_BARS],
    ["histogram", narrowed(isOneOf("raid")), MAX_BARS],
    ...CONDITIONS.map((search): BatchCall => ["histogram", { ...everything, search }, 1]),
  ];
  const gapsCall = ["gaps", channel.id, window.from, Math.min(window.to, site.now())] as const;
  const [gaps, ...answers] = await site.archive.batch(gapsCall, ...calls, ...more);
  const [histogram, removed, subs, raids, ...filters] = answers.splice(0, calls.length) as (
    | Histogram
    | undefined
  )[];
  const strip = (
    <Found
      channel={channel}
      q={shown.q}
      window={window}
      range={addressOf([
        ...shown.fields?.search ?? [operator("in", channel.login)],
        operator("after", RANGE_FROM),
        operator("before", RANGE_TO),
      ])}
      histogram={histogram}
      removed={removed}
      subs={subs}
      raids={raids}
      gaps={gaps}
      filters={filters}
      now={site.now()}
    />
  );
  return { strip, answers };
}

/** The filters of the page, compiled: they name nobody, so that nothing has to be looked up. */
const CONDITIONS: readonly Condition[] = [
  isOneOf("mod", "vip", "broadcaster"),
  isOneOf("first"),
  isOneOf("sub", "resub", "gift", "raid"),
  isOneOf("deleted"),
  { is: "has", what: "link" },
];

/** The span that ends now, or around `at`. A channel that was silent for long shows all of its time. */
function windowOf(asked: Pick<StripQuery, "span" | "at">, channel: Channel, now: number): Window {
  const at = asked.at === undefined ? undefined : readAt(asked.at, now);
  const last = channel.lastAt ?? now;
  const name = asked.span ?? (at === undefined && now - last > 30 * DAY_MS ? "all" : "24h");
  const ms = SPANS.find(([each]) => each === name)![2];
  if (ms === Infinity) {
    const from = channel.firstAt ?? now - DAY_MS;
    return { name, from, to: Math.max(from + 1, now - last > 30 * DAY_MS ? last + 1 : now), at };
  }
  const to = at === undefined ? now : Math.min(now, at + ms / 2);
  return { name, from: Math.max(0, to - ms), to: Math.max(1, to), at };
}

/** The placeholder that loads the strip, with its height. Without script, a link to it. */
export function StripSlot(
  { channel, q, at, span }: { channel: Channel; q: string; at?: string; span?: string },
) {
  const address = channelAddress(channel, { part: "/strip", q, at, span });
  return (
    <div id="channel-strip" class="waiting" hx-get={address} hx-trigger="load" hx-swap="outerHTML">
      <noscript>
        <a href={address}>Messages by time</a>
      </noscript>
    </div>
  );
}

interface FoundProps {
  channel: Channel;
  q: string;
  window: Window;
  /** The address of a range of bars. */
  range: string;
  histogram: Histogram | undefined;
  removed: Histogram | undefined;
  subs: Histogram | undefined;
  raids: Histogram | undefined;
  gaps: readonly Gap[];
  filters: readonly (Histogram | undefined)[];
  now: number;
}

function Found({ channel, q, window, range, gaps, filters, now, ...histograms }: FoundProps) {
  const histogram = inWindow(histograms.histogram, window);
  const countsOf = (some: Histogram | undefined) => {
    const aligned = inWindow(some, window);
    return aligned && aligned.from === histogram?.from && aligned.widthMs === histogram.widthMs
      ? aligned.counts
      : [];
  };
  const marks: Marks[] = [
    { class: "removed", words: (n) => `${count(n)} removed`, counts: countsOf(histograms.removed) },
    { class: "sub", words: (n) => counted(n, "sub"), counts: countsOf(histograms.subs), tick: 0.15 },
    { class: "raid", words: (n) => counted(n, "raid"), counts: countsOf(histograms.raids), tick: 1 },
  ];
  return (
    <div id="channel-strip">
      {histogram
        ? (
          <Strip
            {...histogram}
            gaps={gapSpans(gaps, now)}
            marks={marks}
            at={window.at}
            address={(from) => channelAddress(channel, { q, at: printAt(from), span: window.name })}
            range={range}
          >
            <nav class="strip-spans" aria-label="Span of the strip">
              {SPANS.map(([name, words]) => {
                const at = window.at === undefined ? undefined : printAt(window.at);
                const address = channelAddress(channel, { part: "/strip", q, span: name, at });
                return (
                  <a
                    href={address}
                    hx-get={address}
                    hx-target="#channel-strip"
                    hx-swap="outerHTML"
                    aria-current={name === window.name ? "true" : undefined}
                  >
                    {words}
                  </a>
                );
              })}
              <a href={`/channels/${channel.id}/stats`}>Custom</a>
            </nav>
          </Strip>
        )
        : <p class="dim">There is no index of this channel’s messages by time.</p>}
      {FILTERS.map((_, i) => (
        <template {...{ hx: "", type: "partial" }} hx-target={`#filter-${i}`} hx-swap="innerHTML">
          {amount(filters[i])}
        </template>
      ))}
    </div>
  );
}

/** The counts in bars of the whole window: an archive that begins later has narrower bars. */
function inWindow(histogram: Histogram | undefined, { from, to }: Window): Histogram | undefined {
  if (!histogram) return undefined;
  const widthMs = barWidthOf(from, to - 1, MAX_BARS);
  if (widthMs % histogram.widthMs !== 0) return histogram;
  const first = Math.floor(from / widthMs) * widthMs;
  const counts = new Array<number>(Math.floor((to - 1 - first) / widthMs) + 1).fill(0);
  for (const [i, messages] of histogram.counts.entries()) {
    const bar = Math.floor((histogram.from + i * histogram.widthMs - first) / widthMs);
    if (bar >= 0 && bar < counts.length) counts[bar]! += messages;
  }
  return { ...histogram, widthMs, from: first, counts };
}

function amount(histogram: Histogram | undefined): string {
  if (!histogram) return "";
  return `${histogram.estimate || histogram.stoppedAt !== undefined ? "~" : ""}${count(histogram.messages)}`;
}
