/** The chat of the demo's channels: endless, invented and repeatable. */
import { type Channel, CHANNELS } from "./cast.ts";
import { Random } from "./random.ts";
import { Room } from "./room.ts";

export interface ChatterOptions {
  /** The same seed gives the same chat. */
  seed?: number;
  /** When the chat begins, epoch milliseconds. */
  startMs: number;
  /** Lines a second, over all channels. */
  rate?: number;
  /** How many channels; beyond the cast's own, its channels come again under names with a number. */
  channels?: number;
}

export interface ScriptLine {
  /** When it is said, epoch milliseconds; rising. */
  at: number;
  line: string;
}

/** The first channels of the demo: the cast's own, then the same again as `name_2`, `name_3` and so on. */
export function demoChannels(count = CHANNELS.length): Channel[] {
  return Array.from({ length: count }, (_, i) => {
    const channel = CHANNELS[i % CHANNELS.length]!;
    const round = Math.floor(i / CHANNELS.length) + 1;
    return round === 1 ? channel : { ...channel, login: `${channel.login}_${round}` };
  });
}

/** Never ends. */
export function* chatter(options: ChatterOptions): Generator<ScriptLine, never> {
  const { seed = 1, startMs, rate = 3, channels } = options;
  const random = new Random(seed);
  const rooms = demoChannels(channels).map((channel) => new Room(channel, random));
  let at = startMs;
  while (true) {
    // Chat comes in bursts.
    at += -Math.log(1 - random.next()) * 1000 / rate;
    // The first channels are the busiest.
    const room = rooms[Math.floor(random.next() ** 1.4 * rooms.length)]!;
    yield { at: Math.round(at), line: room.next(Math.round(at)) };
  }
}
