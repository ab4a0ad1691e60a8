/** The statements by which rows decide: of candidates that the index gave, or of all messages. */
import type { SearchQuery } from "../../../search/query.ts";
import { tokens } from "../../../search/tokens.ts";
import type { Direction } from "../fts5/id_range.ts";
import { isReference, referred, textOf } from "../codec/repeated_texts.ts";

/** LIKE is right about texts of ASCII; others may be folded to anything. */
const mayFit = (text: string) => `${text} LIKE :like ESCAPE '\\' OR octet_length(${text}) <> length(${text})`;

/**
 * What does not fit should not leave SQLite: neither by its text nor by what a notice says in its tags. Each text is
 * looked up once at most, as most rows are passed over.
 */
const MAY_FIT = `(:channel IS NULL OR m.channel_id = :channel)
    AND (:user IS NULL OR m.author_id IN (SELECT id FROM authors WHERE user_id = :user))
    AND (
      ${mayFit("m.text")}
      OR ${mayFit("m.tag_values")}
      OR ${isReference("m")} AND ${referred("m", mayFit("text"))}
    )`;

/** Those of some candidates that may fit, in their order. */
export const FITTING = `
  SELECT m.id, ${textOf("m")} AS text, m.shape_id
  FROM json_each(:ids) AS candidate
  CROSS JOIN messages AS m ON m.id = candidate.value
  WHERE ${MAY_FIT}`;

/** Those of all messages of a stretch that may fit. */
export const SCANNED = `
  SELECT m.id, ${textOf("m")} AS text, m.shape_id
  FROM messages AS m
  WHERE m.id >= :from AND m.id < :to
    AND ${MAY_FIT}
  ORDER BY m.id`;

/** The id that so many others lie before, in the order of reading. */
export const nthId = (direction: Direction) => `
  SELECT id
  FROM messages
  WHERE id >= :from AND id < :to
  ORDER BY id ${direction}
  LIMIT 1 OFFSET :skip`;

/** A pattern for LIKE that no text of ASCII fails that answers the search: its longest phrase, word or beginning. */
export function likePattern({ words, phrases, prefixes }: SearchQuery): string {
  const [longest = ""] = [...words, ...phrases, ...prefixes].sort((a, b) => b.length - a.length);
  const pieces = tokens(longest).map((token) => token.text.replace(/[\\%_]/g, "\\$&"));
  return `%${pieces.join("%")}%`;
}
