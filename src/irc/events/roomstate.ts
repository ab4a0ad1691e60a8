/** ROOMSTATE: the modes of a chat (emote-only, slow, …). It has all of them after a JOIN, and later only changes. */
import type { ChatEvent, Tags } from "../../chat/events.ts";
import type { IrcLine } from "../syntax/parse.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import {
  eventOf,
  finish,
  putBack,
  putBackModeration,
  putBackPerson,
  serverPrefixMarks,
  takeRoom,
} from "./fields.ts";

/** @returns undefined if the line has a text */
export function buildRoomstate(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 1) return undefined;
  const event = eventOf("state", channel, tags, undefined, "");
  const marked = serverPrefixMarks(line);
  takeRoom(event, tags, marked);
  putBack(tags, "login", tags.login);
  putBackModeration(tags);
  putBackPerson(tags);
  return finish(event, tags, marked);
}

/** Tags of a ROOMSTATE that are no modes. */
const NO_MODES = new Set(["room-id", "tmi-sent-ts", "id"]);

/** The form of a tag's key. Marks never have it. */
const KEY = /^[A-Za-z0-9][\w./-]*$/;

/** Unchanged values by key. */
export type Modes = Map<string, string>;

/** The modes in the tags of a ROOMSTATE. */
export function modesOf(tags: Tags): Modes {
  const modes: Modes = new Map();
  for (const tag of tags) {
    const eq = tag.indexOf("=");
    const key = tag.slice(0, eq);
    if (KEY.test(key) && !NO_MODES.has(key)) modes.set(key, tag.slice(eq + 1));
  }
  return modes;
}

/** The keys whose values differ from the previous ones. */
export function changedModes(before: Modes, now: Modes): string[] {
  return [...now].filter(([key, value]) => before.get(key) !== value).map(([key]) => key);
}

/** The modes as sorted tags. */
export function formatModes(modes: Modes): string[] {
  return [...modes].map(([key, value]) => `${key}=${value}`).sort();
}
