/** What was said to whom, and what the archive has of it. Of a message only its number is remembered; its id tells it. */
import type { DatabaseSync } from "node:sqlite";
import { openForReading } from "../../src/archive/sqlite/file/connection.ts";
import { type Kind, KINDS } from "../../src/chat/events.ts";
import { pause } from "./pause.ts";

/** What one channel was told. What the program notes by itself, such as a channel's state, does not count. */
export interface Account {
  /** Its place among all accounts, from 1. */
  place: number;
  login: string;
  /** The archive's id of the channel. */
  id: number;
  messages: number;
  timeouts: number;
  /** Of both, how many have been seen in the archive. */
  stored: number;
  /** The channel was deleted with all that was said there. */
  deleted: boolean;
}

export interface Verdict {
  /** What the archive is to hold: everything that somebody heard, but for deleted channels. */
  kept: number;
  missing: number;
  doubled: number;
  /** In the archive, but not said in that channel, or deleted with it. */
  stray: number;
}

/** What is said is to be stored within this time. */
const PATIENCE_MS = 60_000;
/** Of a channel few messages are deleted; they go in small steps, and only when there is time for it. */
const DELETION_PATIENCE_MS = 300_000;
const ROWS_AT_ONCE = 5_000;
const EVERY_MS = 50;
/** Stands for the account of a message that was found. */
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
  /** Every account there ever was. */
  readonly accounts: Account[] = [];
  /** Messages that were said and heard. */
  messages = 0;
  readonly #byId = new Map<number, Account>();
  /** By a message's number, its account's place. */
  readonly #places: Uint16Array;
  #lastId = 0;

  /** @param most so many messages may be said */
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

  /** That message was said, and somebody heard it. */
  message(account: Account): void {
    this.#places[this.messages++] = account.place;
    account.messages++;
  }

  /** Resolves when all that was said in these channels is stored. @throws when it is not in time */
  async settled(accounts: readonly Account[]): Promise<void> {
    const waiting = () => accounts.filter(({ messages, timeouts, stored }) => stored < messages + timeouts);
    for (const endAt = Date.now() + PATIENCE_MS; waiting().length > 0; await pause(EVERY_MS)) {
      if (Date.now() < endAt) continue;
      const told = waiting().map(({ login, messages, timeouts, stored }) =>
        `#${login} has ${stored} of ${messages + timeouts}`
      );
      throw new Error(`what was said is not stored after ${PATIENCE_MS / 1_000} s: ${told.join(", ")}`);
    }
  }

  /** Counts what the archive takes in, until told to stop. */
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

  /** Whether a channel that was deleted with its messages is still there: the program takes its time for it. */
  deleting(): boolean {
    return this.#beingDeleted().length > 0;
  }

  /** Resolves when nothing is being deleted. @throws when it is not in time */
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

  /** Reads the whole archive and compares it with what was said, message by message. To be called once, at the end. */
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

/** Of the message whose id this is; see {@link Ledger.nextUuid}. */
function numberOf(uuid: Uint8Array): number {
  return new DataView(uuid.buffer, uuid.byteOffset).getUint32(12);
}
