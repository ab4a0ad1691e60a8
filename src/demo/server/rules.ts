/** The stand-in's rules, which are Twitch's. Tests may change each. */

export interface Rules {
  /** Login to token (without `oauth:`). Everybody may log in anonymously. */
  accounts: Record<string, string>;
  /** Whether the channel exists; if not, a JOIN gets no answer. */
  exists: (login: string) => boolean;
  roomId: (login: string) => number;
  /** Login to the `msg-id` of the NOTICE with which a JOIN is refused. */
  refusals: Record<string, string>;
  /** A client that joins more channels than this within the time, on all connections together, is disconnected. */
  joinLimit: { joins: number; perMs: number } | undefined;
  pingEveryMs: number;
  faults: Faults;
}

/** A replay may have many channels, and a presentation of it should not wait for Twitch's 20 JOINs in 10 s. */
export const DEMO_JOINS = { joins: 2_000, perMs: 10_000 };

/** Faults to simulate; they can be changed while it runs. */
export interface Faults {
  /** The TLS handshake succeeds, and then nothing is answered. */
  stall?: boolean;
  /** Nothing is sent any more: no chat, no PONG. */
  silent?: boolean;
  /** A JOIN is echoed, but no ROOMSTATE follows. */
  noRoomState?: boolean;
  /** Maximum bytes of each write, so that lines and characters are split anywhere. */
  writeBytes?: number;
}

/** An id for a channel that has none of its own: the same for the same login, in the range of real ones. */
export function inventedRoomId(login: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < login.length; i++) hash = Math.imul(hash ^ login.charCodeAt(i), 0x01000193);
  return 100_000_000 + (hash >>> 0) % 800_000_000;
}
