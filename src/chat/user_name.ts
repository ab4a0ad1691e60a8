/** Parses user names from user input. */

/** Display names have at most 25 characters; old ones may have more. */
const MAX_LENGTH = 60;
const ADDRESS = /^(?:https?:\/\/)?(?:www\.|m\.|go\.)?twitch\.tv\/([^/?#\s]+)/i;
/** The form in which pages show a user whose display name differs from the login. */
const WITH_LOGIN = /^[^()]*\(([a-z0-9_]{1,25})\)$/i;

/**
 * Returns the login or display name in `name`, `@Name`, `표시명`, `표시명 (login)` or a twitch.tv address, in the typed case;
 * undefined if it has no letter, digit or `_`, or more than 60 characters.
 */
export function parseUserName(text: string): string | undefined {
  if (text.length > 1_000) return undefined;
  const typed = text.trim().replace(/^[@＠]/, "").trim();
  const name = ADDRESS.exec(typed)?.[1] ?? WITH_LOGIN.exec(typed)?.[1] ?? typed;
  return [...name].length <= MAX_LENGTH && /[\p{L}\p{N}_]/u.test(name) ? name : undefined;
}
