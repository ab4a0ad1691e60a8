/**
 * Deduplicates lines without an id or time (such as NOTICE and ROOMSTATE) while several connections receive a channel. Of
 * each text, it keeps as many lines as the connection with the most of them delivered: a line on all connections is stored
 * once, and a line on only one is not lost. Known limit: if the same text arrives twice while a channel moves, once on the
 * old connection only and once on the new one only, it is stored once.
 */

/** Maximum number of texts, and of their characters, remembered per channel. The oldest are removed first. */
const MAX_TEXTS = 1_000;
const MAX_CHARS = 256 * 1024;

/** Counts of a text expire after this time without it, so that a line that one connection missed does not count forever. */
const FORGET_MS = 60_000;

interface Count {
  at: number;
  stored: number;
  /** Number of deliveries by connection. */
  delivered: Map<number, number>;
}

export class UnkeyedLines {
  readonly #channels = new Map<string, Texts>();

  /**
   * Whether another connection delivered the line before. Call it for each line while several receive the channel.
   * @param source number of the connection
   * @param at monotonic milliseconds
   */
  isDuplicate(login: string, text: string, source: number, at: number): boolean {
    let texts = this.#channels.get(login);
    if (!texts) this.#channels.set(login, texts = new Texts());
    return texts.isDuplicate(text, source, at);
  }

  /** Called when at most one connection receives the channel. */
  forget(login: string): void {
    this.#channels.delete(login);
  }
}

class Texts {
  readonly #counts = new Map<string, Count>();
  #chars = 0;

  isDuplicate(text: string, source: number, at: number): boolean {
    let count = this.#counts.get(text);
    if (!count || at - count.at > FORGET_MS) {
      if (!count) this.#chars += text.length;
      this.#counts.set(text, count = { at, stored: 0, delivered: new Map() });
      this.#trim();
    }
    count.at = at;
    const delivered = (count.delivered.get(source) ?? 0) + 1;
    count.delivered.set(source, delivered);
    if (delivered <= count.stored) return true;
    count.stored = delivered;
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
