/** Channels and users whose messages are not recorded, at their own wish. */
import { createHash } from "node:crypto";

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

/** Channels or users as they are sent to a reader: its thread gets such lists ten times as fast as a list of objects. */
export interface Identities {
  /** Twitch's ids. */
  ids: readonly number[];
  /** All logins, for lines without an id. */
  logins: readonly string[];
  /** Those of the logins whose ids are not known. */
  idless: readonly string[];
}

/** Tells in constant time whether a channel or a user is one of {@link Identities}. */
export class IdentitySet {
  readonly #ids: ReadonlySet<number>;
  readonly #logins: ReadonlySet<string>;
  readonly #idless: ReadonlySet<string>;

  /** A set that never changes. */
  constructor({ ids, logins, idless }: Identities) {
    this.#ids = new Set(ids);
    this.#logins = new Set(logins);
    this.#idless = new Set(idless);
  }

  /**
   * Whether it is one of them. An id decides, and a login only where one of the two ids is not known: somebody else may have
   * the login now.
   */
  has({ twitchId, login }: Identity): boolean {
    if (twitchId !== undefined && twitchId > 0) {
      return this.#ids.has(twitchId) || login !== undefined && this.#idless.has(login);
    }
    return login !== undefined && this.#logins.has(login);
  }

  /** Whether it is one of them by this login, and its id is not known yet. */
  lacksIdOf(login: string): boolean {
    return this.#idless.has(login);
  }
}

/** A set of opt-outs. A look-up takes constant time. */
export class OptOutList {
  /** All of them, in the order of the archive. */
  readonly all: readonly OptOut[];
  /** The users among them; undefined if there are none. */
  readonly users: Identities | undefined;
  readonly #of: Record<OptOutSubject["kind"], IdentitySet>;
  #digest: string | undefined;

  /** A list that never changes. */
  constructor(all: readonly OptOut[]) {
    this.all = all;
    const users = identitiesOf(all, "user");
    this.users = users.ids.length + users.logins.length > 0 ? users : undefined;
    this.#of = {
      user: new IdentitySet(users),
      channel: new IdentitySet(identitiesOf(all, "channel")),
    };
  }

  /** Whether nobody has opted out. */
  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** A text that is the same only for the same list. */
  get digest(): string {
    return this.#digest ??= createHash("sha256").update(JSON.stringify(this.all)).digest("hex");
  }

  /** See {@link IdentitySet.has}. */
  has(kind: OptOutSubject["kind"], identity: Identity): boolean {
    return this.#of[kind].has(identity);
  }

  /** See {@link IdentitySet.lacksIdOf}. */
  lacksIdOf(kind: OptOutSubject["kind"], login: string): boolean {
    return this.#of[kind].lacksIdOf(login);
  }
}

function identitiesOf(all: readonly OptOut[], kind: OptOutSubject["kind"]): Identities {
  const own = all.filter((optOut) => optOut.kind === kind);
  const loginsOf = (some: readonly OptOut[]) =>
    some.map(({ login }) => login).filter((login) => login !== undefined);
  return {
    ids: own.map(({ twitchId }) => twitchId).filter((id) => id !== undefined),
    logins: loginsOf(own),
    idless: loginsOf(own.filter(({ twitchId }) => twitchId === undefined)),
  };
}
