/** Shows that a highlight rule marks a row: its colour is `data-mark` of the row. */
import type { HighlightRule } from "../../src/archive/saved/highlight_rule.ts";

/** For readers of screens, at the start of the row. */
export function MarkWords({ rule }: { rule: HighlightRule }) {
  return <span class="sr-only">{`Highlighted by ${rule.search}: `}</span>;
}

export interface LiveMarkProps {
  /** The id of the row. */
  id: number;
  rule: HighlightRule;
}

/** Precedes a row of a stream, which is the same for all readers; `static/live/list/marks.js` puts it into the row. */
export function LiveMark({ id, rule }: LiveMarkProps) {
  return (
    <li data-marks={id} data-mark={rule.color} data-sounds={rule.sound ? "" : undefined}>
      <MarkWords rule={rule} />
    </li>
  );
}
