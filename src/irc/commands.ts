/** The lines that the client sends to the server, without line ends, which `IrcConnection.send` adds. */

/** Twitch accepts JOIN lines of up to 4,096 characters, other servers 510. */
const MAX_JOIN_CHARS = 510;

/** Twitch lets clients read chat without an account if their name is this prefix and a number. */
export const ANONYMOUS_PREFIX = "justinfan";

export interface Credentials {
  login: string;
  /** With or without `oauth:`. */
  token: string;
}

/** A name for reading without an account. */
function anonymousLogin(): string {
  return ANONYMOUS_PREFIX + (10_000 + Math.floor(Math.random() * 90_000));
}

/** The lines that log in and request tags and Twitch's own commands. Without a token, `login` must be anonymous. */
export function loginLines({ login, token }: { login?: string; token?: string } = {}): string[] {
  const lines = ["CAP REQ :twitch.tv/tags twitch.tv/commands"];
  if (token !== undefined) lines.push(`PASS oauth:${token.replace(/^oauth:/, "")}`);
  lines.push(`NICK ${login ?? anonymousLogin()}`);
  return lines;
}

/** The fewest JOIN lines for these channels. Each channel still counts against the JOIN limit. */
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

/** A PING. Twitch answers with a PONG with the same word. */
export function ping(word = "scrollback"): string {
  return `PING :${word}`;
}

/** The answer to a PING with these parameters. */
export function pong(params: readonly string[] = []): string {
  return `PONG :${params.at(-1) ?? "tmi.twitch.tv"}`;
}
