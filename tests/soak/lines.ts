/** What people say: real lines where the data folder is there, else invented ones, for any channel and any crowd. */
import { privmsgs } from "../bench/real_chat.ts";
import { dataFile } from "../support/data.ts";
import { privmsg } from "../support/lines.ts";

/** A PRIVMSG, cut where each message has something of its own. */
export interface Line {
  /** Up to the id, the room's id, the time, the user's id and the user's login, and what follows the channel's name. */
  pieces: readonly [string, string, string, string, string, string];
  userId: string;
  login: string;
}

export interface Saying {
  uuid: string;
  roomId: number;
  at: number;
  channel: string;
  /** The same person is somebody else in another crowd; 10 to 99. */
  crowd: number;
}

/** The tags stand in the alphabet's order. */
const CUTS =
  /^(.*;id=)[^;]*(;.*;room-id=)[^;]*(;.*;tmi-sent-ts=)[^;]*(;.*;user-id=)(\d+)(;user-type=\S* :)(\w+)!\S+ PRIVMSG #\S+(.*)$/s;

/** About so many lines. */
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
