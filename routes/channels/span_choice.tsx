/** The choice of the span of a channel's statistics and people. */
import type { Channel } from "../../src/archive/channel.ts";
import { Field } from "../../components/form/field.tsx";
import { EVERYTHING, type SpanPart, type SpanProblems, statsAddress } from "./stats_span.ts";

/** The spans to choose from. */
const SPANS = [["24 h", "24h"], ["7 d", "7d"], ["30 d", "30d"], ["1 year", "365d"], [
  "All",
  EVERYTHING,
]] as const;

interface SpanChoiceProps {
  channel: Channel;
  part: SpanPart;
  typed: SpanProblems["typed"];
  problems?: SpanProblems["problems"];
}

export function SpanChoice({ channel, part, typed: { after, before }, problems = {} }: SpanChoiceProps) {
  const isUsual = SPANS.some(([, since]) => since === after) && before === undefined;
  return (
    <div class="span-choice">
      <nav class="segments" aria-label="Span of time">
        {SPANS.map(([name, since]) => (
          <a
            href={statsAddress(channel, { after: since }, part)}
            aria-current={since === after && before === undefined ? "true" : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      <details open={!isUsual || Object.keys(problems).length > 0}>
        <summary>Custom</summary>
        <form class="spans-form" action={`/channels/${channel.id}/${part}`}>
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
      </details>
      <a href={`/channels/${channel.id}/streams`}>Streams</a>
    </div>
  );
}
