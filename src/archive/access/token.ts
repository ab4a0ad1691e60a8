/** Tokens with which programs use the API. */

/** What a token allows: to read the archive, to read and to download files of all matches, to change what is recorded. */
export const SCOPES = ["read", "export", "manage"] as const;

/** One of {@link SCOPES}. `export` includes `read`; `manage` includes neither. */
export type Scope = typeof SCOPES[number];

/** A token as the archive keeps it. */
export interface Token {
  /** Unique; see `parseName`. */
  name: string;
  /** SHA-256 of the token, 64 hexadecimal digits in lower case. */
  hash: string;
  /** Its first characters, by which its owner recognises it. */
  start: string;
  /** At least one, in the order of {@link SCOPES}. */
  scopes: readonly Scope[];
  /** Epoch milliseconds. */
  createdAt: number;
  /** The time of expiry, epoch milliseconds; missing = never. */
  expiresAt?: number;
  /** When it was last used, epoch milliseconds, a minute old at most; missing = never. */
  lastUsedAt?: number;
}

/** Maximum number of tokens in an archive. */
export const MAX_TOKENS = 500;

/** Every token begins with this, so that leaked ones can be found. */
export const TOKEN_PREFIX = "sbk_";

/** Finds tokens in a text, also truncated ones. It has no state: the flag `g` is missing. */
export const TOKEN_IN_TEXT: RegExp = /sbk_[\w-]{16,}/;
