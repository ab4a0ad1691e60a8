/**
 * Lines that carry nothing unique (NOTICE, ROOMSTATE, what has neither id nor time) cannot be deduplicated by a key. Where a
 * channel is heard on several connections at once, a text is stored as often as the connection that brought it most often
 * brought it: what all of them brought is stored once, and what only one of them brought is not lost. One case is left: the
 * same text twice within the moment in which a channel moves, once on the old connection alone and once on the new one alone,
 * is stored once.
 */

/** Texts of a channel, and characters of them, that are remembered. The oldest are forgotten first. */
const MAX_TEXTS = 1_000;
const MAX_CHARS = 256 * 1024;

/** A text that did not come for so long begins anew, in milliseconds: what one connection missed does not count for ever. */
const FORGET_MS = 60_000;

interface Count {
  at: number;
  stored: number;
  /** By connection. */
  brought: Map<number, number>;
}

export class UnkeyedLines {
  readonly #channels = new Map<string, Texts>();

  /**
   * Whether another connection brought the line before. To be told of each such line while several hear the channel.
   * @param source the connection
   * @param at monotonic milliseconds
   */
  isDouble(login: string, text: string, source: number, at: number): boolean {
    let texts = this.#channels.get(login);
    if (!texts) this.#channels.set(login, texts = new Texts());
    return texts.isDouble(text, source, at);
  }

  /** One connection at most hears the channel. */
  forget(login: string): void {
    this.#channels.delete(login);
  }
}

class Texts {
  readonly #counts = new Map<string, Count>();
  #chars = 0;

  isDouble(text: string, source: number, at: number): boolean {
    let count = this.#counts.get(text);
    if (!count || at - count.at > FORGET_MS) {
      if (!count) this.#chars += text.length;
      this.#counts.set(text, count = { at, stored: 0, brought: new Map() });
      this.#trim();
    }
    count.at = at;
    const brought = (count.brought.get(source) ?? 0) + 1;
    count.brought.set(source, brought);
    if (brought <= count.stored) return true;
    count.stored = brought;
    return false;
  }

  #trim(): void {
    for (const text of this.#counts.keys()) {
      if (this.#counts.size <= MAX_TEXTS && this.#chars <= MAX_CHARS) return;
      this.#counts.delete(text);
      this.#chars -= text.length;
    }
  }
}
