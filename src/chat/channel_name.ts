/** Parses channel names from user input. */

/** Twitch logins: 1 to 25 of `a-z 0-9 _`, not beginning with `_`. Old ones may be shorter than today's minimum of 4. */
const LOGIN = /^[a-z0-9][a-z0-9_]{0,24}$/;

export function isLogin(text: string): boolean {
  return LOGIN.test(text);
}

/**
 * Returns the login in `name`, `#Name`, `@Name` or a twitch.tv address (also of a player, a chat popout or a VOD list);
 * `undefined` if there is none.
 */
export function parseChannelName(text: string): string | undefined {
  let name = text.trim().toLowerCase();
  const address = /^(?:https?:\/\/)?(?:www\.|m\.|go\.)?twitch\.tv\/(?:popout\/|moderator\/|embed\/)?([^/?#]+)/
    .exec(name);
  if (address) name = address[1]!;
  name = name.replace(/^[#@＃＠]\s*/, "");
  return isLogin(name) ? name : undefined;
}

/** Splits names at commas, semicolons and white space. Returns the logins without duplicates, and the invalid names. */
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
