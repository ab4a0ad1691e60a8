/** The days of the last 52 weeks as squares, a week per column: the more messages, the darker. */
import { DAY_MS } from "../src/clock.ts";
import { counted } from "./numbers.ts";
import { isoUtcDay, utcDayWords } from "./time.tsx";

export interface YearProps {
  /** Messages by the day of UTC, epoch milliseconds of its beginning. */
  days: ReadonlyMap<number, number>;
  now: number;
  /** The address of a day, `2026-03-24`. */
  address: (day: string) => string;
}

const WEEKS = 52;
const SIZE = 5;
const STEP = 5.25;
const SHADES = 4;

/** The first day that is shown: a Monday. */
export function yearStart(now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const monday = today - (new Date(today).getUTCDay() + 6) % 7 * DAY_MS;
  return monday - (WEEKS - 1) * 7 * DAY_MS;
}

export function Year({ days, now, address }: YearProps) {
  const start = yearStart(now);
  const count = Math.floor((now - start) / DAY_MS) + 1;
  const most = Math.max(1, ...days.values());
  const active = [...days.values()].filter((messages) => messages > 0).length;
  return (
    <svg
      class="year"
      viewBox={`0 0 ${WEEKS * STEP} ${7 * STEP}`}
      role="group"
      aria-label={`Messages by day of the last year: on ${counted(active, "day")}`}
    >
      {Array.from({ length: count }, (_, n) => {
        const at = start + n * DAY_MS;
        const messages = days.get(at) ?? 0;
        const square = (
          <rect
            class={`shade-${messages === 0 ? 0 : Math.ceil(messages / most * SHADES)}`}
            x={Math.floor(n / 7) * STEP}
            y={n % 7 * STEP}
            width={SIZE - 0.75}
            height={SIZE - 0.75}
            rx={1}
          />
        );
        if (messages === 0) return square;
        return (
          // The list of all messages has the same days for keyboards.
          <a href={address(isoUtcDay(at))} tabindex={-1}>
            <title>{`${utcDayWords(at)} · ${counted(messages, "message")}`}</title>
            {square}
          </a>
        );
      })}
    </svg>
  );
}
