/** Addresses to which new matches of saved searches are sent. */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeOutcome } from "../../change.ts";
import type { Webhook } from "../../saved/webhook.ts";

const WEBHOOKS = `
  SELECT id, search, url, secret, created_at AS createdAt, sent_to AS sentTo
  FROM webhooks
  ORDER BY id`;

export class Webhooks {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      add: db.prepare(
        "INSERT INTO webhooks (search, url, secret, created_at, sent_to) VALUES (?, ?, ?, ?, ?)",
      ),
      delete: db.prepare("DELETE FROM webhooks WHERE id = ?"),
      deleteOfSearch: db.prepare("DELETE FROM webhooks WHERE search = ?"),
      advance: db.prepare("UPDATE webhooks SET sent_to = ? WHERE id = ?"),
    };
  }

  add({ search, url, secret, createdAt, sentTo }: Omit<Webhook, "id">): ChangeOutcome {
    this.#sql.add.run(search, url, secret, createdAt, sentTo);
    return "done";
  }

  delete(id: number): ChangeOutcome {
    return this.#sql.delete.run(id).changes === 1 ? "done" : "missing";
  }

  deleteOfSearch(search: string): void {
    this.#sql.deleteOfSearch.run(search);
  }

  advance(id: number, sentTo: number): ChangeOutcome {
    return this.#sql.advance.run(sentTo, id).changes === 1 ? "done" : "missing";
  }
}

/** A function that reads every webhook, by id. */
export function webhookReader(db: DatabaseSync): () => Webhook[] {
  const all = db.prepare(WEBHOOKS);
  return () => all.all() as unknown as Webhook[];
}
