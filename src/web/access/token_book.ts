/** The valid tokens, in memory: a request with a token costs no call of the archive. */
import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import type { AccessChange } from "../../archive/access/access.ts";
import type { Token } from "../../archive/access/token.ts";
import { type Clock, MINUTE_MS, systemClock } from "../../clock.ts";
import { hashOf, isToken } from "./token.ts";

/** A command may revoke a token while the program runs: it is refused after at most this time. */
const FRESH_MS = 2_000;
/** A command may create one, too: one that is not in memory is looked for again if this time has passed. */
const MISSED_MS = 250;
/** The last use of a token is stored at most once in this time. */
const USES_EVERY_MS = MINUTE_MS;
/** The part of a hash by which it is found. The whole one is compared in constant time. */
const FOUND_BY = 16;

export interface TokenBookOptions {
  /** Reads every token from the archive. */
  read: () => Promise<Token[]>;
  change: (change: AccessChange) => Promise<unknown>;
  /** Epoch milliseconds. */
  now: () => number;
  /** For the age of what is in memory. */
  clock?: Clock;
}

/** The state of a token that a request carries. */
export type Known =
  | { is: "valid"; token: Token }
  | { is: "unknown" }
  | { is: "expired"; at: number };

export class TokenBook {
  readonly #options: TokenBookOptions;
  readonly #clock: Clock;
  #tokens = new Map<string, Token>();
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  /** Rises when a change makes what is being read out of date. */
  #version = 0;
  /** When the last use of each hash was stored, monotonic. */
  readonly #usedAt = new Map<string, number>();

  constructor(options: TokenBookOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Looks a token up, and stores its use. @throws what reading the archive throws */
  async find(text: string): Promise<Known> {
    if (!isToken(text)) return { is: "unknown" };
    const hash = hashOf(text);
    await this.#refresh();
    if (!this.#withHash(hash)) await this.#refresh(MISSED_MS);
    const token = this.#withHash(hash);
    if (!token) return { is: "unknown" };
    if (this.#isExpired(token)) return { is: "expired", at: token.expiresAt! };
    this.#used(token);
    return { is: "valid", token };
  }

  /** Whether a token that was valid still is, for what lasts longer than a request. @throws like {@link find} */
  async isValid({ hash }: Token): Promise<boolean> {
    await this.#refresh();
    const token = this.#withHash(hash);
    return token !== undefined && !this.#isExpired(token);
  }

  #isExpired({ expiresAt }: Token): boolean {
    return expiresAt !== undefined && expiresAt <= this.#options.now();
  }

  /** The next request reads the tokens again. Call it after a change. */
  forget(): void {
    this.#version++;
    this.#readAt = -Infinity;
  }

  #withHash(hash: string): Token | undefined {
    const token = this.#tokens.get(hash.slice(0, FOUND_BY));
    return token && timingSafeEqual(Buffer.from(token.hash), Buffer.from(hash)) ? token : undefined;
  }

  async #refresh(maxAgeMs = FRESH_MS): Promise<void> {
    if (this.#clock.monotonicMs() - this.#readAt < maxAgeMs) return;
    await (this.#reading ??= this.#read().finally(() => this.#reading = undefined));
  }

  async #read(): Promise<void> {
    let version: number;
    let at: number;
    let tokens: Token[];
    do {
      version = this.#version;
      at = this.#clock.monotonicMs();
      tokens = await this.#options.read();
      // Else a token was revoked meanwhile, and may be among these.
    } while (version !== this.#version);
    this.#tokens = new Map(tokens.map((token) => [token.hash.slice(0, FOUND_BY), token]));
    this.#readAt = at;
    const hashes = new Set(tokens.map(({ hash }) => hash));
    for (const hash of this.#usedAt.keys()) if (!hashes.has(hash)) this.#usedAt.delete(hash);
  }

  #used({ hash }: Token): void {
    const now = this.#clock.monotonicMs();
    if (now - (this.#usedAt.get(hash) ?? -Infinity) < USES_EVERY_MS) return;
    this.#usedAt.set(hash, now);
    this.#options.change({ kind: "use token", hash, at: this.#options.now() }).catch(() => {
      // The archive cannot be written, which pages and the log say. The use after a minute is stored instead.
    });
  }
}
