/** The archive's only writer. Every method is one transaction. */
import type { DatabaseSync } from "node:sqlite";
import {
  type AppendOutcome,
  type AppendResult,
  type ArchiveWriter,
  type Channel,
  DETACHED,
  type OverflowPosition,
} from "../archive.ts";
import type { Quarantined, Retention } from "../maintenance.ts";
import type { FilledEvent, FillResult, ListeningChange, NewFill, OpenGap } from "../coverage.ts";
import type { Received } from "../../chat/events.ts";
import { firstIdAt, receivedAt, TICKS } from "../../chat/ids.ts";
import { type Announced, Appender } from "./messages/append.ts";
import { ChannelWriter } from "./channels/channel_writer.ts";
import { fileAt, openForWriting, type WriterOptions } from "./file/connection.ts";
import { type Counted, Counters } from "./messages/counters.ts";
import { CoverageQueries } from "./coverage/coverage_queries.ts";
import { CoverageRowWriter } from "./coverage/coverage_writer.ts";
import { Deletion } from "./messages/deletion.ts";
import { Fills, type RemovedMessage } from "./coverage/fills.ts";
import { AHEAD_MS, IdClock } from "./messages/id_clock.ts";
import { IndexMerge } from "./fts5/merge.ts";
import { BatchBuilder, type ColumnarBatch, IRREGULAR } from "./messages/batch.ts";
import { Mover } from "./doctor/mover.ts";
import { Quarantine } from "./messages/quarantine.ts";
import { reclaim, reclaimAll } from "./file/reclaim.ts";
import { Removals } from "./messages/removals.ts";
import { Retentions } from "./messages/retention.ts";
import { asUnavailable } from "./file/sqlite_errors.ts";
import { RepeatedTexts } from "./codec/repeated_texts.ts";
import { Transactions } from "./transactions.ts";
import { UserWriter } from "./users/user_writer.ts";
import { WriterIndexes } from "./fts5/writer_indexes.ts";
import { AppError } from "../../chat/errors.ts";

/**
 * Counters are written when they hold this many users of channels (4 MB), however long ago they last were. With 20,000 the
 * chat of 20,000 people took a third longer: each was written again after few of their messages.
 */
const MAX_COUNTERS = 50_000;
/** While messages come in they may be this old in the file; a crash loses none of them (they are counted again). */
const COUNTERS_MS = 3_000;
/** While messages come in, it is looked as often whether the file is still there. */
const LOOK_MS = 3_000;
/** Events without a time of their own that are moved when the time is put right. */
const MAX_SHIFTED = 10_000;
/** How far the end of what was stored by a wrong clock may be off. */
const SLACK_MS = 1_000;
/** By the counters, which are right to the minute: a minute's beginning, and not before what it was. */
const CHANNEL_SPANS = `
  UPDATE channels AS c
  SET first_at = min(ifnull(m.first, first_at), first_at), last_at = m.last
  FROM (
    SELECT channel_id, min(minute) * 60000 AS first, max(minute) * 60000 AS last
    FROM channel_minutes
    GROUP BY channel_id
  ) AS m
  WHERE m.channel_id = c.id AND (c.last_at >= m.last + 60000 OR c.first_at < m.first)`;
/** Pages that a step gives back where nothing comes in. */
const COMPACT_PAGES = 256;

/** What became of a batch that was packed. */
export interface Committed {
  announced: Announced[];
  repeated: number;
  lastId: number;
}

/** Opens or creates the archive, in this thread. @throws AppError wrong_file, unavailable */
export function openSqliteArchive(options: WriterOptions): ArchiveWriter {
  return SqliteWriter.open(options);
}

