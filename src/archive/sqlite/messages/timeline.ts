/** Reads pages of the timeline, with and without a search. */
import type { DatabaseSync } from "node:sqlite";
import type {
  CountProgress,
  CountQuery,
  Facets,
  Histogram,
  TimelinePage,
  TimelineQuery,
} from "../../timeline.ts";
import type { Topics } from "../../statistics.ts";
import { NEWEST } from "../../../chat/place.ts";
import { type Kind, KINDS, type StoredEvent } from "../../../chat/events.ts";
import { searchableText } from "../../../search/text/tokens.ts";
import { Emotes } from "../codec/emotes.ts";
import { type DirectedQuery, SearchExecutor } from "../search/execute.ts";
import type { Found, TextRow } from "../search/row_verifier.ts";
import { inSnapshot } from "../file/transaction.ts";
import { MatchCounter } from "../statistics/match_counter.ts";
import { MessageIndex } from "../search/message_index.ts";
import { EVENT_COLUMNS, EVENT_JOINS, eventOf, type EventRow } from "../codec/event_row.ts";
import { AppError, hasCode } from "../../../chat/errors.ts";
import { LogPages } from "../log/log_pages.ts";
import { randomMessage } from "../log/random_message.ts";

const EVENT_BY_ID = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id = ?`;

const EVENTS_BY_ID = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id IN (SELECT value FROM json_each(?))
  ORDER BY m.id DESC`;
const PRESENT = "SELECT count(*) AS rows FROM messages WHERE id IN (SELECT value FROM json_each(?))";

export class Timeline {
  readonly #db: DatabaseSync;
  readonly #emotes: Emotes;
  readonly #finder: SearchExecutor;
  readonly #index: MessageIndex;
  readonly #counter: MatchCounter;
  readonly #sql;
  #hasAnswered = false;
  /** A cache of kinds by template id. A template never changes. */
  readonly #kinds = new Map<number, Kind>();

  /** The logs of channels. */
  readonly logs: LogPages;
  /** The last reason why the index could not be used. */
  indexFault: string | undefined;

