/**
 * Marks are entries of an event's `tags` that are no tags: they say where the line departed from what its kind usually
 * looks like, so that the line can be rebuilt. They stand before the tags, which are sorted as strings (`key=value`).
 * A line that has tags which look like marks is kept as `raw`.
 *
 * | mark | what it says |
 * |---|---|
 * | `-user-id`, `-room-id`, `-target-user-id` | the line did not have this tag, which its kind usually has |
 * | `-text` | there was no last parameter, where there usually is one |
 * | `:text` | there was a last parameter, and it was empty, where there usually is none |
 * | `-ctcp-end` | a `/me` whose closing `\x01` was missing |
 * | `-:` | the line had no prefix |
 * | `:=prefix` | its prefix (escaped like a tag's value), where it is not the usual one |
 *
 * Usual prefixes are `login!login@login.tmi.twitch.tv` for what a person wrote and `tmi.twitch.tv` for all else.
 */

export const NO_USER_ID = "-user-id";
export const NO_ROOM_ID = "-room-id";
export const NO_TARGET_USER_ID = "-target-user-id";
export const NO_TEXT = "-text";
export const EMPTY_TEXT = ":text";
export const NO_CTCP_END = "-ctcp-end";
export const NO_PREFIX = "-:";
export const ODD_PREFIX = ":=";

export const SERVER_PREFIX = "tmi.twitch.tv";
const HOST = `.${SERVER_PREFIX}`;

/** Whether an entry of `tags` is a mark. */
export function isMark(entry: string): boolean {
  const first = entry.charCodeAt(0);
  return first === 45 || first === 58;
}

/** What a person's lines usually begin with. */
export function usualPrefix(login: string): string {
  return `${login}!${login}@${login}${HOST}`;
}

/** The login of a person's usual prefix, or `undefined` where it is another one. */
export function usualLogin(prefix: string): string | undefined {
  const length = (prefix.length - HOST.length - 2) / 3;
  if (length < 1 || !Number.isInteger(length)) return undefined;
  const login = prefix.slice(0, length);
  return prefix.charCodeAt(length) === 33 && prefix.charCodeAt(2 * length + 1) === 64 &&
      prefix.startsWith(login, length + 1) && prefix.startsWith(login, 2 * length + 2) &&
      prefix.endsWith(HOST)
    ? login
    : undefined;
}
