/** The grammar of an IRC line, without its meaning. */

export interface IrcLine {
  /** The unchanged tag section without its `@`; empty if the line has none. */
  tags: string;
  /** The prefix without its colon; `undefined` if the line has none. */
  prefix?: string;
  command: string;
  /** The parameters. The last one may have had a colon. */
  params: string[];
}

const SPACE = 32;
const COLON = 58;
const AT = 64;
const HASH = 35;

/**
 * Parses a line without its line end; `undefined` if it has no command. As in RFC 1459, several spaces between parts
 * count as one; tabs are not spaces.
 */
export function parseLine(line: string): IrcLine | undefined {
  let at = 0;
  let tags = "";
  let prefix: string | undefined;
  if (line.charCodeAt(0) === AT) {
    at = line.indexOf(" ");
    if (at < 0) return undefined;
    tags = line.slice(1, at);
  }
  at = skipSpaces(line, at);
  if (line.charCodeAt(at) === COLON) {
    const end = line.indexOf(" ", at);
    if (end < 0) return undefined;
    prefix = line.slice(at + 1, end);
    at = skipSpaces(line, end);
  }
  if (at >= line.length) return undefined;
  let end = line.indexOf(" ", at);
  if (end < 0) return { tags, prefix, command: line.slice(at), params: [] };
  const command = line.slice(at, end);
  const params: string[] = [];
  while ((at = skipSpaces(line, end)) < line.length) {
    if (line.charCodeAt(at) === COLON) {
      params.push(line.slice(at + 1));
      break;
    }
    end = line.indexOf(" ", at);
    if (end < 0) {
      params.push(line.slice(at));
      break;
    }
    params.push(line.slice(at, end));
  }
  return { tags, prefix, command, params };
}

/** The nick in a prefix: the part before `!` or `@`. */
export function nickOf(prefix: string): string {
  const bang = prefix.indexOf("!");
  if (bang >= 0) return prefix.slice(0, bang);
  const at = prefix.indexOf("@");
  return at >= 0 ? prefix.slice(0, at) : prefix;
}

/**
 * The inverse of {@link parseLine}. The last parameter gets a colon, which does not change the meaning, unless it is a channel
 * alone: Twitch sends none there, and simple readers expect none.
 */
export function formatLine(line: IrcLine): string {
  let text = line.tags === "" ? "" : `@${line.tags} `;
  if (line.prefix !== undefined) text += `:${line.prefix} `;
  text += line.command;
  const last = line.params.length - 1;
  for (let i = 0; i <= last; i++) {
    text += (i === last && !isLoneChannel(line.params) ? " :" : " ") + line.params[i];
  }
  return text;
}

function isLoneChannel(params: readonly string[]): boolean {
  return params.length === 1 && params[0]!.charCodeAt(0) === HASH && !params[0]!.includes(" ");
}

function skipSpaces(line: string, at: number): number {
  while (line.charCodeAt(at) === SPACE) at++;
  return at;
}
