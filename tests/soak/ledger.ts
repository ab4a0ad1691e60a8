/** Records the sent messages and compares them with the archive. A message's id contains its number. */
import type { DatabaseSync } from "node:sqlite";
import { openForReading } from "../../src/archive/sqlite/file/connection.ts";
import { type Kind, KINDS } from "../../src/chat/events.ts";
import { pause } from "./pause.ts";

/** The messages sent to one channel. Events that the program adds, such as room states, do not count. */
export interface Account {
  /** Index among all accounts, from 1. */
  place: number;
  login: string;
  /** The archive's id of the channel. */
  id: number;
  messages: number;
  timeouts: number;
  /** How many of both were found in the archive. */
  stored: number;
  /** Whether the channel was deleted with its messages. */
  deleted: boolean;
}

export interface Verdict {
  /** Expected events: all that were written to a connection, except those of deleted channels. */
  kept: number;
  missing: number;
  doubled: number;
  /** In the archive, but not sent to that channel, or deleted with it. */
  stray: number;
}

/** Sent messages must be stored within this time. */
const PATIENCE_MS = 60_000;
/** Messages are deleted in small steps, only while the writer is idle. */
const DELETION_PATIENCE_MS = 300_000;
const ROWS_AT_ONCE = 5_000;
const EVERY_MS = 50;
/** Replaces the account of a message that was found. */
const FOUND = 0xffff;

/** Events after an id. */
const EVENTS = `
  SELECT m.id, m.channel_id, s.kind, m.uuid
  FROM messages AS m
  JOIN shapes AS s ON s.id = m.shape_id
  WHERE m.id > ?
  ORDER BY m.id
  LIMIT ?`;
const ALL = -1;

interface EventRow {
  id: number;
  channel_id: number;
  kind: number;
  uuid: Uint8Array | null;
}

export class Ledger {
  /** All accounts, also of deleted channels. */
  readonly accounts: Account[] = [];
  /** Messages that were written to at least one connection. */
  messages = 0;
  readonly #byId = new Map<number, Account>();
  /** The account's place by message number. */
  readonly #places: Uint16Array;
  #lastId = 0;

  /** @param most maximum number of messages */
  constructor(readonly dbPath: string, most: number) {
    this.#places = new Uint16Array(most);
  }

  open(login: string, id: number): Account {
    const account = {
      place: this.accounts.length + 1,
      login,
      id,
      messages: 0,
      timeouts: 0,
      stored: 0,
      deleted: false,
    };
    this.accounts.push(account);
    this.#byId.set(id, account);
    return account;
  }

  /** The id of the next message. */
  nextUuid(): string {
    return `00000000-0000-4000-8000-${this.messages.toString(16).padStart(12, "0")}`;
  }

  /** Records that a message was written to a connection. */
  message(account: Account): void {
    this.#places[this.messages++] = account.place;
    account.messages++;
  }

  /** Resolves when all messages of these channels are stored. @throws after {@link PATIENCE_MS} */
  async settled(accounts: readonly Account[]): Promise<void> {
    const waiting = () => accounts.filter(({ messages, timeouts, stored }) => stored < messages + timeouts);
    for (const endAt = Date.now() + PATIENCE_MS; waiting().length > 0; await pause(EVERY_MS)) {
      if (Date.now() < endAt) continue;
      const told = waiting().map(({ login, messages, timeouts, stored }) =>
        `#${login} has ${stored} of ${messages + timeouts}`
      );
      throw new Error(`messages are not stored after ${PATIENCE_MS / 1_000} s: ${told.join(", ")}`);
    }
  }

  /** Counts stored events until `signal` is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    using db = openForReading(this.dbPath);
    const events = db.prepare(EVENTS);
    while (!signal.aborted) {
      const fresh = events.all(this.#lastId, ROWS_AT_ONCE) as unknown as EventRow[];
      for (const { channel_id, kind } of fresh) {
        const account = this.#byId.get(channel_id);
        if (account && isCounted(KINDS[kind]!)) account.stored++;
      }
      this.#lastId = fresh.at(-1)?.id ?? this.#lastId;
      await pause(fresh.length < ROWS_AT_ONCE ? EVERY_MS : 0);
    }
  }

  /** Whether messages of a deleted channel are still being deleted. */
  deleting(): boolean {
    return this.#beingDeleted().length > 0;
  }

  /** Resolves when nothing is being deleted. @throws after `patienceMs` */
  async deleted(patienceMs = DELETION_PATIENCE_MS): Promise<void> {
    for (const endAt = Date.now() + patienceMs;; await pause(EVERY_MS)) {
      const logins = this.#beingDeleted();
      if (logins.length === 0) return;
      if (Date.now() < endAt) continue;
      throw new Error(`still being deleted after ${patienceMs / 1_000} s: #${logins.join(", #")}`);
    }
  }

  #beingDeleted(): string[] {
    using db = openForReading(this.dbPath);
    const rows = db.prepare("SELECT login FROM channels WHERE deleting = 1 ORDER BY login").all();
    return rows.map(({ login }) => login as string);
  }

  /** Compares the whole archive with the sent messages. Call it once, at the end. */
  verify(): Verdict {
    using db = openForReading(this.dbPath);
    const kept = this.accounts.filter(({ deleted }) => !deleted);
    const sum = (of: (account: Account) => number) => kept.reduce((all, account) => all + of(account), 0);
    const verdict = { kept: sum(({ messages, timeouts }) => messages + timeouts), doubled: 0, stray: 0 };
    let found = 0;
    const timeouts = new Map(kept.map((account) => [account, account.timeouts]));
    for (const { channel_id, kind, uuid } of allEvents(db)) {
      if (!isCounted(KINDS[kind]!)) continue;
      const account = this.#byId.get(channel_id);
      if (!account || account.deleted) {
        verdict.stray++;
      } else if (uuid === null) {
        const left = timeouts.get(account)!;
        if (left === 0) verdict.doubled++;
        else found++;
        timeouts.set(account, Math.max(0, left - 1));
      } else {
        const number = numberOf(uuid);
        const place = this.#places[number];
        if (place === account.place) {
          this.#places[number] = FOUND;
          found++;
        } else if (place === FOUND) verdict.doubled++;
        else verdict.stray++;
      }
    }
    return { ...verdict, missing: verdict.kept - found };
  }
}

function isCounted(kind: Kind): boolean {
  return kind === "message" || kind === "action" || kind === "timeout";
}

function allEvents(db: DatabaseSync): Iterable<EventRow> {
  return db.prepare(EVENTS).iterate(0, ALL) as Iterable<unknown> as Iterable<EventRow>;
}

/** The number of the message with this id; see {@link Ledger.nextUuid}. */
function numberOf(uuid: Uint8Array): number {
  return new DataView(uuid.buffer, uuid.byteOffset).getUint32(12);
}