  constructor(db: DatabaseSync, options?: ConstructorParameters<typeof SearchExecutor>[3]) {
    this.#db = db;
    this.#index = new MessageIndex(db);
    this.#emotes = new Emotes(db);
    const openIndex = () => this.#index.open();
    this.#finder = new SearchExecutor(db, openIndex, {
      textOf: (row) => this.#searchable(row),
      eventOf: (row) => eventOf(row, this.#emotes),
    }, options);
    this.#counter = new MatchCounter(db, this.#finder, openIndex, (ids) => this.#eventsOf(ids));
    this.logs = new LogPages(db, this.#emotes, {
      answer: (isContinued, answer) => this.#answer(isContinued, answer),
      read: (query, limit, rowsOf) => this.#read(query, limit, rowsOf),
      eventsOf: (ids) => this.#eventsOf(ids),
      random: (scopes, without) =>
        this.#checking(() =>
          randomMessage(scopes, this.#index.open(), this.#finder, (id) => this.event(id), without)
        ),
    });
    this.#sql = {
      event: db.prepare(EVENT_BY_ID),
      events: db.prepare(EVENTS_BY_ID),
      present: db.prepare(PRESENT),
      kind: db.prepare("SELECT kind FROM shapes WHERE id = ?"),
    };
  }

  event(id: number): StoredEvent | undefined {
    const row = this.#sql.event.get(id);
    return row && eventOf(row as unknown as EventRow, this.#emotes);
  }

  /** See `ArchiveReader.histogram`. */
  histogram(query: CountQuery, maxBars: number, exact?: CountProgress): Histogram | undefined {
    return this.#byIndex(() => this.#counter.histogram(query, maxBars, exact));
  }

  /** See `ArchiveReader.facets`. */
  facets(query: CountQuery): Facets | undefined {
    return this.#byIndex(() => this.#counter.facets(query));
  }

  /** See `ArchiveReader.topics`. */
  topics(query: CountQuery): Topics | undefined {
    return this.#byIndex(() => this.#counter.topics(query));
  }

  /** See `ArchiveReader.words`. */
  words(prefix: string, limit: number): [word: string, messages: number][] {
    return this.#byIndex(() => this.#counter.words(prefix, limit)) ?? [];
  }

  /** See `ArchiveReader.emotes`. */
  emotes(prefix: string, limit: number): [name: string, messages: number][] {
    return this.#byIndex(() => this.#counter.emotes(prefix, limit)) ?? [];
  }

  /** See `ArchiveReader.frequencies`. */
  frequencies(words: readonly string[]): number[] {
    return this.#byIndex(() => this.#counter.frequencies(words)) ?? words.map(() => 0);
  }

  /** Undefined if the index cannot be used. */
  #byIndex<T>(find: () => T): T | undefined {
    return this.#inTransaction(() => {
      try {
        return this.#checking(find);
      } catch (error) {
        if (!hasCode(error, "index_unusable")) throw error;
        this.indexFault = error.message;
        return undefined;
      }
    });
  }

  page(query: TimelineQuery): TimelinePage {
    return this.#answer(query.place?.at === "before", () => this.#page(query));
  }

  /** Checks the index, and answers. The check would delay the first answer of a reader, and its continuation, by 5 to 30 ms. */
  #answer<T>(isContinued: boolean, answer: () => T): T {
    return this.#inTransaction(() => {
      if (this.#hasAnswered && !isContinued) this.#check();
      this.#hasAnswered = true;
      return answer();
    });
  }

  /** The pages of the index are consistent only within a transaction. */
  #inTransaction<T>(work: () => T): T {
    return inSnapshot(this.#db, work);
  }

  #page({ place = NEWEST, limit, ...conditions }: TimelineQuery): TimelinePage {
    if (place.at !== "around") return this.#directed({ ...conditions, place }, limit);
    const newer = this.#directed({ ...conditions, place: { ...place, at: "after" } }, limit);
    const older = this.#directed({ ...conditions, place: { ...place, at: "before" } }, limit);
    const event = this.event(place.id);
    return {
      events: [...newer.events, ...event ? [event] : [], ...older.events],
      more: older.more,
      moreNewer: newer.more,
    };
  }

  #directed(query: DirectedQuery, limit: number): TimelinePage {
    const { rows: events, found } = this.#read(query, limit, (ids) => this.#eventsOf(ids));
    return found.stoppedAt === undefined
      ? { events, more: found.ids.length > limit }
      : { events, more: true, stoppedAt: found.stoppedAt, skipped: found.skipped };
  }

  /**
   * Finds the messages of a page, and one more, by the index. If the index cannot be used and the query has no words, scans
   * every row.
   * @param rowsOf reads the rows of the page
   */
  #read<T>(query: DirectedQuery, limit: number, rowsOf: (ids: number[]) => T[]): { rows: T[]; found: Found } {
    let read: { rows: T[]; found: Found } | undefined;
    const find = () => {
      const found = this.#finder.find(query, limit + 1);
      read = { rows: rowsOf(found.ids.slice(0, limit)), found };
      if (read.rows.length < Math.min(found.ids.length, limit) && !this.#areThere(found.ids)) {
        throw new AppError("index_unusable", "it contains messages that do not exist");
      }
      return read;
    };
    try {
      return this.#checking(find);
    } catch (error) {
      if (!hasCode(error, "index_unusable")) throw error;
      this.indexFault = error.message;
      if (query.search && read) return read;
      if (query.search) throw error;
    }
    const found = this.#finder.scan(query, limit + 1);
    return { rows: rowsOf(found.ids.slice(0, limit)), found };
  }

  /** Runs `find` again if the index fails and the self-check, unless it ran before, decides for MATCH. */
  #checking<T>(find: () => T): T {
    try {
      return find();
    } catch (error) {
      if (!hasCode(error, "index_unusable") || !this.#index.check()) throw error;
      return find();
    }
  }

  /** Newest first. */
  #eventsOf(ids: readonly number[]): StoredEvent[] {
    return this.#sql.events.all(JSON.stringify(ids))
      .map((row) => eventOf(row as unknown as EventRow, this.#emotes));
  }

  #areThere(ids: readonly number[]): boolean {
    return this.#sql.present.get(JSON.stringify(ids))!.rows === ids.length;
  }

  /** Checks whether the index can be used, and how. */
  checkIndex(): void {
    this.#inTransaction(() => this.#check());
  }

  #check(): void {
    try {
      this.#index.check();
    } catch (error) {
      if (!hasCode(error, "index_unusable")) throw error;
      this.indexFault = error.message;
    }
  }

  /** Whether the index can be used, and has every message. */
  isIndexed(): boolean {
    try {
      this.#index.open();
      return true;
    } catch {
      return false;
    }
  }

  /** Why searches use MATCH instead of the index's pages; undefined if they do not. */
  get unreadableIndex(): string | undefined {
    return this.#index.unreadable;
  }

  #searchable([id, text, templateId]: TextRow): string {
    let kind = this.#kinds.get(templateId);
    if (kind === undefined) {
      kind = KINDS[this.#sql.kind.get(templateId)!.kind as number]!;
      this.#kinds.set(templateId, kind);
    }
    return kind === "message" ? text : searchableText(this.event(id)!);
  }
}
