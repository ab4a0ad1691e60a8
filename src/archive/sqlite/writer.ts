/** The archive's only writer. Every method is one transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { AppendResult, ArchiveWriter, Channel, RemovedMessage, SpoolPosition } from "../archive.ts";
import type { Quarantined, Retention } from "../care.ts";
import type { FilledEvent, FillResult, ListeningChange, NewFill, OpenGap } from "../coverage.ts";
import type { ChatEvent, Received, StoredEvent } from "../../chat/events.ts";
import { nextId, receivedAt } from "../../chat/ids.ts";
import { Authors } from "./authors.ts";
import { Channels } from "./channels.ts";
import { asUnavailable, inodeOf, openForWriting, type WriterOptions } from "./connection.ts";
import { type Counted, Counters } from "./counters.ts";
import { CoverageRows } from "./coverage.ts";
import { ListeningRows } from "./coverage_writer.ts";
import { Deletion } from "./deletion.ts";
import { Fills } from "./fills.ts";
import { IndexMerge } from "./index_merge.ts";
import { Quarantine } from "./quarantine.ts";
import { reclaim } from "./reclaim.ts";
import { Removals } from "./removals.ts";
import { Retentions } from "./retention.ts";
import { packUuid, removalOf, storedTags } from "./rows.ts";
import { termsOfEvent } from "./search_index.ts";
import { Shapes } from "./shapes.ts";
import { Users } from "./users.ts";

/** Counters are written when they would touch this many rows, however long ago they last were. */
const MOST_COUNTERS = 20_000;

/** Opens or creates the archive. @throws WrongFileError, UnavailableError */
export function openSqliteArchive(options: WriterOptions): ArchiveWriter {
  const db = openForWriting(options);
  try {
    return new SqliteWriter(db, options);
  } catch (error) {
    db.close();
    throw asUnavailable(error);
  }
}

