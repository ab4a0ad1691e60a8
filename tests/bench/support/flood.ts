/** Real lines, sent as fast as they are read: in several channels, by whoever wrote them or by a crowd. */
import type { StandIn } from "../../../src/demo/server/stand_in.ts";

/** Lines between two looks at whether the readers keep up. */
const LINES_AT_ONCE = 500;

/** Who writes, and where. */
export interface Cast {
  channels: readonly string[];
  /** So many people take the places of the real authors; undefined = the real authors write in every channel. */
  crowd?: number;
}

export const roomIdOf = ({ channels }: Cast, login: string): number => 1_000 + channels.indexOf(login);

/** A line in bytes, with room for its id and its time. */
interface Template {
  bytes: Uint8Array;
  /** Where the last digits of the id go, and the time. */
  idAt: number;
  timeAt: number;
}

/** Ids count up in these digits: quick to make, and no less work for the reader. */
const ID_DIGITS = 12;
const RUN = crypto.randomUUID().slice(0, -ID_DIGITS);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEX = encode("0123456789abcdef");

/** Sends the lines over and over, each time with another id and the present time. */
export class Flood {
  readonly #lines: readonly Template[];
  readonly #wire: Uint8Array;
  #sent = 0;

  constructor(lines: readonly string[], cast: Cast) {
    const authors = new Map<string, number>();
    this.#lines = lines.map((line, n) => templateOf(castLine(line, n, cast, authors)));
    const longest = this.#lines.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    this.#wire = new Uint8Array(LINES_AT_ONCE * (longest + 10));
  }

  async send(twitch: StandIn, messages: number): Promise<void> {
    for (const end = this.#sent + messages; this.#sent < end;) {
      // There is one connection, which has every channel.
      twitch.sendRaw(this.#write(Math.min(LINES_AT_ONCE, end - this.#sent)));
      await twitch.ready();
    }
  }

  #write(count: number): Uint8Array {
    const wire = this.#wire;
    const now = encode(String(Date.now()));
    const first = Math.floor(this.#sent / this.#lines.length);
    // In later rounds each text gets a number: without it all texts would be known, and stored once.
    const tails = [first, first + 1].map((round) => encode(round === 0 ? "\r\n" : ` ${round}\r\n`));
    let length = 0;
    for (const end = this.#sent + count; this.#sent < end; this.#sent++) {
      const round = Math.floor(this.#sent / this.#lines.length);
      const { bytes, idAt, timeAt } = this.#lines[this.#sent - round * this.#lines.length]!;
      const tail = tails[round - first]!;
      wire.set(bytes, length);
      wire.set(now, length + timeAt);
      for (let digit = ID_DIGITS, rest = this.#sent; rest > 0; rest = Math.floor(rest / 16)) {
        wire[length + idAt + --digit] = HEX[rest % 16]!;
      }
      wire.set(tail, length + bytes.length);
      length += bytes.length + tail.length;
    }
    return wire.slice(0, length);
  }
}

/**
 * The line as somebody else in another channel. The n-th real author becomes another person in each channel, so that a
 * person writes as much as a real one, in one channel, and looks the same all the time.
 * @param authors the real authors' user ids, numbered in the order in which they appear
 */
function castLine(line: string, n: number, cast: Cast, authors: Map<string, number>): string {
  const at = n % cast.channels.length;
  const channel = cast.channels[at]!;
  const placed = line
    .replace(/;room-id=[^;]*/, `;room-id=${roomIdOf(cast, channel)}`)
    .replace(/ PRIVMSG #\S+/, ` PRIVMSG #${channel}`);
  if (cast.crowd === undefined) return placed;
  const real = /;user-id=(\d+)/.exec(line)![1]!;
  if (!authors.has(real)) authors.set(real, authors.size);
  const person = (authors.get(real)! * cast.channels.length + at) % cast.crowd;
  const login = `person_${person}`;
  const color = (person * 7_919 % 0x1000000).toString(16).toUpperCase().padStart(6, "0");
  const months = person % 36;
  return placed
    .replace(/badge-info=[^;]*;badges=[^;]*/, `badge-info=subscriber/${months};badges=subscriber/${months}`)
    .replace(/;color=[^;]*;display-name=[^;]*/, `;color=#${color};display-name=Person_${person}`)
    .replace(/;mod=1;/, ";mod=0;")
    .replace(/;subscriber=0;/, ";subscriber=1;")
    .replace(/;user-id=\d+/, `;user-id=${1_000_000 + person}`)
    .replace(/ :\S+ PRIVMSG /, ` :${login}!${login}@${login}.tmi.twitch.tv PRIVMSG `);
}

/** Twitch's tags come by name, so the id stands before the time. */
function templateOf(line: string): Template {
  const match = /^(.*?;id=)[^;]*(;.*?;tmi-sent-ts=)(\d{13})(;.*)$/s.exec(line);
  if (!match) throw new Error(`no id before the time in: ${line}`);
  const [, before, between, time, after] = match;
  const idAt = encode(before + RUN).length;
  return {
    bytes: encode(before + RUN + "0".repeat(ID_DIGITS) + between + time + after),
    idAt,
    timeAt: idAt + ID_DIGITS + encode(between!).length,
  };
}
