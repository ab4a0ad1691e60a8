/** A grid of the hours of the week: the more messages, the darker. */
import { HOUR_MS } from "../src/clock.ts";
import { count, counted } from "./numbers.ts";
import { shifted, zoneWords } from "./view.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SIZE = 14;
const LABEL = 34;

interface WeekProps {
  /** Messages in each hour of the week, from Monday 00:00 UTC. */
  hours: readonly number[];
  /** Decides whether it is summer in the reader's zone. */
  now: number;
}

export function Week({ hours: utcHours, now }: WeekProps) {
  const shift = Math.round((shifted(now) - now) / HOUR_MS);
  const zone = zoneWords(now);
  const hours = utcHours.map((_, hour) => utcHours[(hour - shift + 2 * utcHours.length) % utcHours.length]!);
  const most = Math.max(1, ...hours);
  const busiest = hours.indexOf(most);
  const name = (hour: number) => `${DAYS[Math.floor(hour / 24)]}, ${String(hour % 24).padStart(2, "0")}:00`;
  return (
    <figure class="week">
      <svg
        viewBox={`0 0 ${LABEL + 24 * SIZE} ${8 * SIZE}`}
        role="img"
        aria-label={`Messages by hour of the week (${zone}). Most: ${name(busiest)}, ${count(most)}.`}
      >
        {DAYS.map((day, n) => <text x={0} y={n * SIZE + SIZE - 3}>{day.slice(0, 3)}</text>)}
        {hours.map((messages, hour) => (
          <rect
            x={LABEL + hour % 24 * SIZE}
            y={Math.floor(hour / 24) * SIZE}
            width={SIZE - 2}
            height={SIZE - 2}
            rx={2}
            fill-opacity={messages === 0 ? 0.06 : (0.15 + 0.85 * messages / most).toFixed(2)}
          >
            <title>{`${name(hour)} · ${counted(messages, "message")}`}</title>
          </rect>
        ))}
        {[0, 6, 12, 18].map((hour) => (
          <text x={LABEL + hour * SIZE} y={8 * SIZE - 2}>{String(hour).padStart(2, "0")}</text>
        ))}
      </svg>
      <figcaption>
        Most: {name(busiest)} {zone}, {counted(most, "message")}
      </figcaption>
    </figure>
  );
}
