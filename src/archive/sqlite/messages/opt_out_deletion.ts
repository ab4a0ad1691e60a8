/** Deletes the messages of users who have opted out and want them deleted, a few in each step. */
import type { DatabaseSync } from "node:sqlite";
import type { Deletion } from "./deletion.ts";

const DUE = `
  SELECT twitch_id, login
  FROM opt_outs
  WHERE kind = 'user' AND stored = 'deleted'
  ORDER BY rowid`;

/** Lines without an id belong to a user with a negative id. */
const NAMELESS = `
  SELECT id
  FROM users
  WHERE login = ? AND id < 0`;

const POSITION = `
  SELECT counters_upto, (SELECT ifnull(max(id), 0) FROM messages) AS newest
  FROM archive`;

interface Progress {
  /** Everything with a smaller id is deleted. */
  reached: number;
  /**
   * The newest message when the deletion began. The deletion ends when messages up to this one are counted and none
   * is left.
   */
  until: number;
  isDone: boolean;
}

export class OptOutDeletion {
  readonly #deletion: Deletion;
  readonly #sql;
  /** By user. */
  #progress = new Map<number, Progress>();

  constructor(db: DatabaseSync, deletion: Deletion) {
    this.#deletion = deletion;
    this.#sql = {
      due: db.prepare(DUE),
      nameless: db.prepare(NAMELESS),
      position: db.prepare(POSITION),
    };
  }

  /** Deletes at most `rows` messages. True if there may be more to delete now. */
  step(rows: number): boolean {
    const users = this.#users();
    if (users.length === 0) {
      this.#progress.clear();
      return false;
    }
    const { counters_upto: counted, newest } = this.#sql.position.get()! as Record<string, number>;
    this.#progress = new Map(
      users.map((user) =>
        [user, this.#progress.get(user) ?? { reached: 0, until: newest!, isDone: false }] as const
      ),
    );
    for (const [userId, progress] of this.#progress) {
      if (progress.isDone) continue;
      // Messages that are not counted yet wait: deleting subtracts from the counters.
      const span = { from: progress.reached, before: counted! + 1 };
      const { deleted, last } = this.#deletion.oldest({ userId }, rows, span);
      if (last !== undefined) progress.reached = last + 1;
      if (deleted === rows) return true;
      progress.isDone = counted! >= progress.until;
    }
    return false;
  }

  /** Clears the progress. Call it after a rollback. */
  forget(): void {
    this.#progress.clear();
  }

  #users(): number[] {
    return this.#sql.due.all().flatMap(({ twitch_id: id, login }) => [
      ...id === null ? [] : [id as number],
      ...login === null ? [] : this.#sql.nameless.all(login!).map((row) => row.id as number),
    ]);
  }
}
