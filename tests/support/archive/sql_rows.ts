/** What the views for plain SQL must say of events, by the archive's own reader. */
import { DatabaseSync } from "node:sqlite";
import type { Coverage } from "../../../src/archive/coverage.ts";
import { type StoredEvent, type Tags } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { timeoutSeconds } from "../../../src/irc/events/clearchat.ts";
import { emoteRanges, messageDetails } from "../../../src/irc/events/privmsg.ts";
import { isMark } from "../../../src/irc/syntax/marks.ts";
import { readTag, unescapeTag } from "../../../src/irc/syntax/tags.ts";

export type SqlRow = Record<string, string | number | null>;

/** Everything that a query returns without any function of ours. */
export function query({ path }: { path: string }, sql: string): SqlRow[] {
  using db = new DatabaseSync(path, { readOnly: true });
  db.exec("PRAGMA trusted_schema = OFF");
  return db.prepare(sql).all().map((row) => ({ ...row }) as SqlRow);
}

/** A row of `chat_messages`. */
export function messageRow(event: StoredEvent): SqlRow {
  const { author, tags } = event;
  const flags = (author?.flags ?? "").split(";");
  const { bits, isFirst } = messageDetails(event);
  return {
    ...commonRow(event),
    color: author?.color ?? null,
    badges: author?.badges ?? null,
    badge_info: author?.badgeInfo ?? null,
    is_mod: Number(flags.includes("mod=1")),
    is_subscriber: Number(flags.includes("subscriber=1")),
    is_vip: Number(flags.includes("vip=1")),
    is_first: Number(isFirst),
    bits: bits === undefined ? null : Number(bits),
    reply_to: readTag(tags, "reply-parent-msg-id") || null,
    reply_to_login: readTag(tags, "reply-parent-user-login") || null,
    reply_to_text: readTag(tags, "reply-parent-msg-body") || null,
    thread_id: readTag(tags, "reply-thread-parent-msg-id") || null,
    reward_id: readTag(tags, "custom-reward-id") || null,
    source_twitch_id: Number(readTag(tags, "source-room-id")) || null,
    source_message_id: readTag(tags, "source-id") || null,
    removed_by: event.removed?.by ?? null,
    removed_kind: event.removed?.kind ?? null,
    removed_time: event.removed ? isoTime(receivedAt(event.removed.by)) : null,
    source: event.source ?? null,
  };
}

/** A row of `chat_events`. */
export function eventRow(event: StoredEvent): SqlRow {
  const seconds = timeoutSeconds(event);
  return {
    ...commonRow(event),
    type: readTag(event.tags, "msg-id") || null,
    sentence: readTag(event.tags, "system-msg") || null,
    seconds: seconds ?? null,
    removed_by: event.removed?.by ?? null,
    source: event.source ?? null,
  };
}

/** The rows of `chat_tags`, by tag. */
export function tagRows({ id, tags }: { id: number; tags: Tags }): SqlRow[] {
  return tags.filter((tag) => !isMark(tag) && !tag.startsWith("~")).map((tag) => {
    const eq = tag.indexOf("=");
    return { id, tag: tag.slice(0, eq), value: unescapeTag(tag.slice(eq + 1)) };
  }).sort((a, b) => a.tag < b.tag ? -1 : 1);
}

/** The rows of `chat_emotes`, in the order of the tag. */
export function emoteRows(event: StoredEvent): SqlRow[] {
  const codePoints = [...event.text];
  return emoteRanges(event.tags).split("/").filter((emote) => emote.includes(":")).map((emote) => {
    const [emoteId, ranges] = emote.split(":") as [string, string];
    const [from, to] = ranges.split(",")[0]!.split("-").map(Number) as [number, number];
    return {
      id: event.id,
      time: isoTime(receivedAt(event.id)),
      time_ms: receivedAt(event.id),
      channel: event.channel,
      channel_id: event.channelId,
      user_id: event.userId ?? null,
      login: event.author?.login ?? null,
      emote_id: emoteId,
      emote: codePoints.slice(from, to + 1).join(""),
      uses: ranges.split(",").length,
    };
  });
}

/** The rows of `chat_gaps` of one channel. */
export function gapRows(channel: string, channelId: number, { gaps }: Coverage): SqlRow[] {
  return gaps.map((gap) => ({
    channel,
    channel_id: channelId,
    start_time: isoTime(gap.from),
    end_time: gap.to === undefined ? null : isoTime(gap.to),
    start_ms: gap.from,
    end_ms: gap.to ?? null,
    reason: gap.reason,
    is_on_purpose: Number(gap.onPurpose),
    state: gap.state,
  }));
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function commonRow(event: StoredEvent): SqlRow {
  const { id, author } = event;
  return {
    id,
    time: isoTime(receivedAt(id)),
    time_ms: receivedAt(id),
    sent_ms: event.sentAt ?? null,
    channel: event.channel,
    channel_id: event.channelId,
    user_id: event.userId ?? null,
    login: author?.login ?? null,
    display_name: author?.displayName ?? null,
    kind: event.kind,
    text: event.text,
    message_id: event.uuid ?? null,
  };
}
