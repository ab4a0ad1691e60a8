/** The archive's only writer. Implements `ArchiveWriter` on the thread of its caller. */
import type { DatabaseSync } from "node:sqlite";
import type { Change, ChangeOutcome } from "../change.ts";
import type { Channel } from "../channel.ts";
import {
  type AppendOutcome,
  type AppendResult,
  type ArchiveWriter,
  DETACHED,
  type OverflowPosition,
} from "../writer.ts";
import type { OptOut } from "../access/opt_out.ts";
import type { EmoteService } from "../../chat/set_emotes.ts";
import type { Quarantined } from "../maintenance.ts";
import type { FilledEvent, FillResult, ListeningChange, NewFill, OpenGap } from "../coverage.ts";
import type { Received } from "../../chat/events.ts";
import { receivedAt } from "../../chat/ids.ts";
import { fileAt, openForWriting, type WriterOptions } from "./file/connection.ts";
import { appendResult, type Committed } from "./batch_committer.ts";
import { BatchBuilder, type ColumnarBatch } from "./messages/batch.ts";
import { MaintenanceSteps } from "./maintenance.ts";
import { asUnavailable } from "./file/sqlite_errors.ts";
import { AppError } from "../../chat/errors.ts";
import { createWriterParts, type WriterParts } from "./writer_parts.ts";

