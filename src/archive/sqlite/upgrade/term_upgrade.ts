/**
 * Replaces the terms of an archive's older messages by the present ones, newest first, a few hundred at a time. Searches by
 * facts verify the rows of messages that are not upgraded yet.
 */
import type { DatabaseSync } from "node:sqlite";
import { Emotes } from "../codec/emotes.ts";
import { EVENT_COLUMNS, EVENT_JOINS, eventOf, type EventRow } from "../codec/event_row.ts";
import { LazyStatement } from "../fts5/health.ts";
import { factTerms, termsOfEvent, wordTerms } from "../search/terms.ts";
import { foldName, termsOfName } from "../users/name_index.ts";
import { formerTermsOf, formerWordTerms } from "./former_terms.ts";
import { MessageTerms } from "./message_terms.ts";

const NEWEST_BEFORE = `
  SELECT ${EVENT_COLUMNS}
  FROM messages AS m${EVENT_JOINS}
  WHERE m.id < ?
  ORDER BY m.id DESC
  LIMIT ?`;

/** Names that may fold differently now. */
const NAMES = `
  SELECT id, login, name
  FROM user_names
  WHERE octet_length(name) <> length(name)`;

export class TermUpgrade {
  readonly #emotes: Emotes;
  readonly #terms: MessageTerms;
  readonly #sql;
  #isDone = false;

  constructor(db: DatabaseSync) {
    this.#emotes = new Emotes(db);
    this.#terms = new MessageTerms(db);
    const remove = (index: string) =>
      new LazyStatement(db, `INSERT INTO ${index} (${index}, rowid, terms) VALUES ('delete', ?, ?)`);
    const insert = (index: string) =>
      new LazyStatement(db, `INSERT INTO ${index} (rowid, terms) VALUES (?, ?)`);
    this.#sql = {
      setFrom: db.prepare("UPDATE archive SET terms_from = ?"),
      newestBefore: db.prepare(NEWEST_BEFORE),
      names: db.prepare(NAMES),
      setName: db.prepare("UPDATE user_names SET name = ? WHERE id = ?"),
      remove: remove("messages_index"),
      insert: insert("messages_index"),
      removeName: remove("names_index"),
      insertName: insert("names_index"),
    };
  }

  /** Upgrades at most `rows` messages, inside the caller's transaction. True while there are more. */
  step(rows: number): boolean {
    if (this.#isDone) return false;
    const { from } = this.#terms;
    if (from === 0) {
      this.#isDone = true;
      return false;
    }
    const newest = this.#sql.newestBefore.all(from, rows) as unknown as EventRow[];
    // FTS5 writes its buffer whenever an id is below the one before.
    for (const row of newest.toReversed()) this.#upgrade(row);
    this.#sql.setFrom.run(newest.length < rows ? 0 : newest.at(-1)!.id);
    return newest.length === rows;
  }

  #upgrade(row: EventRow): void {
    const event = eventOf(row, this.#emotes);
    const words = wordTerms(event);
    const former = formerWordTerms(event);
    if (words === former) {
      const facts = factTerms(event);
      if (facts !== "") this.#sql.insert.statement.run(event.id, facts);
      return;
    }
    this.#sql.remove.statement.run(event.id, formerTermsOf(event));
    this.#sql.insert.statement.run(event.id, termsOfEvent(event, event));
  }

  /**
   * Folds names again. They are few, so it is done at once, at the start of the program; a second time changes nothing.
   * @param isIndexed false if `names_index` cannot be used
   */
  upgradeNames(isIndexed: boolean): void {
    if (this.#terms.from === 0) return;
    for (
      const { id, login, name } of this.#sql.names.all() as { id: number; login: string; name: string }[]
    ) {
      const folded = foldName(name);
      if (folded === name) continue;
      if (isIndexed) this.#sql.removeName.statement.run(id, termsOfName(login, name));
      this.#sql.setName.run(folded, id);
      if (isIndexed) this.#sql.insertName.statement.run(id, termsOfName(login, folded));
    }
  }

  /** Call it after a rollback. */
  forget(): void {
    this.#isDone = false;
  }
}
