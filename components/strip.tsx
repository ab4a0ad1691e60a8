/** A strip of bars: how many messages there were, by time. Each bar is a link. */
import type { Child } from "hono/jsx";
import { DAY_MS } from "../src/clock.ts";
import { count, counted } from "./numbers.ts";
import { clockWords, dayWords, momentWords, utcDayWords } from "./time.tsx";
import { zoneWords } from "./view.ts";

/** Counts of some of the messages, bar by bar. */
export interface Marks {
  class: string;
  /** Their number in words, for the title of a bar: `3 removed`. */
  words: (messages: number) => string;
  counts: readonly number[];
  /** If a bar with any is marked by a line from the top, instead of by their share of the bar: the line's share of the height. */
  tick?: number;
}

export interface StripProps {
  /** The beginning of the first bar, epoch milliseconds. */
  from: number;
  widthMs: number;
  /** Messages in each bar. */
  counts: readonly number[];
  marks?: readonly Marks[];
  /** Spans that were not recorded, epoch milliseconds. */
  gaps?: readonly { from: number; to: number; title: string }[];
  /** The moment around which the page is. */
  at?: number;
  /** The address of the messages of one bar. */
  address: (from: number, to: number) => string;
  /** The address of the messages of a range of bars, from {@link RANGE_FROM} to {@link RANGE_TO}. */
  range?: string;
  /** Stands beside the table. */
  children?: Child;
}

/** `static/page/strip.js` puts the moments of a range here, as `after:` and `before:` take them. */
export const RANGE_FROM = "_FROM_";
export const RANGE_TO = "_TO_";

const HEIGHT = 56;
const STEP = 4;

export function Strip({ from, widthMs, counts, marks = [], at: moment, address, ...props }: StripProps) {
  const end = from + counts.length * widthMs;
  const gaps = (props.gaps ?? []).filter((gap) => gap.to > from && gap.from < end);
  const most = Math.max(1, ...counts);
  const bars = counts
    .map((messages, n) => ({ messages, n, at: from + n * widthMs }))
    .filter(({ messages }) => messages > 0);
  const name = (at: number) => periodName(at, widthMs);
  const isOneDay = end - from <= DAY_MS + widthMs && widthMs < DAY_MS;
  const isOneDate = dayWords(from) === dayWords(end - 1);
  const edge = (at: number) => isOneDay && (isOneDate || at > from) ? clockWords(at) : name(at);
  return (
    <figure class="strip">
      <svg
        viewBox={`0 0 ${counts.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        height={HEIGHT}
        role="group"
        data-from={from}
        data-bar={widthMs}
        data-bars={counts.length}
        data-range={props.range}
        aria-label={`Messages by time, at most ${count(most)} in ${periodLength(widthMs)}`}
      >
        <Gaps gaps={gaps} from={from} widthMs={widthMs} bars={counts.length} />
        {bars.map(({ messages, n, at }) => {
          const height = Math.max(2, messages / most * HEIGHT);
          const here = marks.filter(({ counts }) => (counts[n] ?? 0) > 0);
          const also = here.map(({ counts, words }) => ` · ${words(counts[n]!)}`).join("");
          const isNow = moment !== undefined && moment >= at && moment < at + widthMs;
          return (
            // The table below has the same links for keyboards.
            <a href={address(at, at + widthMs)} tabindex={-1} class={isNow ? "now" : undefined}>
              <title>{`${name(at)} · ${counted(messages, "message")}${also}`}</title>
              <rect class="ground" x={n * STEP} y={0} width={STEP} height={HEIGHT} />
              <rect class="bar" x={n * STEP} y={HEIGHT - height} width={STEP - 1} height={height} />
              {here.map(({ class: kind, counts, tick }) => {
                // However wide the bars are, a tick is a line. A short one stands beside a long one.
                if (tick !== undefined) {
                  const x = n * STEP + (tick < 1 ? 0.5 : (STEP - 1) / 2);
                  return (
                    <path class={kind} d={`M${x} 0v${HEIGHT * tick}`} vector-effect="non-scaling-stroke" />
                  );
                }
                const part = Math.max(2, Math.min(1, counts[n]! / messages) * height);
                return <rect class={kind} x={n * STEP} y={HEIGHT - part} width={STEP - 1} height={part} />;
              })}
            </a>
          );
        })}
      </svg>
      <figcaption>
        <span>{edge(from)}</span>
        <span>
          {isOneDay && `${dayWords(end - 1)} · `}a bar is {periodLength(widthMs)}
          {gaps.length > 0 && ", hatched: not recorded"}
        </span>
        <span>{edge(from + (counts.length - 1) * widthMs)}</span>
      </figcaption>
      {props.children}
      <details>
        <summary>As a table</summary>
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Time ({widthMs < DAY_MS ? zoneWords(from) : "UTC"})</th>
              <th scope="col" class="number">Messages</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ messages, at }) => (
              <tr>
                <th scope="row">
                  <a href={address(at, at + widthMs)}>{name(at)}</a>
                </th>
                <td class="number">{count(messages)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Hatches the spans without recording; a short one is as wide as a fourth of a bar. */
function Gaps({ gaps, from, widthMs, bars }: Pick<StripProps, "from" | "widthMs"> & {
  gaps: NonNullable<StripProps["gaps"]>;
  bars: number;
}) {
  if (gaps.length === 0) return null;
  const placeOf = (at: number) => Math.min(bars * STEP, Math.max(0, (at - from) / widthMs * STEP));
  return (
    <>
      <defs>
        <pattern id="gap-hatch" width="3" height="6" patternUnits="userSpaceOnUse">
          <path d="M0 6 3 0" />
        </pattern>
      </defs>
      {gaps.map(({ from, to, title }) => {
        const [x, end] = [placeOf(from), placeOf(to)];
        return (
          <rect class="gap" x={x} y={0} width={Math.max(1, end - x)} height={HEIGHT} fill="url(#gap-hatch)">
            <title>{title}</title>
          </rect>
        );
      })}
    </>
  );
}

/** `24 Mar 2026` in UTC, or `24 Mar 2026, 20:15` in the reader's zone for parts of a day. */
function periodName(at: number, widthMs: number): string {
  return widthMs < DAY_MS ? momentWords(at) : utcDayWords(at);
}

/** `5 minutes`, `1 day` */
function periodLength(ms: number): string {
  if (ms % DAY_MS === 0) return counted(ms / DAY_MS, "day");
  return ms % 3_600_000 === 0 ? counted(ms / 3_600_000, "hour") : counted(ms / 60_000, "minute");
}
