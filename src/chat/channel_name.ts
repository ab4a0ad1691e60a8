/** Reading channel names as people type them. */

/** Twitch logins: 1 to 25 of `a-z 0-9 _`, not beginning with `_` (old ones may be shorter than today's least of 4). */
const LOGIN = /^[a-z0-9][a-z0-9_]{0,24}$/;

export function isLogin(text: string): boolean {
  return LOGIN.test(text);
}

/**
 * A login out of `name`, `#Name`, `@Name`, or a twitch.tv address (also of a player, a chat popout or a VOD list);
 * `undefined` where there is none in it.
 */
export function parseChannelName(text: string): string | undefined {
  let name = text.trim().toLowerCase();
  const address = /^(?:https?:\/\/)?(?:www\.|m\.|go\.)?twitch\.tv\/(?:popout\/|moderator\/|embed\/)?([^/?#]+)/
    .exec(name);
  if (address) name = address[1]!;
  name = name.replace(/^[#@＃＠]\s*/, "");
  return isLogin(name) ? name : undefined;
}

/** Splits a field of one or many names (commas, spaces, new lines) into logins, each once, and what is none. */
export function parseChannelNames(text: string): { logins: string[]; wrong: string[] } {
  const logins = new Set<string>();
  const wrong: string[] = [];
  for (const piece of text.split(/[\s,;]+/)) {
    if (piece === "") continue;
    const login = parseChannelName(piece);
    if (login === undefined) wrong.push(piece);
    else logins.add(login);
  }
  return { logins: [...logins], wrong };
}
