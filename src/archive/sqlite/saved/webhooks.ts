/** Addresses to which new matches of saved searches are sent. */
import type { DatabaseSync } from "node:sqlite";
import type { Webhook } from "../../saved/webhook.ts";

/** By id. */
export const WEBHOOKS = `
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
      sent: db.prepare("UPDATE webhooks SET sent_to = ? WHERE id = ?"),
    };
  }

  add(webhook: Omit<Webhook, "id">): Webhook {
    const { search, url, secret, createdAt, sentTo } = webhook;
    const { lastInsertRowid } = this.#sql.add.run(search, url, secret, createdAt, sentTo);
    return { id: Number(lastInsertRowid), search, url, secret, createdAt, sentTo };
  }

  delete(id: number): void {
    this.#sql.delete.run(id);
  }

  deleteOfSearch(search: string): void {
    this.#sql.deleteOfSearch.run(search);
  }

  sent(id: number, sentTo: number): void {
    this.#sql.sent.run(sentTo, id);
  }
}
