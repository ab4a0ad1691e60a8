/** Records channels. It runs in any thread; `thread.ts` runs it in a Worker. */
import type { Change, ChangeOutcome } from "../archive/change.ts";
import type { Channel } from "../archive/channel.ts";
import { AppError } from "../chat/errors.ts";
import { systemClock } from "../clock.ts";
import type { CollectorOptions } from "./collector_options.ts";
import { CollectorParts } from "./collector_parts.ts";
import { TIMINGS } from "./connection/session_options.ts";
import type { CollectorSamples, CollectorStatus } from "./recorder.ts";

const TICK_MS = 100;
/** The interval of ticks while the program ends. */
const FINISH_TICK_MS = 10;

export class Collector implements AsyncDisposable {
  readonly #options: CollectorOptions;
  readonly #parts: CollectorParts;
  /** Monotonic. */
  readonly #startedAt: number;
  readonly #ticker: ReturnType<typeof setInterval>;
  #ended = false;

  /** Opens the archive and starts to connect. @throws what opening the archive throws */
  constructor(options: CollectorOptions) {
    const { clock = systemClock } = options;
    this.#options = options;
    this.#startedAt = clock.monotonicMs();
    this.#parts = new CollectorParts(options);
    this.reloadOptOuts();
    this.#addConfigured(options.channels);
    const { ingest, roster } = this.#parts;
    for (const channel of ingest.store.flushedWriter().channels()) {
      if (channel.enabled && !channel.deleting) roster.add(channel);
    }
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  // --- calls of the main thread ---

  /** @throws AppError unavailable while the archive cannot be written */
  addChannels(logins: string[]): Channel[] {
    const { ingest, optOuts, roster, time } = this.#parts;
    const writer = ingest.store.flushedWriter();
    for (const login of logins) optOuts.refuse({ login });
    return logins.map((login) => {
      const created = writer.createChannel(login, time.now());
      // It may have been disabled before: adding it must last.
      const channel = created.enabled ? created : writer.setEnabled(created.id, true) ?? created;
      // New messages of a channel that is being deleted would belong to no channel afterwards.
      if (!channel.deleting) roster.add(channel);
      return channel;
    });
  }

  setEnabled(id: number, enabled: boolean): Channel | undefined {
    const { ingest, optOuts, roster } = this.#parts;
    const writer = ingest.store.flushedWriter();
    const known = enabled ? writer.channels().find((channel) => channel.id === id) : undefined;
    if (known) optOuts.refuse(known);
    const channel = writer.setEnabled(id, enabled);
    if (!channel) return undefined;
    if (enabled) roster.add(channel);
    else roster.remove(channel.login);
    return channel;
  }

  deleteChannel(id: number, withMessages: boolean): void {
    const { ingest: { store }, roster, maintenance } = this.#parts;
    const writer = store.flushedWriter();
    const channel = writer.channels().find((c) => c.id === id);
    if (!channel) return;
    // Its messages in the overflow file would be stored after the deletion, without a channel.
    if (withMessages && store.isOverflowing) {
      throw new AppError(
        "unavailable",
        "messages that had to wait are still being stored; try again in a moment",
      );
    }
    roster.remove(channel.login, { discard: withMessages });
    writer.deleteChannel(id, withMessages);
    maintenance.endPause();
  }

  change(change: Change): ChangeOutcome {
    const { ingest: { store }, maintenance } = this.#parts;
    switch (change.kind) {
      case "set retention": {
        const outcome = store.flushedWriter().change(change);
        maintenance.endPause();
        return outcome;
      }
      case "opt out":
      case "end opt-out": {
        const outcome = store.flushedWriter().change(change);
        this.reloadOptOuts();
        return outcome;
      }
      default:
        return store.writer.change(change);
    }
  }

  /** Reads the opt-outs again, which another process has changed. @throws AppError unavailable */
  reloadOptOuts(): void {
    this.#parts.optOuts.reload();
  }

  watch(channelId: number): void {
    this.#parts.watched.add(channelId);
    // Batches that were handed over before are committed without being announced, so wait for them.
    this.#parts.ingest.store.settle();
  }

  unwatch(channelId: number): void {
    this.#parts.watched.delete(channelId);
  }

  /** Stops writing for this reason, so that messages wait; `undefined` resumes it. */
  suspendWriting(reason: string | undefined): void {
    this.#parts.ingest.store.suspend(reason);
  }

  status(): CollectorStatus {
    const { clockWatch, coverage, emotes, ingest, readers, roster, time } = this.#parts;
    const epochOf = (monotonicMs: number) => time.epochOf(monotonicMs);
    return {
      at: time.now(),
      startedAt: epochOf(this.#startedAt),
      loginName: this.#options.credentials?.login ?? "anonymous",
      connections: readers.status(epochOf),
      channels: roster.status(this.#now()),
      writer: ingest.status(),
      time: { ...time.status(), ahead: clockWatch.ahead },
      counts: { ...ingest.counts },
      gaps: coverage.tracker.gaps,
      sessions: readers.sessionCounts,
      rejectedSamples: ingest.rejectedSamples,
      renames: roster.renames,
      emotes: emotes?.status(epochOf),
    };
  }

  takeSamples(): CollectorSamples {
    return this.#parts.ingest.takeSamples();
  }

  /** Leaves the channels, reads the lines from before the PARTs, writes the last batch, and closes the archive. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { backfiller, coverage, emotes, ingest, lines, readers, roster } = this.#parts;
    const { store, counts } = ingest;
    const requests = [backfiller, emotes].map((each) => each?.[Symbol.asyncDispose]());
    roster.ending();
    await this.#finish();
    clearInterval(this.#ticker);
    store.ending();
    await Promise.all([readers.stop(), ...requests]);
    lines.release();
    store.settle();
    coverage.tracker.stop(roster.channelIds, this.#now());
    const { dropped } = counts;
    ingest[Symbol.dispose]();
    // If messages were lost at the very end, the journal must not be extended: the last one ends before them.
    if (counts.dropped === dropped) coverage.writeJournal();
    this.#options.log.info("recording ended", { ...counts });
  }

  // --- inside ---

  #now(): number {
    return this.#parts.time.clock.monotonicMs();
  }

  #tick(): void {
    const { clockWatch, comparison, coverage, lines, maintenance, optOuts, readers, roster, time } =
      this.#parts;
    const now = this.#now();
    time.tick();
    clockWatch.tick(now);
    lines.tick();
    roster.tick();
    readers.tick(now);
    comparison.settle(now);
    coverage.tick(now);
    roster.isolateBusy(now);
    optOuts.tick();
    maintenance.tick();
  }

  #addConfigured(logins: string[]): void {
    const { optOuts } = this.#parts;
    const isOut = (login: string) => optOuts.isOut({ login });
    for (const channel of logins.filter(isOut)) {
      this.#options.log.warn("#{channel} of TWITCH_CHANNELS has opted out of being recorded", { channel });
    }
    this.addChannels(logins.filter((login) => !isOut(login)));
  }

  /** Resolves when all lines from before the PARTs are read, or that took too long. */
  async #finish(): Promise<void> {
    const { ingest, readers } = this.#parts;
    readers.finish();
    const giveUpAt = performance.now() + (this.#options.timings?.stopMs ?? TIMINGS.stopMs);
    while (!readers.isOver) {
      readers.tick(this.#now());
      // If the archive fails and the queue is full, nothing is read any more.
      const { state, queue, queueBound } = ingest.status();
      if (performance.now() > giveUpAt || state === "failing" && queue >= queueBound) return;
      await new Promise((resolve) => setTimeout(resolve, FINISH_TICK_MS));
    }
  }
}
