/** The statements that verify a query on rows: on candidates from the index, or on all messages. */
import type { Condition, TextCondition } from "../../../search/condition.ts";
import { allOf } from "../../../search/condition.ts";
import { matcher, needsOnlyText, textMatcher } from "../../../search/evaluate.ts";
import { KINDS, type StoredEvent } from "../../../chat/events.ts";
import { EVENT_COLUMNS, EVENT_JOINS } from "../codec/event_row.ts";
import { conjunction } from "./plan.ts";
import type { Direction } from "../postings/candidates.ts";
import { isReference, referred, textOf } from "../codec/repeated_texts.ts";

/** LIKE decides only about ASCII texts; the caller folds and matches others. */
const mayFit = (text: string) => `${text} LIKE :like ESCAPE '\\' OR octet_length(${text}) <> length(${text})`;

/**
 * Excludes rows that cannot match, by their text and by the sentence in a notice's tags, before they leave SQLite. It
 * looks up a repeated text at most once per row.
 */
const MAY_FIT = `(:channel IS NULL OR m.channel_id = :channel)
    AND (:user IS NULL OR m.author_id IN (SELECT id FROM authors WHERE user_id = :user))
    AND (:kind IS NULL OR m.shape_id IN (SELECT id FROM shapes WHERE kind = :kind))
    AND (
      ${mayFit("m.text")}
      OR ${mayFit("m.tag_values")}
      OR ${isReference("m")} AND ${referred("m", mayFit("text"))}
    )`;

/** The candidates that may match, in their order. */
export const FITTING = `
  SELECT m.id, ${textOf("m")} AS text, m.shape_id
  FROM json_each(:ids) AS candidate
  CROSS JOIN messages AS m ON m.id = candidate.value
  WHERE ${MAY_FIT}`;

/** The same as whole events. */
export const FITTING_EVENTS = `
  SELECT ${EVENT_COLUMNS}
  FROM json_each(:ids) AS candidate
  CROSS JOIN messages AS m ON m.id = candidate.value${EVENT_JOINS}
  WHERE ${MAY_FIT}`;

/** The messages of a range that may match. */
export const SCANNED = `
  SELECT m.id, ${textOf("m")} AS text, m.shape_id
  FROM messages AS m
  WHERE m.id >= :from AND m.id < :to
    AND ${MAY_FIT}
  ORDER BY m.id`;

/** The same as whole events. */
export const SCANNED_EVENTS = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id >= :from AND m.id < :to
    AND ${MAY_FIT}
  ORDER BY m.id`;

/** The id after `skip` others, in the order of reading. */
export const nthId = (direction: Direction) => `
  SELECT id
  FROM messages
  WHERE id >= :from AND id < :to
  ORDER BY id ${direction}
  LIMIT 1 OFFSET :skip`;

/** How to verify a condition on rows. */
export interface RowTest {
  /** The parameters of the part that SQLite checks. */
  parameters: {
    channel: number | null;
    user: number | null;
    /** The code of the only kind of event that may match. */
    kind: number | null;
    like: string;
  };
  /** Checks the text of the row; undefined = no check. */
  acceptText?: (text: string) => boolean;
  /** Checks the event of the row; undefined = no check. */
  acceptEvent?: (event: StoredEvent) => boolean;
}

export function rowTestOf(condition: Condition): RowTest {
  const parts = conjunction(condition);
  const only = (is: "channel" | "user") =>
    parts.find((part) => part.is === is && part.ids.length === 1) as
      | Extract<Condition, { is: "channel" }>
      | undefined;
  const [channel, user] = [only("channel"), only("user")];
  const rest = allOf(parts.filter((part) => part !== channel && part !== user));
  const isDecided = rest.is === "all" && rest.of.length === 0;
  const isText = needsOnlyText(rest);
  return {
    parameters: {
      channel: channel?.ids[0] ?? null,
      user: user?.ids[0] ?? null,
      kind: parts.some((part) => part.is === "fact" && part.fact === "mode") ? KINDS.indexOf("state") : null,
      like: likePattern(parts.filter((part) => part.is === "text")),
    },
    ...!isDecided && isText && { acceptText: textMatcher(rest) },
    ...!isDecided && !isText && { acceptEvent: matcher(rest) },
  };
}

/**
 * A LIKE pattern for ASCII texts: every text that matches all of these conditions also matches the pattern. It has
 * the longest of their words and signs.
 */
function likePattern(conditions: readonly TextCondition[]): string {
  const candidates = conditions.flatMap(({ pieces, literals }) => [
    pieces.map(({ text }) => text),
    ...literals.map(({ text }) => [text]),
  ]);
  const length = (texts: string[]) => texts.join(" ").length;
  const [longest = []] = candidates.sort((a, b) => length(b) - length(a));
  return longest.length === 0 ? "%" : `%${longest.map((text) => text.replace(/[\\%_]/g, "\\$&")).join("%")}%`;
}
