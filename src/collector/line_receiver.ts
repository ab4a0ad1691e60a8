/** Takes the lines of the readers: judges the time by them, and passes each one of a recorded channel to ingest, once. */
import type { ChannelLine, ChannelLineSink } from "./connection/connection_group_options.ts";
import type { ClockWatch } from "./clock_watch.ts";
import type { Readers } from "./connection/readers.ts";
import { hasDedupeKey } from "./ingest/deduplicator.ts";
import { HeldLines, lastSentAt } from "./ingest/held_lines.ts";
import type { IngestPipeline } from "./ingest/pipeline.ts";
import { UnkeyedLines } from "./ingest/unkeyed_lines.ts";
import type { ReaderComparison } from "./connection/reader_comparison.ts";
import type { OptOutFilter } from "./opt_out_filter.ts";
import { formatEvent } from "../irc/format.ts";
import type { Roster } from "./roster/roster.ts";
import type { TimeJudge } from "./time/judge.ts";

export interface LineReceiverOptions {
  time: TimeJudge;
  clockWatch: ClockWatch;
  readers: Readers;
  roster: Roster;
  comparison: ReaderComparison;
  ingest: IngestPipeline;
  optOuts: OptOutFilter;
}

export class LineReceiver implements ChannelLineSink {
  readonly #options: LineReceiverOptions;
  /** Lines that wait until the time is decided. */
  readonly #held: HeldLines<ChannelLine>;
  readonly #unkeyed = new UnkeyedLines();

  constructor(options: LineReceiverOptions) {
    this.#options = options;
    this.#held = new HeldLines(options.time, (line) => this.#take(line));
  }

  arrived(lines: readonly string[], at: number): void {
    const sentAt = lastSentAt(lines);
    if (sentAt === undefined) return;
    this.#options.time.heard(sentAt, at);
    // Rows with a wrong time are corrected before any row with the right time is stored.
    this.#options.clockWatch.tick(at);
    this.#held.tick();
  }

  chat(channelLine: ChannelLine): void {
    const { roster, ingest, time } = this.#options;
    const { event, line, at, leaving } = channelLine;
    const recorded = roster.recording(event.channel);
    if (!recorded && leaving) return void ingest.counts.late++;
    if (!recorded) return ingest.reject(line, `#${event.channel} is not being recorded`, time.epochOf(at));
    if (leaving === "reading") roster.read(recorded, at);
    if (!hasDedupeKey(event) && this.#isRepeated(channelLine)) return ingest.duplicate();
    this.#held.take(channelLine);
  }

  protocol(): void {
    this.#options.ingest.counts.protocol++;
  }

  rejected(line: string, why: string, at: number): void {
    const { ingest, time } = this.#options;
    ingest.reject(line, why, time.epochOf(at));
  }

  whenWritable(): Promise<void> | undefined {
    return this.#options.ingest.store.whenWritable();
  }

  /** Passes on the held lines if the time is decided. Call it several times a second. */
  tick(): void {
    this.#held.tick();
  }

  /** Passes on the held lines. */
  release(): void {
    this.#held.release();
  }

  #take({ event: received, line: receivedLine, at, reader }: ChannelLine): void {
    const { readers, roster, comparison, ingest, optOuts } = this.#options;
    const event = optOuts.admit(received);
    if (!event) return void ingest.counts.optedOut++;
    // A row may wait as its line.
    const line = event === received ? receivedLine : formatEvent(event);
    const { kind, uuid, channel } = event;
    const isComparable = kind === "message" || kind === "action" || kind === "notice";
    if (isComparable && uuid !== undefined && readers.bothHear(channel)) {
      comparison.heard(uuid, channel, reader.name, at);
    }
    if (ingest.take(event, line, at)) roster.recording(channel)?.rate.add(at);
  }

  /** For events without a key: whether another connection delivered the line, too, or it only answers our JOIN. */
  #isRepeated({ event: { channel }, line, at, sessionId, answersJoin }: ChannelLine): boolean {
    if (this.#options.readers.sources(channel) > 1) {
      return answersJoin || this.#unkeyed.isDuplicate(channel, line, sessionId, at);
    }
    this.#unkeyed.forget(channel);
    return false;
  }
}
