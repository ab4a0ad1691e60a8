/** What we say to the server. Lines have no line end here; `IrcConnection.send` adds it. */

/** Twitch reads JOIN lines of up to 4,096 characters, other servers 510. */
const MAX_JOIN_CHARS = 510;

/** Twitch lets anybody read chat who calls themself this and a number. */
export const ANONYMOUS_PREFIX = "justinfan";

export interface Credentials {
  login: string;
  /** With or without `oauth:`. */
  token: string;
}

/** A name for reading without an account. */
export function anonymousLogin(): string {
  return ANONYMOUS_PREFIX + (10_000 + Math.floor(Math.random() * 90_000));
}

/** The lines that log in and ask for tags and Twitch's own commands. Without a token, `login` is an anonymous one. */
export function loginLines({ login, token }: { login?: string; token?: string } = {}): string[] {
  const lines = ["CAP REQ :twitch.tv/tags twitch.tv/commands"];
  if (token !== undefined) lines.push(`PASS oauth:${token.replace(/^oauth:/, "")}`);
  lines.push(`NICK ${login ?? anonymousLogin()}`);
  return lines;
}

/** As few lines as hold all these channels. Each channel counts against the JOIN limit all the same. */
export function joinLines(logins: readonly string[]): string[] {
  const lines: string[] = [];
  let line = "";
  for (const login of logins) {
    if (line !== "" && line.length + login.length + 2 <= MAX_JOIN_CHARS) line += `,#${login}`;
    else {
      if (line !== "") lines.push(line);
      line = `JOIN #${login}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

export function partLine(login: string): string {
  return `PART #${login}`;
}

/** Twitch answers with a PONG that carries the same word. */
export function ping(word = "scrollback"): string {
  return `PING :${word}`;
}

/** The answer to a PING with these parameters. */
export function pong(params: readonly string[] = []): string {
  return `PONG :${params.at(-1) ?? "tmi.twitch.tv"}`;
}
