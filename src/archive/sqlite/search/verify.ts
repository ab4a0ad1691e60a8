/** The statements that verify a query on rows: on candidates from the index, or on all messages. */
import type { SearchQuery } from "../../../search/query.ts";
import type { Direction } from "./candidates.ts";
import { isReference, referred, textOf } from "../codec/repeated_texts.ts";

/** LIKE decides only about ASCII texts; the caller folds and matches others. */
const mayFit = (text: string) => `${text} LIKE :like ESCAPE '\\' OR octet_length(${text}) <> length(${text})`;

/**
 * Excludes rows that cannot match, by their text and by the sentence in a notice's tags, before they leave SQLite. It
 * looks up a repeated text at most once per row.
 */
const MAY_FIT = `(:channel IS NULL OR m.channel_id = :channel)
    AND (:user IS NULL OR m.author_id IN (SELECT id FROM authors WHERE user_id = :user))
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

/** The messages of a range that may match. */
export const SCANNED = `
  SELECT m.id, ${textOf("m")} AS text, m.shape_id
  FROM messages AS m
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

/** A LIKE pattern that every matching ASCII text fulfils: the longest phrase, word or prefix of the search. */
export function likePattern({ words, phrases, prefixes }: SearchQuery): string {
  const candidates = [
    ...words.map(({ text }) => [text]),
    ...phrases.map((phrase) => phrase.map(({ text }) => text)),
  ]
    .concat(prefixes.map((text) => [text]));
  const length = (texts: string[]) => texts.join(" ").length;
  const [longest = []] = candidates.sort((a, b) => length(b) - length(a));
  return `%${longest.map((text) => text.replace(/[\\%_]/g, "\\$&")).join("%")}%`;
}
