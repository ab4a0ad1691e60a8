/**
 * Tracks which channels are heard. A channel is heard while at least one reader hears it. Times are monotonic. While the
 * archive cannot be written, the changes wait in a {@link ChangeQueue}.
 */
import type { UnwrittenCoverage } from "../../archive/coverage.ts";
import { END_REASONS, type EndReason } from "../../chat/coverage.ts";
import { ChangeQueue, type ChangeQueueOptions } from "./change_queue.ts";

export class CoverageTracker {
  /** The readers that hear each channel. */
  readonly #readersByChannel = new Map<number, Set<string>>();
  /** Channels that nobody has heard since they were enabled, and when that was (monotonic). */
  readonly #neverHeard = new Map<number, number>();
  /** Channels with dropped messages, and when (monotonic) the last of these arrived. */
  readonly #dropping = new Map<number, number>();
  /** Gaps that began, by reason. */
  readonly #gaps = Object.fromEntries(
    Object.keys(END_REASONS).map((reason) => [reason, 0]),
  ) as Record<EndReason, number>;
  readonly #changes: ChangeQueue;

  constructor(options: ChangeQueueOptions) {
    this.#changes = new ChangeQueue(options, () => this.#resume());
  }

  /** Gaps that began since the start, by reason, of channels that were heard before. */
  get gaps(): Readonly<Record<EndReason, number>> {
    return this.#gaps;
  }

  /** The channel is enabled. */
  wanted(channelId: number, at: number): void {
    if (this.#readersByChannel.has(channelId)) return;
    this.#neverHeard.set(channelId, at);
    this.#changes.add({ kind: "wanted", channelId, at });
  }

  started(channelId: number, reader: string, at: number): void {
    const hearers = this.#readersByChannel.get(channelId);
    if (hearers) return void hearers.add(reader);
    this.#readersByChannel.set(channelId, new Set([reader]));
    this.#dropping.delete(channelId);
    this.#neverHeard.delete(channelId);
    this.#changes.add({ kind: "started", channelId, at });
  }

  /**
   * @param at the last moment at which the reader certainly received everything
   * @returns whether it was the last reader that heard the channel
   */
  ended(channelId: number, reader: string, at: number, reason: EndReason): boolean {
    const hearers = this.#readersByChannel.get(channelId);
    if (!hearers?.delete(reader) || hearers.size > 0) return false;
    this.left(channelId, at, reason);
    return true;
  }

  /** No reader hears the channel any more, or the reason has changed. */
  left(channelId: number, at: number, reason: EndReason): void {
    if (this.#readersByChannel.delete(channelId)) this.#gaps[reason]++;
    this.#neverHeard.delete(channelId);
    this.#changes.add({ kind: "ended", channelId, at, reason });
  }

  /** Twitch refused a reader. This is the reason for the gap, unless another reader hears the channel. */
  refused(channelId: number, at: number): void {
    if (!this.#readersByChannel.has(channelId)) {
      this.#changes.add({ kind: "ended", channelId, at, reason: "not joined" });
    }
  }

  /** The reason since `since` for channels that nobody has heard since they were enabled. Others have a reason. */
  explainUnheard(since: number, reason: EndReason): void {
    for (const [channelId, wantedAt] of this.#neverHeard) {
      this.#changes.add({ kind: "ended", channelId, at: Math.max(since, wantedAt), reason });
    }
  }

  /**
   * A message that arrived at `at` was dropped, and others may be missing since `since`. The channel does not count as heard
   * until the archive can be written again.
   */
  dropped(channelId: number, { at, since }: { at: number; since: number }): void {
    if (!this.#dropping.has(channelId)) {
      this.#gaps.storage++;
      this.#changes.add({ kind: "ended", channelId, at: since, reason: "storage" });
    }
    this.#dropping.set(channelId, at);
  }

  /**
   * Another archive file is in use now. It has no open intervals, and its channels may have other ids.
   * @param ids from a channel's id in the old file to its id in the new one
   */
  reopened(ids: ReadonlyMap<number, number>): void {
    const hearers = [...this.#readersByChannel];
    const neverHeard = [...this.#neverHeard];
    this.#readersByChannel.clear();
    this.#neverHeard.clear();
    for (const [old, wantedAt] of neverHeard) {
      const channelId = ids.get(old);
      if (channelId !== undefined) this.#neverHeard.set(channelId, wantedAt);
    }
    this.#dropping.clear();
    this.#changes.clear();
    for (const [old, readers] of hearers) {
      const channelId = ids.get(old);
      if (channelId === undefined) continue;
      this.#readersByChannel.set(channelId, readers);
      this.#changes.add({ kind: "started", channelId, at: this.#changes.knownMonotonic });
    }
  }

  /** See {@link ChangeQueue.rewriteAll}. */
  rewriteAll(): void {
    this.#changes.rewriteAll();
  }

  /** See {@link ChangeQueue.confirmed}. */
  confirmed(): void {
    this.#changes.confirmed();
  }

  /** Writes changes if that is due. Call it several times a second. */
  tick({ isLast = false } = {}): void {
    this.#changes.tick({ isOpen: this.#readersByChannel.size > 0, isLast });
  }

  /** The program stops: ends these channels with that reason, heard or not, and writes the changes. */
  stop(channelIds: Iterable<number>, now: number): void {
    for (const channelId of channelIds) this.left(channelId, now, "stopped");
    this.tick({ isLast: true });
  }

  /** See {@link ChangeQueue.unwritten}. */
  unwritten(until: number): UnwrittenCoverage | undefined {
    return this.#changes.unwritten(until);
  }

  /** The archive can be written: channels with dropped messages count as heard again. */
  #resume(): void {
    for (const [channelId, at] of this.#dropping) {
      if (this.#readersByChannel.has(channelId)) {
        this.#changes.add({ kind: "started", channelId, at: at + 1 });
      }
    }
    this.#dropping.clear();
  }
}
