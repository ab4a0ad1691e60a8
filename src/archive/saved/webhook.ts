/** Addresses to which new matches of saved searches are sent. */

/** A webhook. */
export interface Webhook {
  /** The archive's number of it. */
  id: number;
  /** The name of the saved search. */
  search: string;
  /** An `https` or `http` address. */
  url: string;
  /** The key of the signatures, hexadecimal. */
  secret: string;
  /** When it was added, epoch milliseconds. */
  createdAt: number;
  /** The id of the message up to which matches were sent. */
  sentTo: number;
}

/** The most webhooks that an archive can have. */
export const MAX_WEBHOOKS = 50;

/** The writer's methods for webhooks. */
export interface WebhookWriter {
  /** Adds a webhook. @returns the webhook with its id */
  addWebhook(webhook: Omit<Webhook, "id">): Webhook;
  /** Deletes a webhook. Does nothing if there is none with this id. */
  deleteWebhook(id: number): void;
  /** Stores that matches up to a message were sent. */
  webhookSent(id: number, sentTo: number): void;
}