class SqliteWriter implements ArchiveWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #inode: number | null | undefined;
  readonly #authors: Authors;
  readonly #users: Users;
  readonly #shapes: Shapes;
  readonly #channels: Channels;
  readonly #counters: Counters;
  readonly #removals: Removals;
  readonly #merge: IndexMerge;
  readonly #deletion: Deletion;
  readonly #listening: ListeningRows;
  readonly #coverage: CoverageRows;
  readonly #fills: Fills;
  readonly #quarantine: Quarantine;
  readonly #retentions: Retentions;
  readonly #sql;
  #lastId = 0;
  /** What is remembered of the file may be wrong, because a transaction failed. */
  #stale = true;

  constructor(db: DatabaseSync, { path, unnoted }: WriterOptions) {
    this.#db = db;
    this.#path = path;
    this.#inode = inodeOf(path);
    this.#authors = new Authors(db);
    this.#users = new Users(db);
    this.#shapes = new Shapes(db);
    this.#channels = new Channels(db);
    this.#counters = new Counters(db);
    this.#removals = new Removals(db);
    this.#merge = new IndexMerge(db);
    this.#deletion = new Deletion(db, this.#merge);
    this.#listening = new ListeningRows(db);
    this.#coverage = new CoverageRows(db);
    this.#fills = new Fills(db);
    this.#quarantine = new Quarantine(db);
    this.#retentions = new Retentions(db, this.#deletion);
    this.#sql = {
      lastId: db.prepare("SELECT max(id) AS id FROM messages"),
      insert: db.prepare(`
        INSERT INTO messages (id, channel_id, author_id, sent, shape_id, uuid, text, tag_values)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
      index: db.prepare("INSERT INTO messages_index (rowid, terms) VALUES (?, ?)"),
      spooled: db.prepare("SELECT spool_name AS name, spool_upto AS upto FROM archive"),
      setSpooled: db.prepare("UPDATE archive SET spool_name = ?, spool_upto = ?"),
    };
    this.#transaction(() => {
      if (unnoted) this.#listening.resume(unnoted);
      this.#listening.closeOpen();
    });
    this.#counters.catchUp(() => this.flushCounters());
  }

  append(batch: readonly Received[], announce: ReadonlySet<number>, spooled?: SpoolPosition): AppendResult {
    const result: AppendResult = { stored: 0, events: [], removed: [], lastId: 0 };
    const counted: Counted[] = [];
    this.#transaction(() => {
      for (const received of batch) counted.push(this.#append(received, announce, result));
      if (spooled) this.#sql.setSpooled.run(spooled.name, spooled.upto);
    });
    for (const one of counted) this.#counters.add(one);
    result.stored = batch.length;
    result.lastId = this.#lastId;
    if (this.#counters.size > MOST_COUNTERS) this.flushCounters();
    return result;
  }

  spooled(): SpoolPosition | undefined {
    const { name, upto } = this.#sql.spooled.get()! as unknown as { name: string | null; upto: number };
    return name === null ? undefined : { name, upto };
  }

  #append({ event, receivedAt: at }: Received, announce: ReadonlySet<number>, result: AppendResult): Counted {
    const channel = this.#channelOf(event);
    const id = this.#lastId = nextId(at, this.#lastId);
    const userId = event.author && this.#users.resolve(event.author, at);
    this.#insert(event, id, channel, userId);
    if (announce.has(channel.id)) result.events.push(storedEvent(event, id, channel.id, userId));
    if (userId !== undefined) {
      const removed = this.#removals.mark(event, id, channel.id, userId);
      if (removed.length > 0 && announce.has(channel.id)) {
        const removal = removalOf(id, event.kind, event.tags)!;
        for (const one of removed) {
          announceRemoval(result, { id: one, channelId: channel.id, removed: removal });
        }
      }
    }
    return { id, channelId: channel.id, userId, kind: event.kind };
  }

  /** @throws an Error about the row where the channel is not known, or on its way out */
  #channelOf(event: ChatEvent): Channel {
    const channel = this.#channels.byLogin(event.channel);
    if (!channel || channel.deleting) {
      throw new Error(
        `Cannot store an event of the channel "${event.channel}": the archive does not know it`,
      );
    }
    if (event.roomId !== undefined && channel.twitchId === undefined) {
      this.#channels.learnTwitchId(channel, event.roomId);
    }
    return channel;
  }

  #insert(event: ChatEvent, id: number, channel: Channel, userId: number | undefined): void {
    const shape = this.#shapes.store(event.kind, storedTags(event, channel.twitchId, userId));
    this.#sql.insert.run(
      id,
      channel.id,
      event.author ? this.#authors.store(event.author, userId!) : null,
      event.sentAt === undefined ? null : receivedAt(id) - event.sentAt,
      shape.id,
      packUuid(event.uuid),
      event.text,
      shape.values,
    );
    this.#sql.index.run(id, termsOfEvent(event, { channelId: channel.id, userId }));
  }

  listen(changes: readonly ListeningChange[], knownAt: number): void {
    this.#transaction(() => this.#listening.note(changes, knownAt));
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
    const counters = new Counters(this.#db);
    return this.#transaction(() => {
      const unknown = this.#fills.unknown(fill.channelId, events);
      const fillId = this.#fills.begin(fill);
      const deleted: [id: number, uuid: string | undefined, userId: number][] = [];
      let id = 0;
      for (const { event, receivedAt: at, removed: isRemoved } of unknown) {
        const channel = this.#channelOf(event);
        if (channel.id !== fill.channelId) {
          throw new Error(`Cannot fill channel ${fill.channelId} with #${event.channel}`);
        }
        id = this.#fills.freeId(at, id);
        const userId = event.author && this.#users.meet(event.author, at);
        this.#insert(event, id, channel, userId);
        this.#fills.mark(fillId, id);
        if (userId !== undefined) this.#removals.mark(event, id, channel.id, userId);
        if (userId !== undefined && isRemoved) deleted.push([id, event.uuid, userId]);
        counters.add({ id, channelId: channel.id, userId, kind: event.kind });
      }
      for (const [id, uuid, userId] of deleted) this.#fills.markRemoved(id, uuid, fill.channelId, userId);
      counters.write();
      this.#fills.end(fillId, unknown.length);
      this.#lastId = Math.max(this.#lastId, id);
      return { stored: unknown.length, known: events.length - unknown.length };
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
    return this.#transaction(() => this.#channels.identify(login, twitchId, now));
  }

  deleteChannel(id: number, withMessages: boolean): void {
    // What is deleted is taken off the counters again: so they must have been put on.
    if (withMessages) this.flushCounters();
    this.#transaction(() => withMessages ? this.#channels.startDeleting(id) : this.#channels.hide(id));
  }

  deleteStep(rows: number): boolean {
    return this.#transaction(() => {
      const channel = this.#channels.deleting()[0];
      if (!channel) return false;
      if (!this.#deletion.step(channel.id, rows)) return true;
      this.#channels.remove(channel.id);
      return this.#channels.deleting().length > 0;
    });
  }

  quarantine(received: Received, error: string): void {
    this.#transaction(() => this.#quarantine.add(received, error));
  }

  quarantined(after: number): Quarantined[] {
    return this.#quarantine.list(after);
  }

  replayQuarantined(id: number): void {
    this.flushCounters();
    const counters = new Counters(this.#db);
    this.#transaction(() => {
      const row = this.#quarantine.take(id);
      if (!row) return;
      const { event, at } = row;
      const channel = this.#channelOf(event);
      const messageId = this.#fills.freeId(at, 0);
      const userId = event.author && this.#users.meet(event.author, at);
      this.#insert(event, messageId, channel, userId);
      if (userId !== undefined) this.#removals.mark(event, messageId, channel.id, userId);
      counters.add({ id: messageId, channelId: channel.id, userId, kind: event.kind });
      counters.write();
      this.#lastId = Math.max(this.#lastId, messageId);
    });
  }

  setRetention(channelId: number, retention: Retention): void {
    this.#transaction(() => this.#retentions.set(channelId, retention));
  }

  retentionStep(rows: number, now: number): boolean {
    return this.#transaction(() => this.#retentions.step(rows, now));
  }

  mergeStep(): boolean {
    return this.#transaction(() => this.#merge.step());
  }

  reclaimStep(pages: number): boolean {
    return reclaim(this.#db, pages);
  }

  flushCounters(): void {
    this.#transaction(() => this.#counters.write());
    this.#counters.clear();
  }

  tidy(): void {
    this.#db.exec("PRAGMA optimize; PRAGMA wal_checkpoint(PASSIVE);");
  }

  attached(): boolean {
    return inodeOf(this.#path) === this.#inode;
  }

  /**
   * Commits what `work` does, or nothing of it; then what this object remembers is read anew before it is used.
   * @throws UnavailableError where the file, and not the work, is the reason
   */
  #transaction<T>(work: () => T): T {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      if (this.#stale) this.#remember();
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#stale = true;
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw asUnavailable(error);
    }
  }

  #remember(): void {
    this.#authors.forget();
    this.#users.forget();
    this.#shapes.reload();
    this.#channels.reload();
    this.#deletion.forget();
    this.#lastId = Number(this.#sql.lastId.get()!.id ?? 0);
    this.#stale = false;
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

function storedEvent(
  event: Received["event"],
  id: number,
  channelId: number,
  userId: number | undefined,
): StoredEvent {
  return userId === undefined ? { ...event, id, channelId } : { ...event, id, channelId, userId };
}

function announceRemoval(result: AppendResult, removed: RemovedMessage): void {
  result.removed.push(removed);
  const event = result.events.find((one) => one.id === removed.id);
  if (event) event.removed = removed.removed;
}
