/** The terms that the index has of a stored message, which depend on whether the message is upgraded. */
import type { DatabaseSync } from "node:sqlite";
import type { StoredEvent } from "../../../chat/events.ts";
import { termsOfEvent } from "../search/terms.ts";
import { formerTermsOf } from "./former_terms.ts";

export class MessageTerms {
  readonly #from;

  constructor(db: DatabaseSync) {
    this.#from = db.prepare("SELECT terms_from FROM archive");
  }

  /** Messages from this id on have the present terms. */
  get from(): number {
    return this.#from.get()!.terms_from as number;
  }

  of(event: StoredEvent): string {
    return event.id >= this.from ? termsOfEvent(event, event) : formerTermsOf(event);
  }
}
