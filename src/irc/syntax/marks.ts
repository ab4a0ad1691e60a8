/**
 * Marks are entries of an event's `tags` that are no tags. They record how the line differed from the usual form of its
 * kind, so that the line can be rebuilt. Marks precede the tags, which are sorted as strings (`key=value`). A line with
 * tags that look like marks is stored as `raw`.
 *
 * | mark | meaning |
 * |---|---|
 * | `-user-id`, `-room-id`, `-target-user-id` | this tag was missing, which the kind usually has |
 * | `-text` | the last parameter was missing, which the kind usually has |
 * | `:text` | there was an empty last parameter, which the kind usually does not have |
 * | `-ctcp-end` | the closing `\x01` of a `/me` was missing |
 * | `-:` | the prefix was missing |
 * | `:=prefix` | the prefix (escaped like a tag's value) was not the usual one |
 *
 * The usual prefix is `login!login@login.tmi.twitch.tv` for messages and actions, and `tmi.twitch.tv` for other kinds.
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

/** The usual prefix of a user's lines. */
export function usualPrefix(login: string): string {
  return `${login}!${login}@${login}${HOST}`;
}

/** The login in a user's usual prefix; `undefined` for any other prefix. */
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
