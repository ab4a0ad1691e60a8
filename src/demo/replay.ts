/** Plays a file of raw lines through the stand-in. */
import { readLine } from "../irc/read.ts";
import { type Clock, realClock } from "./clock.ts";
import { fileLines } from "./line_file.ts";
import type { StandIn } from "./server/stand_in.ts";

export interface ReplayOptions {
  path: string;
  /** 1 = at the recorded pace, 10 = ten times faster, `flat` = as fast as it is read. */
  speed: number | "flat";
  /**
   * Whether to send lines that are not chat (PING, RECONNECT, refused logins, …), to which the reader reacts. They,
   * and lines without a channel, go to every connection.
   */
  control?: boolean;
  /** Longer silences are shortened to this (before the speed is applied): files may hold years. */
  maxPauseMs?: number;
  clock?: Clock;
  signal?: AbortSignal;
}

export interface ReplayResult {
  /** Lines sent to at least one connection. */
  sent: number;
  /** Lines of channels that no client had joined. */
  unheard: number;
  /** Lines that are not chat. */
  skipped: number;
}

/** Plays the file to its end, or until the signal. Lines whose time lies before the last one's follow at once. */
export async function replay(standIn: StandIn, options: ReplayOptions): Promise<ReplayResult> {
  const { path, speed, control = false, maxPauseMs = 30_000, clock = realClock, signal } = options;
  const result: ReplayResult = { sent: 0, unheard: 0, skipped: 0 };
  let due = clock.now();
  let latest: number | undefined;
  for await (const lines of fileLines(path)) {
    for (const { line, at } of lines) {
      if (signal?.aborted) return result;
      if (speed !== "flat" && at !== undefined) {
        if (latest !== undefined && at > latest) due += Math.min(at - latest, maxPauseMs) / speed;
        latest = Math.max(latest ?? at, at);
        if (due > clock.now()) await clock.sleep(due - clock.now(), signal);
      }
      const { kind } = readLine(line);
      if (kind === "protocol" && !control) result.skipped++;
      else if ((kind === "chat" ? standIn.send(line) : standIn.sendToAll(line)) > 0) result.sent++;
      else result.unheard++;
    }
    await standIn.ready();
  }
  return result;
}
