/** Chat lines for any channel: recorded ones if the data folder exists, otherwise invented ones. */
import { privmsgs } from "../bench/support/real_chat.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { privmsg } from "../support/chat/lines.ts";

/** A PRIVMSG, split where messages get their own values. */
export interface Line {
  /**
   * The text before the id, the room id, the time, the user id and the login, and the text after the channel.
   */
  pieces: readonly [string, string, string, string, string, string];
  userId: string;
  login: string;
}

export interface Saying {
  uuid: string;
  roomId: number;
  at: number;
  channel: string;
  /** Distinguishes the users of channels; 10 to 99. */
  crowd: number;
}

/** Requires tags in alphabetical order. */
const CUTS =
  /^(.*;id=)[^;]*(;.*;room-id=)[^;]*(;.*;tmi-sent-ts=)[^;]*(;.*;user-id=)(\d+)(;user-type=\S* :)(\w+)!\S+ PRIVMSG #\S+(.*)$/s;

/** Returns about `count` lines. */
export async function readLines(count: number): Promise<Line[]> {
  const path = dataFile("recon-arypie.irc.zst");
  const lines = path === undefined ? invented(count) : await privmsgs(path, count);
  return lines.flatMap((line) => {
    const [, a, b, c, d, userId, e, login, f] = CUTS.exec(line) ?? [];
    return f === undefined ? [] : [{ pieces: [a!, b!, c!, d!, e!, f], userId: userId!, login: login! }];
  });
}

export function say({ pieces: [a, b, c, d, e, f], ...line }: Line, saying: Saying): string {
  const { login, userId } = personIn(saying.crowd, line);
  return `${a}${saying.uuid}${b}${saying.roomId}${c}${saying.at}${d}${userId}${e}` +
    `${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${saying.channel}${f}`;
}

export function personIn(crowd: number, { login, userId }: Pick<Line, "login" | "userId">) {
  return { login: `${login}_${crowd}`, userId: Number(`${crowd}${userId}`) };
}

function invented(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const user = n * 7 % 1_500;
    const text = `line ${n} of ${count}, said by ${user}${" and again".repeat(n % 5)}`;
    return privmsg({ channel: "any", roomId: 1, login: `viewer_${user}`, userId: 1_000 + user, text });
  });
}
