/** Channels and users whose messages are not recorded, at their own wish. */

/** Whom an opt-out is about. At least one of id and login is there. */
export interface OptOutSubject {
  /** What has opted out. */
  kind: "channel" | "user";
  /** Twitch's id; missing until a line has it. */
  twitchId?: number;
  /** The login, as it was when last known. */
  login?: string;
}

/** An opt-out. */
export interface OptOut extends OptOutSubject {
  /** Since when, epoch milliseconds. */
  at: number;
  /** What becomes of messages from before: nobody sees them, or they are deleted. */
  stored: "hidden" | "deleted";
}

/** A login and, if it is known, Twitch's id. An id of the archive that is negative is none of Twitch's. */
export interface Identity {
  /** Twitch's id. */
  twitchId?: number;
  /** The login. */
  login?: string;
}

/** Tells in constant time who has opted out. */
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
   * Whether it has opted out. An id decides, and a login only where one of the two ids is not known: somebody else may have
   * the login now.
   */
  has(kind: OptOutSubject["kind"], { twitchId, login }: Identity): boolean {
    if (twitchId !== undefined && twitchId > 0) {
      return this.#ids[kind].has(twitchId) || login !== undefined && this.#logins[kind].has(login);
    }
    return login !== undefined && this.#named[kind].has(login);
  }

  /** Whether it has opted out by this login, and its id is not known yet. */
  lacksIdOf(kind: OptOutSubject["kind"], login: string): boolean {
    return this.#logins[kind].has(login);
  }
}
