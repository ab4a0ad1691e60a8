/** Converts events to rows of `messages`, and rows to events. */
import {
  type ChatEvent,
  type Kind,
  KINDS,
  type Removal,
  type StoredEvent,
  type Tags,
  WRITTEN,
} from "../../../chat/events.ts";
import { receivedAt } from "../../../chat/ids.ts";
import { timeoutSeconds } from "../../../irc/events/clearchat.ts";
import { unpackFlags } from "./author_flags.ts";
import { restoreRanges } from "./emote_ranges.ts";
import type { Emotes } from "./emotes.ts";
import { type PackedId, unpackId } from "./twitch_message_id.ts";
import { PENDING_REMOVER } from "./pending_remover.ts";
import { expand } from "./tag_templates.ts";
import { textOf } from "./repeated_texts.ts";

/**
 * Most events have the ids of their channel and their user, so rows do not repeat them. Exceptions are tags that record a
 * missing or invalid id, and our marks before the tags: `~room` and `~user` = no id, `~room=5` and `~user=5` = this id.
 * `~changed=slow` is the mode that a ROOMSTATE changed.
 */
const ROOM_MARK = "~room";
const USER_MARK = "~user";
/** For a ROOMSTATE: the modes that it changed, joined by commas. */
const CHANGED_MARK = "~changed";
/** Separates our marks from tags that look like one. */
const END_OF_MARKS = "~";

/**
 * The tags to store, after our marks.
 * @param twitchId Twitch's id of the channel
 * @param userId the archive's user
 * @param changed see {@link StoredEvent.changed}
 */
export function storedTags(
  event: Pick<ChatEvent, "tags" | "roomId" | "author">,
  twitchId: number | undefined,
  userId?: number,
  changed?: readonly string[],
): Tags {
  const { tags, roomId, author } = event;
  const marks: string[] = [];
  // The channel's id may become known later. Until then a missing mark means nothing, so every room id gets one.
  const usualRoom = lacksNumber(tags, "room-id") ? undefined : twitchId ?? NaN;
  if (roomId !== usualRoom) marks.push(roomId === undefined ? ROOM_MARK : `${ROOM_MARK}=${roomId}`);
  if (author && author.userId !== usualUserId(tags, userId)) {
    marks.push(author.userId === undefined ? USER_MARK : `${USER_MARK}=${author.userId}`);
  }
  if (changed) marks.push(`${CHANGED_MARK}=${changed.join(",")}`);
  if (looksMarked(tags)) marks.push(END_OF_MARKS);
  return marks.length === 0 ? tags : [...marks, ...tags];
}

/** Whether the first tag looks like one of our marks. */
export function looksMarked(tags: Tags): boolean {
  return tags.length > 0 && tags[0]!.startsWith("~");
}

function usualUserId(tags: Tags, userId: number | undefined): number | undefined {
  return userId === undefined || userId < 0 || lacksNumber(tags, "user-id") ? undefined : userId;
}

/** Whether the tags say that the line had no number under this key: `-key`, or the key with another value. */
export function lacksNumber(tags: Tags, key: "room-id" | "user-id"): boolean {
  return tags.some((tag) => {
    const isMark = tag.startsWith("-");
    if (!tag.startsWith(key, isMark ? 1 : 0)) return false;
    return isMark ? tag.length === key.length + 1 : tag[key.length] === "=";
  });
}

/** The template without the mark that its events have no room id, and whether it has none. */
export function withoutRoomMark(template: string): { rest: string; hasRoom: boolean } {
  const isMarked = template.startsWith(`${ROOM_MARK};`);
  return { rest: isMarked ? template.slice(ROOM_MARK.length + 1) : template, hasRoom: !isMarked };
}

/** A message joined with its channel, author and tag template, and with the event that removed it. */
export interface EventRow {
  id: number;
  channel_id: number;
  kind: number;
  sent: number | null;
  removed_by: number | null;
  uuid: PackedId | null;
  text: string;
  tag_values: string | null;
  template: string;
  channel: string;
  twitch_id: number | null;
  user_id: number | null;
  login: string | null;
  display_name: string | null;
  color: string | null;
  badges: string | null;
  badge_info: string | null;
  flags: string | null;
  removal_kind: number | null;
  removal_template: string | null;
  removal_values: string | null;
  removal_text: string | null;
  source: string | null;
}

/** Codes of the kinds that count as written by a user. */
export const WRITTEN_CODES = KINDS.flatMap((kind, code) => (WRITTEN.has(kind) ? [code] : [])).join(", ");