export class SqliteWriter implements ArchiveWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #file: string | undefined;
  readonly #batches = new BatchBuilder();
  readonly #parts: WriterParts;

  /** Opens or creates the archive, on this thread. @throws AppError wrong_file, unavailable */
  static open(options: WriterOptions): SqliteWriter {
    const db = openForWriting(options);
    try {
      return new SqliteWriter(db, options);
    } catch (error) {
      db.close();
      throw asUnavailable(error);
    }
  }

  private constructor(db: DatabaseSync, { path, unwritten }: WriterOptions) {
    this.#db = db;
    this.#path = path;
    this.#file = fileAt(path);
    this.#parts = createWriterParts(db, () => {
      if (!this.attached()) throw new AppError("unavailable", DETACHED);
    });
    const { listening, committer, upgrade, indexes } = this.#parts;
    this.#transaction(() => {
      upgrade.upgradeNames(indexes.isUsable("names_index"));
      if (unwritten) listening.resume(unwritten);
      listening.closeOpen();
    });
    committer.catchUp();
  }

  /** The steps of {@link maintain}. */
  get maintenance(): MaintenanceSteps {
    return this.#parts.maintenance;
  }

  append(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflowPosition?: OverflowPosition,
  ): AppendResult {
    return appendResult(batch, this.appendPacked(this.#batches.pack(batch), announce, overflowPosition));
  }

  appendLater(...[batch, announce, overflowPosition, done]: Parameters<ArchiveWriter["appendLater"]>): void {
    let outcome: AppendOutcome;
    try {
      outcome = { ok: true, ...this.append(batch, announce, overflowPosition) };
    } catch (error) {
      outcome = { ok: false, error };
    }
    done(outcome);
  }

  settle(): void {
    // Every call has ended when it returns.
  }

  /** Like {@link append}, for a batch that was packed, possibly on another thread. */
  appendPacked(
    batch: ColumnarBatch,
    announce: ReadonlySet<number>,
    overflowPosition?: OverflowPosition,
  ): Committed {
    const { counted, ...committed } = this.#parts.committer.commit(batch, announce, overflowPosition);
    this.maintenance.appended();
    this.#parts.clock.stored(counted);
    return committed;
  }

  newestAt(): number {
    return receivedAt(this.#parts.ids.top);
  }

  correctClock(now: number, shiftMs: number): { ahead: number; changed: boolean } {
    return this.#parts.clock.correctClock(now, shiftMs);
  }

  overflowPosition(): OverflowPosition | undefined {
    return this.#parts.committer.overflowPosition();
  }

  storeCoverage(changes: readonly ListeningChange[], knownAt: number, replaceAll = false): void {
    this.#transaction(() => this.#parts.listening.note(changes, knownAt, replaceAll));
  }

  storeCoverageLater(
    ...[changes, knownAt, replaceAll, done]: Parameters<ArchiveWriter["storeCoverageLater"]>
  ): void {
    try {
      this.storeCoverage(changes, knownAt, replaceAll);
    } catch (error) {
      return done(error);
    }
    done();
  }

  unfilledGaps(channelId: number, from: number): OpenGap[] {
    return this.#transaction(() => this.#parts.coverage.unfilledGaps(channelId, from));
  }

  fill(fill: NewFill, events: readonly FilledEvent[]): FillResult {
    return this.#parts.pastMessages.fill(fill, events);
  }

  channels(): Channel[] {
    return this.#parts.channels.list();
  }

  createChannel(login: string, now: number): Channel {
    return this.#transaction(() => this.#parts.channels.create(login, now));
  }

  setEnabled(id: number, enabled: boolean): Channel | undefined {
    return this.#transaction(() => this.#parts.channels.setEnabled(id, enabled));
  }

  identifyChannel(login: string, twitchId: number, now: number): Channel {
    const isRename = this.#parts.channels.isRename(login, twitchId);
    // The counter tells whether a channel has messages.
    if (isRename) this.flushCounters();
    return this.#transaction(() => {
      if (isRename) this.#parts.channels.reload();
      return this.#parts.channels.identify(login, twitchId, now);
    });
  }

  deleteChannel(id: number, withMessages: boolean): void {
    // Deleting subtracts messages from the counters, so these must include them.
    if (withMessages) this.flushCounters();
    this.#transaction(() =>
      withMessages ? this.#parts.channels.startDeleting(id) : this.#parts.channels.hide(id)
    );
  }

  quarantine(received: Received, error: string): number {
    return this.#transaction(() => this.#parts.quarantine.add(received, error));
  }

  quarantined(after: number): Quarantined[] {
    return this.#parts.quarantine.list(after);
  }

  replayQuarantined(id: number): void {
    this.#parts.pastMessages.replayQuarantined(id);
  }

  change(change: Change): ChangeOutcome {
    return this.#transaction(() => this.#parts.changes.make(change));
  }

  emoteSetSize(channelId: number | undefined, service: EmoteService): number {
    return this.#parts.emoteSets.size(channelId, service);
  }

  applyOptOuts(mayDelete: boolean): OptOut[] {
    // Deleting subtracts messages from the counters, so these must include them.
    this.flushCounters();
    return this.#transaction(() => {
      const { channels, optOuts, optOutDeletion } = this.#parts;
      // Messages that waited may have been stored since the deletion ended.
      optOutDeletion.forget();
      const all = optOuts();
      for (const { kind, stored, ...identity } of all) {
        const channel = kind === "channel" ? channels.identified(identity) : undefined;
        if (!channel || channel.deleting) continue;
        if (stored === "deleted" && mayDelete) channels.startDeleting(channel.id);
        else if (!channel.hidden) channels.hide(channel.id);
      }
      return all;
    });
  }

  maintain(budgetMs: number, now: number): boolean {
    return this.maintenance.run(budgetMs, now);
  }

  flushCounters(): void {
    this.#parts.committer.flushCounters();
  }

  attached(): boolean {
    return fileAt(this.#path) === this.#file;
  }

  #transaction<T>(work: () => T): T {
    return this.#parts.transactions.run(work);
  }

  [Symbol.dispose](): void {
    try {
      this.flushCounters();
    } finally {
      this.#close();
    }
  }

  #close(): void {
    try {
      // SQLite does this when the last connection closes, but threads of readers end without closing theirs. A copy of the
      // file must be complete once the program has stopped.
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      this.#db.close();
    }
  }
}