export class SqliteWriter implements ArchiveWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #file: string | undefined;
  readonly #packer = new BatchBuilder();
  readonly #appender: Appender;
  readonly #indexes: WriterIndexes;
  readonly #transactions: Transactions;
  readonly #users: UserWriter;
  readonly #channels: ChannelWriter;
  readonly #counters: Counters;
  readonly #removals: Removals;
  readonly #texts: RepeatedTexts;
  readonly #merge: IndexMerge;
  readonly #deletion: Deletion;
  readonly #listening: CoverageRowWriter;
  readonly #coverage: CoverageQueries;
  readonly #fills: Fills;
  readonly #quarantine: Quarantine;
  readonly #retentions: Retentions;
  readonly #sql;
  readonly #ids: IdClock;
  /** Ids that this run gave before the time was certain; undefined once it is. */
  #doubted: number[] | undefined = [];
  #mover: Mover | undefined;
  #countedAt = performance.now();
  #lookedAt = performance.now();
  #appendedAt = performance.now();

  static open(options: WriterOptions): SqliteWriter {
    const db = openForWriting(options);
    try {
      return new SqliteWriter(db, options);
    } catch (error) {
      db.close();
      throw asUnavailable(error);
    }
  }

  private constructor(db: DatabaseSync, { path, unnoted }: WriterOptions) {
    this.#db = db;
    this.#path = path;
    this.#file = fileAt(path);
    this.#indexes = new WriterIndexes(db);
    this.#transactions = new Transactions(db, this.#indexes, () => this.#remember());
    this.#users = new UserWriter(db, this.#indexes);
    this.#channels = new ChannelWriter(db);
    this.#counters = new Counters(db);
    this.#removals = new Removals(db, this.#indexes);
    this.#texts = new RepeatedTexts(db);
    this.#appender = new Appender(db, {
      channels: this.#channels,
      users: this.#users,
      removals: this.#removals,
      texts: this.#texts,
      indexes: this.#indexes,
    });
    this.#merge = new IndexMerge(db);
    this.#deletion = new Deletion(db, { merge: this.#merge, texts: this.#texts });
    this.#listening = new CoverageRowWriter(db);
    this.#coverage = new CoverageQueries(db);
    this.#fills = new Fills(db);
    this.#quarantine = new Quarantine(db);
    this.#retentions = new Retentions(db, this.#deletion);
    this.#ids = new IdClock(db);
    this.#sql = {
      ahead: db.prepare("SELECT count(*) AS messages FROM messages WHERE id >= ?"),
      isUntimed: db.prepare("SELECT 1 FROM messages WHERE id = ? AND sent IS NULL"),
      createdAhead: db.prepare("UPDATE channels SET created_at = ?1 WHERE created_at > ?1"),
      taken: db.prepare("SELECT 1 FROM messages WHERE id = ?"),
      countedUpto: db.prepare(
        "UPDATE archive SET counters_upto = (SELECT ifnull(max(id), -1) FROM messages)",
      ),
      channelSpans: db.prepare(CHANNEL_SPANS),
      spooled: db.prepare("SELECT spool_name AS name, spool_upto AS upto FROM archive"),
      setSpooled: db.prepare("UPDATE archive SET spool_name = ?, spool_upto = ?"),
    };
    this.#transaction(() => {
      if (unnoted) this.#listening.resume(unnoted);
      this.#listening.closeOpen();
    });
    this.#counters.catchUp(() => this.flushCounters());
  }

  append(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    spooled?: OverflowPosition,
  ): AppendResult {
    return appendResult(batch, this.commit(this.#packer.pack(batch), announce, spooled));
  }

  appendLater(...[batch, announce, spooled, done]: Parameters<ArchiveWriter["appendLater"]>): void {
    let outcome: AppendOutcome;
    try {
      outcome = { ok: true, ...this.append(batch, announce, spooled) };
    } catch (error) {
      outcome = { ok: false, error };
    }
    done(outcome);
  }

  settle(): void {
    // Nothing is ever under way.
  }

  /** `append` for events that were packed, perhaps on another thread. */
  commit(batch: ColumnarBatch, announce: ReadonlySet<number>, spooled?: OverflowPosition): Committed {
    // Before, because what it throws must not be about a batch that is committed.
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_MS) {
      if (!this.attached()) throw new AppError("unavailable", DETACHED);
      this.#lookedAt = now;
    }
    if (now - this.#countedAt > COUNTERS_MS || this.#counters.size > MAX_COUNTERS) this.flushCounters();
    const first = firstReceivedAt(batch);
    const isBehind = first !== undefined && this.#ids.begin(first);
    if (isBehind) this.flushCounters();
    const { announced, counted, repeated, lastId } = this.#transaction(() => {
      if (spooled) this.#sql.setSpooled.run(spooled.name, spooled.upto);
      const appended = this.#appender.append(batch, this.#ids, announce);
      if (spooled?.isInherited) this.#coverStored(appended.counted);
      if (isBehind) this.#count(appended.counted);
      return appended;
    });
    this.#ids.given(lastId);
    this.#appendedAt = performance.now();
    if (this.#doubted && this.#doubted.length < MAX_SHIFTED) {
      this.#doubted.push(...counted.map(({ id }) => id));
    }
    if (!isBehind) { for (const one of counted) this.#counters.add(one); }
    return { announced, repeated, lastId };
  }

  newestAt(): number {
    return receivedAt(this.#ids.top);
  }

  setRight(now: number, shiftMs: number): { ahead: number; changed: boolean } {
    const limit = now + AHEAD_MS;
    this.#ids.certain();
    if (this.#doubted && Math.abs(shiftMs) > SLACK_MS) this.#shift(now, shiftMs);
    this.#doubted = undefined;
    const changed = this.#transaction(() => {
      this.#sql.createdAhead.run(limit);
      return this.#listening.cutAhead(limit);
    });
    const { messages } = this.#sql.ahead.get(firstIdAt(limit)) as { messages: number };
    return { ahead: messages, changed };
  }

  spooled(): OverflowPosition | undefined {
    const { name, upto } = this.#sql.spooled.get()! as unknown as { name: string | null; upto: number };
    return name === null ? undefined : { name, upto };
  }

  listen(changes: readonly ListeningChange[], knownAt: number, anew = false): void {
    this.#transaction(() => this.#listening.note(changes, knownAt, anew));
  }

  listenLater(...[changes, knownAt, anew, done]: Parameters<ArchiveWriter["listenLater"]>): void {
    try {
      this.listen(changes, knownAt, anew);
    } catch (error) {
      return done(error);
    }
    done();
  }

  unfilledGaps(channelId: number, from: number): OpenGap[] {
    return this.#transaction(() => this.#coverage.unfilledGaps(channelId, from));
  }

  /**
   * Counters are written at once: their mark says that everything up to an id is counted, so what goes in below it has
   * to be counted with it.
   */
  fill(fill: NewFill, events: readonly FilledEvent[]): FillResult {
    this.flushCounters();
    return this.#transaction(() => {
      this.#needIndex("What was missed cannot be filled in");
      const counters = new Counters(this.#db);
      const unknown = this.#fills.unknown(fill.channelId, events);
      const fillId = this.#fills.begin(fill);
      const removed: RemovedMessage[] = [];
      let id = 0;
      let stored = 0;
      for (const row of unknown) {
        const { event } = row;
        id = this.#fills.freeId(row.receivedAt, id);
        const placed = this.#appender.place(row, id, "past");
        if (!placed) continue;
        if (placed.channelId !== fill.channelId) {
          throw new Error(`Cannot fill channel ${fill.channelId} with #${event.channel}`);
        }
        stored++;
        this.#fills.mark(fillId, id);
        const { userId } = placed;
        if (userId !== undefined && row.removed) {
          removed.push({ id, uuid: event.uuid, userId, login: event.author!.login });
        }
        counters.add(placed);
      }
      this.#fills.markRemoved(fill.channelId, removed);
      counters.write();
      this.#fills.end(fillId, stored);
      this.#ids.given(id);
      return { stored, known: events.length - stored };
    });
  }

  channels(): Channel[] {
    return this.#channels.list();
  }

  createChannel(login: string, now: number): Channel {
    return this.#transaction(() => this.#channels.create(login, now));
  }

  setEnabled(id: number, enabled: boolean): Channel | undefined {
    return this.#transaction(() => this.#channels.setEnabled(id, enabled));
  }

  identifyChannel(login: string, twitchId: number, now: number): Channel {
    const isRename = this.#channels.isRename(login, twitchId);
    // Whether a row is empty is told by its counter.
    if (isRename) this.flushCounters();
    return this.#transaction(() => {
      if (isRename) this.#channels.reload();
      return this.#channels.identify(login, twitchId, now);
    });
  }

  deleteChannel(id: number, withMessages: boolean): void {
    // What is deleted is taken off the counters again: so they must have been put on.
    if (withMessages) this.flushCounters();
    this.#transaction(() => withMessages ? this.#channels.startDeleting(id) : this.#channels.hide(id));
  }

  deleteStep(rows: number): boolean {
    return this.#withIndex(() => {
      const channel = this.#channels.deleting()[0];
      if (!channel) return false;
      if (!this.#deletion.step(channel.id, rows)) return true;
      this.#channels.remove(channel.id);
      return this.#channels.deleting().length > 0;
    });
  }

  quarantine(received: Received, error: string): number {
    return this.#transaction(() => this.#quarantine.add(received, error));
  }

  quarantined(after: number): Quarantined[] {
    return this.#quarantine.list(after);
  }

  replayQuarantined(id: number): void {
    this.flushCounters();
    this.#transaction(() => {
      const counters = new Counters(this.#db);
      const row = this.#quarantine.take(id);
      if (!row) return;
      const messageId = this.#fills.freeId(row.at, 0);
      const placed = this.#appender.place({ event: row.event, receivedAt: row.at }, messageId, "past");
      if (!placed) return;
      counters.add(placed);
      counters.write();
      this.#ids.given(messageId);
    });
  }

  setRetention(channelId: number, retention: Retention): void {
    this.#transaction(() => this.#retentions.set(channelId, retention));
  }

  retentionStep(rows: number, now: number): boolean {
    return this.#withIndex(() => this.#retentions.step(rows, now));
  }

  removalStep(rows: number): boolean {
    return this.#transaction(() => this.#removals.step(rows));
  }

  mergeStep(): boolean {
    return this.#withIndex(() => this.#merge.step());
  }

  compactStep(quietMs: number): boolean {
    if (performance.now() - this.#appendedAt < quietMs) return false;
    return this.#withIndex(() => this.#merge.compact()) || reclaimAll(this.#db, COMPACT_PAGES);
  }

  reclaimStep(pages: number): boolean {
    return reclaim(this.#db, pages);
  }

  flushCounters(): void {
    this.#countedAt = performance.now();
    this.#transaction(() => this.#counters.write());
    this.#counters.clear();
  }

  tidy(): void {
    this.#db.exec("PRAGMA optimize; PRAGMA wal_checkpoint(PASSIVE);");
  }

  attached(): boolean {
    return fileAt(this.#path) === this.#file;
  }

  /** A step of work on the index, after which there is more to do or not: none is done while the index cannot be used. */
  #withIndex(step: () => boolean): boolean {
    const index = "messages_index";
    return this.#transaction(() =>
      this.#indexes.isUsable(index) && this.#indexes.use(index, step, { isAlone: false })
    );
  }

  /** @throws AppError unavailable */
  #needIndex(what: string): void {
    if (this.#indexes.isUsable("messages_index")) return;
    throw new AppError("unavailable", `${what} while the search index cannot be used`);
  }

  #transaction<T>(work: () => T): T {
    return this.#transactions.run(work);
  }

  /** Moves what this run stored by a wrong clock and says nothing of its own time: the state of rooms, mostly. */
  #shift(now: number, shiftMs: number): void {
    this.flushCounters();
    const before = firstIdAt(now + SLACK_MS - shiftMs);
    this.#transaction(() => {
      const wrong = this.#doubted!.filter((id) =>
        (shiftMs < 0 ? id >= firstIdAt(now + SLACK_MS) : id < before) && this.#sql.isUntimed.get(id)
      );
      if (wrong.length === 0) return;
      let last = -1;
      const moves = wrong.map((id) => {
        let to = Math.max(last + 1, id + shiftMs * TICKS);
        while (this.#sql.taken.get(to)) to++;
        return { id, to: last = to };
      });
      (this.#mover ??= new Mover(this.#db)).move(moves, this.#indexes.isUsable("messages_index"));
      this.#sql.countedUpto.run();
      this.#sql.channelSpans.run();
    });
    this.#ids.remember({ anew: true });
  }

  /** Written at once: the mark of what is counted lies above it. */
  #count(counted: readonly Counted[]): void {
    const counters = new Counters(this.#db);
    for (const one of counted) counters.add(one);
    counters.write();
  }

  /** What an earlier run left in the overflow file was heard. By their ids, which may be a little later than the receipt. */
  #coverStored(rows: readonly Counted[]): void {
    this.#listening.evidence.cover(rows.map(({ channelId, id }) => ({ channelId, at: receivedAt(id) })));
  }

  #remember(): void {
    this.#appender.forget();
    this.#users.forget();
    this.#channels.reload();
    this.#deletion.forget();
    this.#texts.forget();
    this.#ids.remember();
  }

  [Symbol.dispose](): void {
    try {
      this.flushCounters();
      // SQLite does it at the last connection's end, but readers' threads end without closing theirs; and whoever copies
      // the file of a program that was stopped should have all of it.
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      this.#db.close();
    }
  }
}

function firstReceivedAt({ size, kinds, others, receivedAt }: ColumnarBatch): number | undefined {
  if (size === 0) return undefined;
  return kinds[0] === IRREGULAR ? others[0]!.receivedAt : receivedAt[0];
}

/** The events of a batch with the places that they got. */
export function appendResult(
  batch: readonly Received[],
  { announced, repeated, lastId }: Committed,
): AppendResult {
  const events = announced.map(({ index, ...place }) => ({ ...batch[index]!.event, ...place }));
  return { events, repeated, lastId };
}
