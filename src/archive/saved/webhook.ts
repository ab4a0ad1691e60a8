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

/** A change of webhooks. */
export type WebhookChange =
  | { kind: "add webhook"; webhook: Omit<Webhook, "id"> }
  | { kind: "delete webhook"; id: number }
  /** Stores that matches up to a message were sent. */
  | { kind: "advance webhook"; id: number; sentTo: number };
