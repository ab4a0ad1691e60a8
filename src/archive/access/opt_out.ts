/** Channels and users whose messages are not recorded, at their own wish. */

/** The channel or user that has opted out. It has an id, a login or both. */
export interface OptOutSubject {
  /** Whether it is a channel or a user. */
  kind: "channel" | "user";
  /** Twitch's id; missing until a line has it. */
  twitchId?: number;
  /** The last known login. */
  login?: string;
}

/** An opt-out. */
export interface OptOut extends OptOutSubject {
  /** The time of the opt-out, epoch milliseconds. */
  at: number;
  /** Whether older messages are hidden from everybody, or deleted. */
  stored: "hidden" | "deleted";
}

/** A login and, if it is known, Twitch's id. A negative id is not Twitch's: the archive has assigned it. */
export interface Identity {
  /** Twitch's id. */
  twitchId?: number;
  /** The login. */
  login?: string;
}

/** A set of opt-outs. A look-up takes constant time. */
export class OptOutList {
  /** All of them, in the order of the archive. */
  readonly all: readonly OptOut[];
  readonly #ids = { channel: new Set<number>(), user: new Set<number>() };
  /** Logins whose ids are not known. */
  readonly #logins = { channel: new Set<string>(), user: new Set<string>() };
  /** All logins, for lines without an id. */
  readonly #named = { channel: new Set<string>(), user: new Set<string>() };

  /** A list that never changes. */
  constructor(all: readonly OptOut[]) {
    this.all = all;
    for (const { kind, twitchId, login } of all) {
      if (twitchId !== undefined) this.#ids[kind].add(twitchId);
      if (login === undefined) continue;
      this.#named[kind].add(login);
      if (twitchId === undefined) this.#logins[kind].add(login);
    }
  }

  /** Whether nobody has opted out. */
  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /**
   * Whether this channel or user has opted out. An id decides, and a login only where one of the two ids is not
   * known: somebody else may have the login now.
   */
  has(kind: OptOutSubject["kind"], { twitchId, login }: Identity): boolean {
    if (twitchId !== undefined && twitchId > 0) {
      return this.#ids[kind].has(twitchId) || login !== undefined && this.#logins[kind].has(login);
    }
    return login !== undefined && this.#named[kind].has(login);
  }

  /** Whether there is an opt-out by this login whose id is not known yet. */
  lacksIdOf(kind: OptOutSubject["kind"], login: string): boolean {
    return this.#logins[kind].has(login);
  }
}
