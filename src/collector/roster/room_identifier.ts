/**
 * Stores Twitch's ids of the channels in the archive. If Twitch knows an id under another login, the channel was renamed,
 * and logins lead to other channels than before.
 */
import type { Channel } from "../../archive/channel.ts";
import type { ArchiveWriter } from "../../archive/writer.ts";
import type { CollectorLog } from "../log.ts";
import type { ConnectionGroup } from "../connection/connection_group.ts";
import type { Rename } from "../recorder.ts";
import { Renames } from "./renames.ts";
import type { TimeJudge } from "../time/judge.ts";

export interface RoomIdentifierOptions {
  /** @throws AppError unavailable while the archive cannot be written */
  writer: () => Pick<ArchiveWriter, "identifyChannel" | "channels">;
  time: TimeJudge;
  log: CollectorLog;
}

/** A JOIN that Twitch has confirmed. */
export interface ConfirmedJoin {
  login: string;
  /** Twitch's id of the channel. */
  roomId: number;
  /** Monotonic. */
  at: number;
  reader: ConnectionGroup;
}

export type Identification =
  /** The login still leads to the same channel, with its id. */
  | { kind: "identified"; channel: Channel }
  /** Logins lead to other channels now: those of the whole archive, by login. */
  | { kind: "renamed"; channels: ReadonlyMap<string, Channel> }
  /** The login is a former one, and the channel is heard under its present one. `isNew`: for the first time. */
  | { kind: "alias"; presentLogin: string; isNew: boolean }
  /** The archive cannot be written; {@link RoomIdentifier.takePending} returns the join later. */
  | { kind: "pending" };

/** Pause after a failed write: each one blocks the collector for up to half a second. */
const RETRY_MS = 1_000;

export class RoomIdentifier {
  readonly #options: RoomIdentifierOptions;
  readonly #renames = new Renames();
  /** From former logins that were joined again to the present ones. */
  readonly #aliases = new Map<string, string>();
  /** By login. */
  readonly #pending = new Map<string, ConfirmedJoin>();
  /** Monotonic. */
  #retryAt = -Infinity;

  constructor(options: RoomIdentifierOptions) {
    this.#options = options;
  }

  /** Renames since the start, newest first. */
  get renames(): readonly Rename[] {
    return this.#renames.list;
  }

  /** @param channel the channel of the login so far */
  identify(join: ConfirmedJoin, channel: Channel): Identification {
    const { login, roomId, reader } = join;
    const { log, time, writer } = this.#options;
    const presentLogin = this.#renames.aliasOf(login, roomId);
    if (presentLogin !== undefined && reader.hears(presentLogin)) {
      const isNew = this.#aliases.get(login) !== presentLogin;
      this.#aliases.set(login, presentLogin);
      return { kind: "alias", presentLogin, isNew };
    }
    this.#pending.set(login, join);
    if (time.clock.monotonicMs() < this.#retryAt) return { kind: "pending" };
    try {
      const identified = writer().identifyChannel(login, roomId, time.now());
      const result = identified.id === channel.id
        ? { kind: "identified", channel: identified } as const
        : this.#renamed(login, identified);
      this.#pending.delete(login);
      return result;
    } catch (error) {
      // The write loop reports the failure of the archive.
      this.#retryAt = time.clock.monotonicMs() + RETRY_MS;
      log.warn("could not note the id of #{channel}: {error}", { channel: login, error });
      return { kind: "pending" };
    }
  }

  /** Removes and returns a pending join, if the next attempt is due. */
  takePending(): ConfirmedJoin | undefined {
    if (this.#options.time.clock.monotonicMs() < this.#retryAt) return undefined;
    const [join] = this.#pending.values();
    if (join) this.#pending.delete(join.login);
    return join;
  }

  /** The channel was left: its join is not pending any more. */
  forget(login: string): void {
    this.#pending.delete(login);
  }

  #renamed(login: string, channel: Channel): Identification {
    const { writer, time, log } = this.#options;
    const rename = this.#renames.add(login, channel, time.now());
    this.#aliases.clear();
    log.warn("#{from} is called #{to} on Twitch now", { ...rename });
    return { kind: "renamed", channels: new Map(writer().channels().map((each) => [each.login, each])) };
  }
}
