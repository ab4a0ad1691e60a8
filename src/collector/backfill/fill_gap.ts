/** Fills one gap from its end backwards, with one answer of the service after the other. */
import type { ArchiveWriter } from "../../archive/writer.ts";
import type { OpenGap } from "../../archive/coverage.ts";
import type { ChatEvent } from "../../chat/events.ts";
import { RequestError } from "../../http_client.ts";
import { type HistoryLine, readHistoryLine } from "./history_line.ts";
import type { TimeJudge } from "../time/judge.ts";
import { SERVICE_SKEW_MS } from "../../chat/coverage.ts";

export interface GapOptions {
  channelId: number;
  login: string;
  /** The service's host. */
  source: string;
  /** Returns the channel's newest lines that the service received before a moment, oldest first. @throws RequestError */
  request: (before: number) => Promise<string[]>;
  /** @throws AppError unavailable */
  writer: () => ArchiveWriter;
  /** Whether the collector has received the event itself, even if it is not in the archive yet. */
  hasSeen: (event: ChatEvent, line: string) => boolean;
  /** The event as it may be stored; undefined if it may not. */
  admit: (event: ChatEvent) => ChatEvent | undefined;
  time: TimeJudge;
  /** Called after each filled part, with the number of stored events and its time range. */
  filled: (stored: number, from: number, to: number) => void;
}

/** The largest number of requests for one gap. */
const MAX_PAGES = 25;
/** The largest number of lines of an answer that are used: more would delay recording. */
const MAX_LINES = 1_000;

/** Returns true if the whole gap is filled now. @throws RequestError, AppError unavailable, or the error of a row */
export async function fillGap(gap: OpenGap, options: GapOptions): Promise<boolean> {
  const { channelId, login, source } = options;
  let until = unfilledUntil(gap);
  let before = until + SERVICE_SKEW_MS;
  for (let page = 0; page < MAX_PAGES; page++) {
    const lines = readLines(await options.request(before), login);
    const reach = lines[0]?.receivedAt;
    if (reach === undefined) return false;
    // The first millisecond of an answer may be incomplete, so it is left to the next answer, if there is one.
    const isLast = reach <= gap.from || reach + 1 >= before;
    const begin = isLast ? reach : reach + 1;
    const from = Math.max(gap.from, begin);
    if (from < until) {
      const { stored } = options.writer().fill(
        { channelId, from, to: until, source, filledAt: options.time.now() },
        lines.filter((line) =>
          line.receivedAt >= begin && belongs(line, gap, until, options.time.now()) &&
          !options.hasSeen(line.event, line.line)
        ).flatMap((line) => {
          const event = options.admit(line.event);
          return event ? [{ ...line, event }] : [];
        }),
      );
      options.filled(stored, from, until);
      until = from;
    }
    if (reach <= gap.from) return true;
    if (isLast) return false;
    before = begin;
  }
  return false;
}

/** The end of the unfilled part: fills of a gap are contiguous from its end backwards. */
function unfilledUntil({ to, fills }: OpenGap): number {
  let until = to;
  for (const fill of fills.toReversed()) if (fill.to >= until) until = Math.min(until, fill.from);
  return until;
}

/** The lines of the channel by ascending time. @throws RequestError if there are lines, but none of the channel */
function readLines(lines: readonly string[], login: string): HistoryLine[] {
  const read = lines.slice(-MAX_LINES)
    .map((line) => readHistoryLine(line, login))
    .filter((line) => line !== undefined);
  if (read.length === 0 && lines.length > 0) {
    throw new RequestError("the answer has no line of this channel", false);
  }
  return read.sort((a, b) => a.receivedAt - b.receivedAt);
}

/**
 * Whether a line belongs to the gap. Events that cannot be deduplicated are taken only from within the gap. Others are
 * also taken from a margin around it, because the clocks may differ, if the channel was recorded there.
 */
function belongs({ event, receivedAt: at }: HistoryLine, gap: OpenGap, until: number, now: number): boolean {
  const margin = event.uuid === undefined && event.sentAt === undefined ? 0 : SERVICE_SKEW_MS;
  const from = gap.from - (gap.recordedBefore ? margin : 0);
  const to = until + (gap.recordedAfter || until < gap.to ? margin : 0);
  return at >= from && at < to && at <= now;
}
