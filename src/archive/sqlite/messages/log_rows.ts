/**
 * Reads the events of one channel by their ids, without what logs do not say (removals, fills). Authors and templates are
 * cached, because thousands of rows share them: three times as fast as the joins of `EVENT_JOINS`.
 */
import type { DatabaseSync } from "node:sqlite";
import type { StoredEvent } from "../../../chat/events.ts";
import type { Emotes } from "../codec/emotes.ts";
import { eventOf, type EventRow } from "../codec/event_row.ts";
import { textOf } from "../codec/repeated_texts.ts";
import { prepareArrays } from "../file/connection.ts";

/** In the order of the ids. */
const ROWS = `
  SELECT m.id, m.sent, m.uuid, ${textOf("m")}, m.tag_values, m.shape_id, m.author_id
  FROM json_each(?) AS j
  CROSS JOIN messages AS m ON m.id = j.value`;

const AUTHOR = `
  SELECT user_id, login, display_name, color, badges, badge_info, flags
  FROM authors
  WHERE id = ?`;

const CHANNEL = `
  SELECT id AS channel_id, login AS channel, twitch_id
  FROM channels
  WHERE id = ?`;

type Row = [
  id: number,
  sent: number | null,
  uuid: EventRow["uuid"],
  text: string,
  tagValues: string | null,
  templateId: number,
  authorId: number | null,
];
type AuthorRow = Pick<
  EventRow,
  "user_id" | "login" | "display_name" | "color" | "badges" | "badge_info" | "flags"
>;
type ChannelRow = Pick<EventRow, "channel_id" | "channel" | "twitch_id">;
type TemplateRow = Pick<EventRow, "kind" | "template">;

/** Some 200 bytes each. */
const MAX_AUTHORS = 20_000;
const MAX_TEMPLATES = 10_000;

const NOBODY: AuthorRow = {
  user_id: null,
  login: null,
  display_name: null,
  color: null,
  badges: null,
  badge_info: null,
  flags: null,
};

export class LogRows {
  readonly #emotes: Emotes;
  readonly #sql;
  /** Rows of both tables never change. */
  readonly #authors = new Map<number, AuthorRow>();
  readonly #templates = new Map<number, TemplateRow>();

  constructor(db: DatabaseSync, emotes: Emotes) {
    this.#emotes = emotes;
    this.#sql = {
      rows: prepareArrays(db, ROWS),
      author: db.prepare(AUTHOR),
      channel: db.prepare(CHANNEL),
      template: db.prepare("SELECT kind, template FROM shapes WHERE id = ?"),
    };
  }

  /** The events with these ids, in their order, without `removed`, `source` and `changed`. */
  events(channelId: number, ids: readonly number[]): StoredEvent[] {
    const channel = this.#channel(channelId);
    if (!channel) return [];
    const rows = this.#sql.rows.all(JSON.stringify(ids)) as unknown as Row[];
    return rows.map((row) => this.#eventOf(row, channel));
  }

  /** Twitch's id of a channel, if it is known. */
  roomId(channelId: number): number | undefined {
    return this.#channel(channelId)?.twitch_id ?? undefined;
  }

  #channel(id: number): ChannelRow | undefined {
    return this.#sql.channel.get(id) as unknown as ChannelRow | undefined;
  }

  #eventOf(
    [id, sent, uuid, text, tag_values, templateId, authorId]: Row,
    { channel_id, channel, twitch_id }: ChannelRow,
  ): StoredEvent {
    const { kind, template } = this.#templateOf(templateId);
    const author = authorId === null ? NOBODY : this.#authorOf(authorId);
    return eventOf({
      id,
      channel_id,
      kind,
      sent,
      uuid,
      text,
      tag_values,
      template,
      channel,
      twitch_id,
      user_id: author.user_id,
      login: author.login,
      display_name: author.display_name,
      color: author.color,
      badges: author.badges,
      badge_info: author.badge_info,
      flags: author.flags,
      removed_by: null,
      removal_kind: null,
      removal_template: null,
      removal_values: null,
      removal_text: null,
      source: null,
    }, this.#emotes);
  }

  #templateOf(id: number): TemplateRow {
    return cached(
      this.#templates,
      id,
      MAX_TEMPLATES,
      () => this.#sql.template.get(id) as unknown as TemplateRow,
    );
  }

  #authorOf(id: number): AuthorRow {
    return cached(
      this.#authors,
      id,
      MAX_AUTHORS,
      () => this.#sql.author.get(id) as unknown as AuthorRow | undefined ?? NOBODY,
    );
  }
}

/** The value of the cache, or else the value that is read; a full cache is emptied. */
function cached<V>(cache: Map<number, V>, key: number, max: number, read: () => V): V {
  let value = cache.get(key);
  if (value !== undefined) return value;
  if (cache.size >= max) cache.clear();
  cache.set(key, value = read());
  return value;
}
