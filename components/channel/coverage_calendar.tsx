/** The share of each day that was recorded, a week per row. */
import { type DayShare, percentOf } from "../../src/chat/coverage.ts";
import { percent } from "../numbers.ts";
import { longUtcDay, ShortDay } from "../time.tsx";
import { DAY_MS } from "../../src/clock.ts";

export interface CoverageCalendarProps {
  days: readonly DayShare[];
  /** A Monday, and the end of the span. */
  from: number;
  to: number;
  /** Since when the channel is known. */
  known: number;
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export function CoverageCalendar({ days, from, to, known }: CoverageCalendarProps) {
  const shares = new Map(days.map((share) => [share.day, share]));
  // Weeks before the channel was known are omitted.
  const first = from + Math.max(0, Math.floor((known - from) / (7 * DAY_MS))) * 7 * DAY_MS;
  const weeks: number[] = [];
  for (let monday = first; monday < to; monday += 7 * DAY_MS) weeks.push(monday);
  return (
    <table class="calendar">
      <caption class="sr-only">How much of each day was recorded</caption>
      <thead>
        <tr>{WEEKDAYS.map((name) => <th scope="col">{name}</th>)}</tr>
      </thead>
      <tbody>
        {weeks.map((monday) => (
          <tr>
            {WEEKDAYS.map((_, i) => (
              <DayCell day={monday + i * DAY_MS} share={shares.get(monday + i * DAY_MS)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DayCell({ day, share }: { day: number; share?: DayShare }) {
  if (!share) {
    return (
      <td class="none">
        <ShortDay at={day} />
      </td>
    );
  }
  const recorded = percentOf(share);
  const isFilled = share.filledMs > 0;
  const level = recorded === undefined ? "off" : recorded >= 99.9 ? "full" : recorded >= 90 ? "most" : "some";
  const words = recorded === undefined ? "switched off" : `${percent(recorded)} recorded`;
  return (
    <td class={level} title={`${longUtcDay(day)}: ${words}${isFilled ? ", a part of it filled later" : ""}`}>
      <ShortDay at={day} />
      <span class="share">{recorded === undefined ? "off" : percent(recorded)}</span>
      {recorded !== undefined && (
        <span class="bar" aria-hidden="true">
          <span style={`width:${recorded}%`}></span>
        </span>
      )}
    </td>
  );
}
