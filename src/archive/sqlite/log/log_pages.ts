/** Pages of a log: finds the messages, and writes them as bytes. */
import type { DatabaseSync } from "node:sqlite";
import { type Identities, IdentitySet } from "../../access/opt_out.ts";
import type { LogPage, LogQuery } from "../../log.ts";
import { KINDS, type StoredEvent } from "../../../chat/events.ts";
import { receivedAt } from "../../../chat/ids.ts";
import { withoutRemovedText } from "../../../chat/removed_text.ts";
import { isLogged, lineOf, type LogLine, logWriter, SEPARATORS } from "../../../chat_log/formats.ts";
import { isInSpan, isSurelyInSpan, spanOfReceipt } from "../../../chat_log/span.ts";
import { withoutQuoteOf } from "../../../irc/events/quote.ts";
import type { Emotes } from "../codec/emotes.ts";
import type { DirectedQuery } from "../search/execute.ts";
import type { Found } from "../search/row_verifier.ts";
import { LogRows } from "./log_rows.ts";

/** Messages to skip in one page: some milliseconds, as their rows are not read. */
const MAX_SKIPPED = 100_000;
/** The same if their authors are read. */
const MAX_SKIPPED_BY_AUTHOR = 10_000;
/** Messages outside of the span to read in the first step of passing over them. */
const FIRST_PASSED = 500;

const RAW = KINDS.indexOf("raw");

/** Messages that are stored as lines, some of which logs do not have. */
const RAW_TEXTS = `
  SELECT m.text
  FROM json_each(?) AS j
  CROSS JOIN messages AS m ON m.id = j.value
  WHERE m.shape_id IN (SELECT id FROM shapes WHERE kind = ${RAW})`;

interface Timeline {
  /** Answers a call in one transaction. @param isContinued whether it continues another one, so that the index is checked already */
  answer<T>(isContinued: boolean, answer: () => T): T;
  /** Finds at most `limit` messages, and one more to know whether there are more. */
  read<T>(query: DirectedQuery, limit: number, rowsOf: (ids: number[]) => T[]): { rows: T[]; found: Found };
  /** The events with these ids, newest first, each with what removed it. */
  eventsOf(ids: readonly number[]): StoredEvent[];
  /** The id of a random message. */
  random(scopes: { channelId: number; userId?: number }, without?: IdentitySet): number | undefined;
}

export class LogPages {
  readonly #timeline: Timeline;
  readonly #rows: LogRows;
  readonly #encoder = new TextEncoder();
  readonly #sql;

