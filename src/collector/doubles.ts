import type { ChatEvent } from "../chat/events.ts";

/**
 * Remembers the last message ids, so that a message that two connections delivered is stored once. Two generations
 * of a set: what was seen last stays known for at least `generation` and at most twice as many ids.
 */
export class Doubles {
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(private readonly generation = 50_000) {}

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** Whether `key` was seen before; from now on it was. */
  seen(key: string): boolean {
    if (this.has(key)) return true;
    this.#young.add(key);
    if (this.#young.size >= this.generation) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return false;
  }
}

/** What makes two deliveries the same message; `undefined` for lines that carry nothing unique. */
export function doubleKey(event: ChatEvent, line: string): string | undefined {
  switch (event.kind) {
    case "message":
    case "action":
    case "notice":
      return event.uuid;
    case "timeout":
    case "ban":
    case "clear":
    case "deletion":
      return event.sentAt === undefined ? undefined : line;
    default:
      return undefined;
  }
}
