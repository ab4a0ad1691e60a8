/** The days of a month, coloured by how much was said: from here one goes to a day. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../../src/archive/channel.ts";
import type { Histogram } from "../../../src/archive/timeline.ts";
import { firstIdAt, receivedAt } from "../../../src/chat/ids.ts";
import type { Place } from "../../../src/chat/place.ts";
import { DAY_MS, HOUR_MS } from "../../../src/clock.ts";
import { Failure } from "../../../src/web/failure.ts";
import { wantsFragment } from "../../../src/web/htmx.ts";
import { optional, readQuery } from "../../../src/web/params.ts";
import { counted } from "../../../components/numbers.ts";
import { isoDay } from "../../../components/time.tsx";
import { unshifted } from "../../../components/view.ts";
import { channelAt } from "../../shared/find_channel.ts";
import { inTurn } from "../../shared/in_turn.ts";
import type { Env, Site } from "../../site.tsx";
import { channelAddress } from "./filters.ts";

const Query = z.object({
  day: optional(z.string().max(10)),
  /** Leads to the nearest day before or after that has messages. */
  step: optional(z.enum(["before", "after"])),
});

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const { day = isoDay(channel.lastAt ?? site.now()), step } = readQuery(c, Query);
    if (step) return c.redirect(channelAddress(channel, { at: await dayBeside(site, channel, day, step) }));
    return await inTurn(site, c, async () => {
      const [histogram] = await site.archive.batch(monthCall(channel, day));
      const calendar = <Month channel={channel} day={day} histogram={histogram} />;
      if (wantsFragment(c)) return c.html(calendar);
      return await site.page(
        c,
        { title: `Days of ${channel.login}`, section: "channels", channelId: channel.id },
        <div class="page narrow">
          <h1>
            Days of <a href={`/channels/${channel.id}`}>{channel.login}</a>
          </h1>
          {calendar}
        </div>,
      );
    });
  };
}

/** Asks for the messages of a day's month: by hour, because a day of the reader is not one of UTC. */
export function monthCall(channel: Channel, day: string) {
  const { from, to } = monthOf(day);
  return [
    "histogram",
    { channelId: channel.id, from: unshifted(from), to: unshifted(to) },
    Math.ceil((to - from) / HOUR_MS) + 2,
  ] as const;
}

/** The nearest day with messages; the day itself if there is none. */
async function dayBeside(
  site: Site,
  channel: Channel,
  day: string,
  step: "before" | "after",
): Promise<string> {
  const start = Date.parse(`${day.padEnd(10, "-01")}T00:00:00Z`);
  if (Number.isNaN(start)) throw new Failure("invalid", `“${day}” is not a day: write 2026-03-24.`);
  const place: Place = step === "before"
    ? { at: "before", id: firstIdAt(unshifted(start)) }
    : { at: "after", id: firstIdAt(unshifted(start + DAY_MS)) - 1 };
  const { events: [found] } = await site.archive.timeline({ channelId: channel.id, place, limit: 1 });
  return found ? isoDay(receivedAt(found.id)) : day;
}

interface MonthSpan {
  /** Local midnights as if they were of UTC, epoch milliseconds; the end is excluded. */
  from: number;
  to: number;
}

/** @param day `2026-03-24`, or a month `2026-03` */
function monthOf(day: string): MonthSpan {
  const [, year, month] = /^(\d{4})-(\d{2})(?:-\d{2})?$/.exec(day) ?? [];
  const from = Date.UTC(Number(year), Number(month) - 1);
  if (year === undefined || Number(year) < 1970 || !(Number(month) >= 1 && Number(month) <= 12)) {
    throw new Failure("invalid", `“${day}” is not a day or month: write 2026-03-24 or 2026-03.`);
  }
  return { from, to: Date.UTC(Number(year), Number(month)) };
}

interface MonthProps {
  channel: Channel;
  day: string;
  /** The answer to {@link monthCall}. */
  histogram: Histogram | undefined;
}

const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
/** Shades of days with messages, by their share of the busiest day. */
const SHADES = 4;

export function Month({ channel, day, histogram }: MonthProps) {
  const month = monthOf(day);
  const messages = byDay(histogram);
  const most = Math.max(1, ...messages.values());
  const first = (new Date(month.from).getUTCDay() + 6) % 7;
  const days = (month.to - month.from) / DAY_MS;
  const monthAddress = (at: number) =>
    channelAddress(channel, { part: "/days", day: new Date(at).toISOString().slice(0, 7) });
  const [previous, next] = [monthAddress(month.from - 1), monthAddress(month.to)];
  const load = (address: string) => ({ "hx-get": address, "hx-target": "#month", "hx-swap": "outerHTML" });
  return (
    <div id="month" class="month">
      <div class="month-head">
        <a href={previous} {...load(previous)} aria-label="The month before">←</a>
        <strong>{MONTH.format(month.from)}</strong>
        <a href={next} {...load(next)} aria-label="The month after">→</a>
      </div>
      <ol>
        {WEEKDAYS.map((name) => <li class="weekday" aria-hidden="true">{name}</li>)}
        {Array.from({ length: days }, (_, n) => {
          const date = new Date(month.from + n * DAY_MS).toISOString().slice(0, 10);
          const said = messages.get(date) ?? 0;
          const shade = said === 0 ? 0 : Math.ceil(said / most * SHADES);
          return (
            <li style={n === 0 ? `grid-column-start:${first + 1}` : undefined}>
              {said === 0 ? <span class="shade-0">{n + 1}</span> : (
                <a
                  class={`shade-${shade}`}
                  href={channelAddress(channel, { at: date })}
                  title={counted(said, "message")}
                  aria-current={date === day ? "date" : undefined}
                >
                  {n + 1}
                </a>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function byDay(histogram: Histogram | undefined): Map<string, number> {
  const days = new Map<string, number>();
  for (const [i, messages] of histogram?.counts.entries() ?? []) {
    if (messages === 0) continue;
    const date = isoDay(histogram!.from + i * histogram!.widthMs);
    days.set(date, (days.get(date) ?? 0) + messages);
  }
  return days;
}
