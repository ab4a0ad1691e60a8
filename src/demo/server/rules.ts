/** How the stand-in behaves: Twitch's rules, each of which a test may change. */

export interface Rules {
  /** Login to token (without `oauth:`). Everybody may log in anonymously. */
  accounts: Record<string, string>;
  /** Whether there is such a channel; where not, a JOIN is met with silence. */
  exists: (login: string) => boolean;
  roomId: (login: string) => number;
  /** Login to the `msg-id` of the NOTICE with which a JOIN is refused. */
  refusals: Record<string, string>;
  /** Whoever asks for one channel more than this within the time, all connections together, is disconnected. */
  joinLimit: { joins: number; perMs: number } | undefined;
  pingEveryMs: number;
  faults: Faults;
}

/** A replay may be of many channels, and who shows it to somebody should not wait for Twitch's 20 in 10 s. */
export const DEMO_JOINS = { joins: 2_000, perMs: 10_000 };

/** What may go wrong; can be changed while it runs. */
export interface Faults {
  /** TLS comes up, and then nothing is ever answered. */
  stall?: boolean;
  /** Nothing is said any more: no chat, no PONG. */
  silent?: boolean;
  /** A JOIN is echoed, but no ROOMSTATE follows. */
  noRoomState?: boolean;
  /** Every write carries at most so many bytes, so that lines and characters are cut anywhere. */
  writeBytes?: number;
}

/** An id for a channel that has none of its own: the same for the same login, in the range of real ones. */
export function inventedRoomId(login: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < login.length; i++) hash = Math.imul(hash ^ login.charCodeAt(i), 0x01000193);
  return 100_000_000 + (hash >>> 0) % 800_000_000;
}
