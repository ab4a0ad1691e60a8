/** The head of a channel's statistics: its name, and the choice of the span. */
import type { Channel } from "../../src/archive/channel.ts";
import { Field } from "../../components/form/field.tsx";
import { EVERYTHING, type SpanProblems, statsAddress } from "./stats_span.ts";

/** The spans to choose from. */
const SPANS = [["24 hours", "24h"], ["7 days", "7d"], ["30 days", "30d"], ["1 year", "365d"], [
  "All",
  "1970",
]] as const;

interface HeadProps {
  channel: Channel;
  typed: SpanProblems["typed"];
  problems?: SpanProblems["problems"];
}

export function StatsHead({ channel, typed: { after, before }, problems = {} }: HeadProps) {
  return (
    <>
      <h1>
        Statistics of <a href={`/channels/${channel.id}`}>{channel.login}</a>
      </h1>
      <nav class="spans" aria-label="Span of time">
        {SPANS.map(([name, since]) => (
          <a
            href={statsAddress(channel, { after: since })}
            aria-current={since === after && before === undefined ? "true" : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      <form class="spans-form" action={`/channels/${channel.id}/stats`}>
        <Field
          name="after"
          label="From (UTC)"
          value={after === EVERYTHING ? "" : after}
          placeholder="2026-11-03"
          problem={problems.after}
        />
        <Field
          name="before"
          label="Before"
          value={before ?? ""}
          placeholder="now"
          problem={problems.before}
        />
        <button class="button" type="submit">Show</button>
      </form>
    </>
  );
}