  constructor(db: DatabaseSync, emotes: Emotes, timeline: Timeline) {
    this.#timeline = timeline;
    this.#rows = new LogRows(db, emotes);
    this.#sql = {
      hasRaw: db.prepare(`SELECT EXISTS (SELECT 1 FROM shapes WHERE kind = ${RAW}) AS yes`),
      rawTexts: db.prepare(RAW_TEXTS),
    };
  }

  /** See `LogReader.log`. */
  page(query: LogQuery): LogPage {
    return this.#timeline.answer(query.beyond !== undefined, () => this.#page(query));
  }

  /** See `LogReader.logMonths`: one search for each month. */
  months(channelId: number, userId: number): number[] {
    return this.#timeline.answer(false, () => this.#months(channelId, userId));
  }

  /** See `LogReader.randomMessage`. */
  random(channelId: number, userId?: number, without?: Identities): number | undefined {
    return this.#timeline.answer(false, () => this.#timeline.random({ channelId, userId }, setOf(without)));
  }

  #page(query: LogQuery): LogPage {
    if (query.skip === 0) return this.#written(query, 0);
    const wanted = Math.min(query.skip, query.without ? MAX_SKIPPED_BY_AUTHOR : MAX_SKIPPED);
    const { rows: ids, found } = this.#timeline.read(directed(query), wanted, (ids) => ids);
    const skipped = this.#counted(query, ids);
    const next = nextOf(found, wanted);
    return next !== undefined && skipped === query.skip
      ? this.#written({ ...query, beyond: next }, skipped)
      : { bytes: new Uint8Array(), messages: 0, skipped, next };
  }

  #months(channelId: number, userId: number): number[] {
    const months: number[] = [];
    for (let to = Number.MAX_SAFE_INTEGER;;) {
      const { rows: [id], found } = this.#timeline.read({ channelId, userId, to }, 1, (ids) => ids);
      const reached = id ?? found.stoppedAt;
      if (reached === undefined) return months;
      const at = new Date(receivedAt(reached));
      to = id === undefined ? receivedAt(reached) : Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
      if (id !== undefined) months.push(to);
    }
  }

  /**
   * A page of the span. The five minutes around it, in which its messages may have been received, can have thousands of others:
   * these are passed over in the same call, because each call of a download waits for its turn.
   */
  #written(query: LogQuery, skipped: number): LogPage {
    const page = this.#writtenFrom(query, skipped);
    if (page.messages > 0 || page.next === undefined) return page;
    const beyond = this.#passOver(query, page.next);
    return beyond === undefined
      ? { ...page, next: undefined }
      : this.#writtenFrom({ ...query, beyond }, skipped);
  }

  /** The id of the last message that is passed over; undefined if the span has no further messages. */
  #passOver(query: LogQuery, beyond: number): number | undefined {
    for (let count = FIRST_PASSED; count <= MAX_SKIPPED; count *= 2) {
      const { rows, found } = this.#timeline.read(
        directed({ ...query, beyond }),
        count,
        (ids) => this.#rows.times(ids),
      );
      const first = rows.findIndex(({ id, at }) => isInSpan(query, id, at));
      if (first >= 0) return rows[first - 1]?.id ?? beyond;
      const next = nextOf(found, count);
      if (next === undefined || found.stoppedAt !== undefined) return next;
      beyond = next;
    }
    return beyond;
  }

  #writtenFrom(query: LogQuery, skipped: number): LogPage {
    const { rows, found } = this.#timeline.read(
      directed(query),
      query.limit,
      (ids) => this.#linesOf(query, ids),
    );
    const roomId = this.#rows.roomId(query.channelId);
    const write = logWriter(query.format, roomId);
    const pieces = rows.filter(({ id, at }) => isInSpan(query, id, at)).map(write)
      .filter((piece) => piece !== undefined);
    return {
      bytes: this.#encoder.encode(pieces.join(SEPARATORS[query.format])),
      messages: pieces.length,
      skipped,
      next: nextOf(found, query.limit),
    };
  }

  #linesOf({ channelId, hidesRemoved, without, newestFirst }: LogQuery, ids: readonly number[]): LogLine[] {
    const leftOut = setOf(without);
    if (!hidesRemoved) return this.#rows.lines(channelId, ids, leftOut);
    const lines = this.#timeline.eventsOf(this.#rows.idsWithout(leftOut, ids))
      .map((event) => leftOut ? withoutQuoteOf(event, (answered) => leftOut.has(answered)) : event)
      .map((event) => lineOf(withoutRemovedText(event)));
    return newestFirst ? lines : lines.reverse();
  }

  /** How many of these messages the log has. */
  #counted(query: LogQuery, all: readonly number[]): number {
    const ids = this.#rows.idsWithout(setOf(query.without), all);
    const sure = ids.filter((id) => isSurelyInSpan(query, id));
    const others = ids.filter((id) => !isSurelyInSpan(query, id));
    const counted = this.#rows.lines(query.channelId, others)
      .filter(({ id, at, line }) => isInSpan(query, id, at) && isLogged(line));
    return sure.length - this.#unlogged(sure) + counted.length;
  }

  /** How many of these messages have a command that logs do not have. */
  #unlogged(ids: readonly number[]): number {
    if (this.#sql.hasRaw.get()!.yes === 0) return 0;
    const texts = this.#sql.rawTexts.all(JSON.stringify(ids));
    return texts.filter(({ text }) => !isLogged(text as string)).length;
  }
}

function setOf(users: Identities | undefined): IdentitySet | undefined {
  return users && new IdentitySet(users);
}

/** Where to continue after `limit` messages. */
function nextOf({ ids, stoppedAt }: Found, limit: number): number | undefined {
  return stoppedAt ?? (ids.length > limit ? ids[limit - 1] : undefined);
}

function directed({ channelId, userId, search, from, to, newestFirst, beyond }: LogQuery): DirectedQuery {
  const place = newestFirst
    ? beyond === undefined ? { at: "newest" } as const : { at: "before", id: beyond } as const
    : { at: "after", id: beyond ?? -1 } as const;
  return { channelId, userId, search, ...spanOfReceipt({ from, to }), place };
}
