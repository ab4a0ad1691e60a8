/** Filling one gap: from its end backwards, an answer of the service at a time. */
import type { ArchiveWriter } from "../../archive/archive.ts";
import type { OpenGap } from "../../archive/coverage.ts";
import type { ChatEvent } from "../../chat/events.ts";
import { HistoryError } from "./history_client.ts";
import { type HistoryLine, readHistoryLine } from "./history_line.ts";
import type { TimeJudge } from "../time/judge.ts";

export interface GapOptions {
  channelId: number;
  login: string;
  /** The service's host. */
  source: string;
  /** The newest lines of the channel that the service received before a moment, oldest first. @throws HistoryError */
  ask: (before: number) => Promise<string[]>;
  /** @throws AppError unavailable */
  writer: () => ArchiveWriter;
  /** Whether we have heard this ourselves, though it may not be in the archive yet. */
  heard: (event: ChatEvent, line: string) => boolean;
  time: TimeJudge;
  /** Told of what was filled. */
  filled: (stored: number, from: number, to: number) => void;
}

/** So many answers are asked for to fill one gap. */
const MAX_PAGES = 25;
/** Of an answer: more would hold up recording. */
const MAX_LINES = 1_000;
/** The clocks of the service and of this machine may differ by so much; it is also what the archive compares. */
const MARGIN_MS = 60_000;

/** True where the whole gap is filled now. @throws HistoryError, AppError unavailable, and what is wrong with a row */
export async function fillGap(gap: OpenGap, options: GapOptions): Promise<boolean> {
  const { channelId, login, source } = options;
  let upto = unfilledUpto(gap);
  let before = upto + MARGIN_MS;
  for (let page = 0; page < MAX_PAGES; page++) {
    const lines = readLines(await options.ask(before), login);
    const reach = lines[0]?.receivedAt;
    if (reach === undefined) return false;
    // Of the millisecond in which an answer begins there may be more: it is left to the next one, if there is one.
    const isLast = reach <= gap.from || reach + 1 >= before;
    const begin = isLast ? reach : reach + 1;
    const from = Math.max(gap.from, begin);
    if (from < upto) {
      const { stored } = options.writer().fill(
        { channelId, from, to: upto, source, filledAt: options.time.now() },
        lines.filter((line) =>
          line.receivedAt >= begin && belongs(line, gap, upto, options.time.now()) &&
          !options.heard(line.event, line.line)
        ),
      );
      options.filled(stored, from, upto);
      upto = from;
    }
    if (reach <= gap.from) return true;
    if (isLast) return false;
    before = begin;
  }
  return false;
}

/** Fills begin at a gap's end; this is where they have come to. */
function unfilledUpto({ to, fills }: OpenGap): number {
  let upto = to;
  for (const fill of fills.toReversed()) if (fill.to >= upto) upto = Math.min(upto, fill.from);
  return upto;
}

/** By ascending time. */
function readLines(lines: readonly string[], login: string): HistoryLine[] {
  const read = lines.slice(-MAX_LINES)
    .map((line) => readHistoryLine(line, login))
    .filter((line) => line !== undefined);
  if (read.length === 0 && lines.length > 0) {
    throw new HistoryError("its answer has no line of this channel", false);
  }
  return read.sort((a, b) => a.receivedAt - b.receivedAt);
}

/**
 * What carries nothing by which it could be known again is taken from within the gap only; the rest also from around
 * it, where the clocks may differ, as far as that was to be recorded.
 */
function belongs({ event, receivedAt: at }: HistoryLine, gap: OpenGap, upto: number, now: number): boolean {
  const margin = event.uuid === undefined && event.sentAt === undefined ? 0 : MARGIN_MS;
  const from = gap.from - (gap.heardBefore ? margin : 0);
  const to = upto + (gap.heardAfter || upto < gap.to ? margin : 0);
  return at >= from && at < to && at <= now;
}
