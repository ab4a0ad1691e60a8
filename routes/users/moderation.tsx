/** How often a person was timed out and banned, for how long, and how many of their messages were removed. */
import type { BatchCall } from "../../src/archive/reader_batch.ts";
import type { Histogram, TimelinePage } from "../../src/archive/timeline.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { timeoutSeconds } from "../../src/irc/events/clearchat.ts";
import { isOneOf } from "../../src/search/condition.ts";
import type { IsValue } from "../../src/search/language/values.ts";
import { count, span } from "../../components/numbers.ts";
import { REPEATED_MS } from "../events/incidents.ts";

const COUNTED: readonly [title: string, fact: IsValue][] = [
  ["timeouts", "timeout"],
  ["bans", "ban"],
  ["removed", "deleted"],
];
/** The lengths of older timeouts are not read. */
const MAX_TIMEOUTS = 200;

/** Answers of {@link moderationCalls}, in their order. */
export type Moderation = [timeouts: TimelinePage, ...counts: (Histogram | undefined)[]];

/** What to ask the archive. */
export function moderationCalls(scope: { userId: number; channelId?: number }) {
  return [
    ["timeline", { ...scope, search: isOneOf("timeout"), limit: MAX_TIMEOUTS }],
    ...COUNTED.map(([, fact]) => ["histogram", { ...scope, search: isOneOf(fact) }, 1] as const),
  ] as const satisfies BatchCall[];
}

export interface ModerationFiguresProps {
  moderation: Moderation;
  /** The address of a search of the person's messages for a query. */
  search(q: string): string;
}

/** Terms of a list of figures. */
export function ModerationFigures({ moderation: [timeouts, ...counts], search }: ModerationFiguresProps) {
  const length = lengthOf(timeouts);
  return (
    <>
      {COUNTED.map(([title, fact], i) => (
        <Figure
          title={title}
          value={counts[i] ? count(counts[i].messages) : "?"}
          href={search(`is:${fact}`)}
          note={fact === "timeout" ? length : undefined}
        />
      ))}
    </>
  );
}

export interface FigureProps {
  title: string;
  value: string;
  href: string;
  note?: string;
}

export function Figure({ title, value, href, note }: FigureProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {value === "0" ? value : <a href={href}>{value}</a>}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** `1 h 20 min in all`; undefined if no timeout has a length. */
function lengthOf({ events, more }: TimelinePage): string | undefined {
  const seconds = events.filter(isLast()).reduce((sum, event) => sum + (timeoutSeconds(event) ?? 0), 0);
  if (seconds === 0) return undefined;
  return more ? `the last ${MAX_TIMEOUTS}: ${span(seconds)}` : `${span(seconds)} in all`;
}

/** Of events, newest first: whether none replaced it at once, as a moderator and a bot do. */
function isLast(): (event: StoredEvent) => boolean {
  const newer = new Map<number, number>();
  return ({ id, channelId }) => {
    const ms = (newer.get(channelId) ?? Infinity) - receivedAt(id);
    newer.set(channelId, receivedAt(id));
    return ms > REPEATED_MS;
  };
}