/** The columns and joins of an {@link EventRow}; `messages` must be called `m`. */
export const EVENT_COLUMNS = `
  m.id, m.channel_id, m.sent, m.uuid, ${textOf("m")} AS text, m.tag_values,
  s.kind, s.template,
  c.login AS channel, c.twitch_id,
  a.user_id, a.login, a.display_name, a.color, a.badges, a.badge_info, a.flags,
  xm.id AS removed_by, xm.tag_values AS removal_values, ${textOf("xm")} AS removal_text,
  xs.kind AS removal_kind, xs.template AS removal_template,
  f.source`;
export const EVENT_JOINS = `
  LEFT JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN channels AS c ON c.id = m.channel_id
  LEFT JOIN authors AS a ON a.id = m.author_id
  LEFT JOIN removals AS x ON x.message_id = m.id
  LEFT JOIN messages AS xm ON xm.id = ifnull(x.removed_by, ${PENDING_REMOVER})
  LEFT JOIN shapes AS xs ON xs.id = xm.shape_id
  LEFT JOIN filled_messages AS fm ON fm.message_id = m.id
  LEFT JOIN fills AS f ON f.id = fm.fill_id`;

/** The tags of a row, with our marks. */
function tagsOf(
  { template, tag_values, text }: Pick<EventRow, "template" | "tag_values" | "text">,
  emotes: Emotes,
): string[] {
  const values = tag_values === null ? null : emotes.restore(restoreRanges(tag_values, text));
  return expand({ template, values });
}

export function eventOf(row: EventRow, emotes: Emotes): StoredEvent {
  const kind = KINDS[row.kind]!;
  const marked = splitMarks(tagsOf(row, emotes));
  const { tags } = marked;
  const event: StoredEvent = {
    id: row.id,
    channelId: row.channel_id,
    kind,
    channel: row.channel,
    text: row.text,
    tags,
  };
  const roomId = marked.roomId === undefined
    ? (lacksNumber(tags, "room-id") ? undefined : row.twitch_id ?? undefined)
    : marked.roomId ?? undefined;
  if (roomId !== undefined) event.roomId = roomId;
  if (row.sent !== null) event.sentAt = receivedAt(row.id) - row.sent;
  if (row.uuid !== null) event.uuid = unpackId(row.uuid);
  if (row.user_id !== null) {
    event.userId = row.user_id;
    event.author = { login: row.login!, flags: unpackFlags(row.flags!) };
    const userId = marked.userId === undefined ? usualUserId(tags, row.user_id) : marked.userId ?? undefined;
    if (userId !== undefined) event.author.userId = userId;
    if (row.display_name !== null) event.author.displayName = row.display_name;
    if (row.color !== null) event.author.color = row.color;
    if (row.badges !== null) event.author.badges = row.badges;
    if (row.badge_info !== null) event.author.badgeInfo = row.badge_info;
  }
  if (row.removed_by !== null && row.removal_kind !== null) {
    event.removed = removalOf(
      row.removed_by,
      KINDS[row.removal_kind]!,
      tagsOf(
        { template: row.removal_template!, tag_values: row.removal_values, text: row.removal_text! },
        emotes,
      ),
    );
  }
  if (row.source !== null) event.source = row.source;
  if (marked.changed) event.changed = marked.changed;
  return event;
}

/** The removal by an event with these tags. */
export function removalOf(by: number, kind: Kind, tags: Tags): Removal {
  const removed = { by, kind: kind as Removal["kind"] };
  const durationS = timeoutSeconds({ kind, tags });
  return durationS === undefined ? removed : { ...removed, durationS };
}

interface Marked {
  tags: Tags;
  /** The ids in the marks; `null` = no id, undefined = no mark. */
  roomId?: number | null;
  userId?: number | null;
  changed?: string[];
}

function splitMarks(stored: readonly string[]): Marked {
  if (!looksMarked(stored)) return { tags: stored };
  const marked: Marked = { tags: stored };
  let at = 0;
  const isMark = (mark: string) => stored[at] === mark || stored[at]?.startsWith(`${mark}=`);
  if (isMark(ROOM_MARK)) marked.roomId = idOf(stored[at++]!);
  if (isMark(USER_MARK)) marked.userId = idOf(stored[at++]!);
  if (stored[at]?.startsWith(`${CHANGED_MARK}=`)) {
    marked.changed = stored[at++]!.slice(CHANGED_MARK.length + 1).split(",");
  }
  if (stored[at] === END_OF_MARKS) at++;
  marked.tags = stored.slice(at);
  return marked;
}

function idOf(mark: string): number | null {
  const eq = mark.indexOf("=");
  return eq < 0 ? null : Number(mark.slice(eq + 1));
}
