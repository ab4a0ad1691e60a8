/** A note under numbers that do not include the whole span. */
import type { Channel } from "../../src/archive/channel.ts";
import type { Chatters } from "../../src/archive/statistics.ts";
import { HOUR_MS } from "../../src/clock.ts";
import { Moment } from "../../components/time.tsx";
import type { Span } from "./stats_span.ts";

interface CountedSinceProps {
  chatters: Chatters;
  span: Span;
  channel: Channel;
}

export function CountedSince({ chatters, span, channel }: CountedSinceProps) {
  const first = Math.max(span.from, channel.firstAt ?? 0);
  if (chatters.from - first < HOUR_MS) return null;
  return (
    <p class="note">
      Messages and people are counted since{" "}
      <Moment at={chatters.from} />. Older ones are still being counted, or the span is too long for one page.
    </p>
  );
}
