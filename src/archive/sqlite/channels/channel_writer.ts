/** The channels of the archive, for its writer. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { Channel } from "../../channel.ts";
import type { Identity } from "../../access/opt_out.ts";
import { isLogin } from "../../../chat/channel_name.ts";
import { CHANNEL, CHANNEL_LOGINS, channelOf, type ChannelRow, CHANNELS } from "./channel_row.ts";

export class ChannelWriter {
  readonly #byLogin = new Map<string, Channel>();
  /** By earlier login: the channels that had it, and until when. */
  readonly #former = new Map<string, { channelId: number; untilAt: number }[]>();
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      all: db.prepare(CHANNELS),
      one: db.prepare(CHANNEL),
      logins: db.prepare(CHANNEL_LOGINS),
      insert: db.prepare("INSERT INTO channels (login, twitch_id, enabled, created_at) VALUES (?, ?, 1, ?)"),
      enable: db.prepare("UPDATE channels SET enabled = ? WHERE id = ?"),
      show: db.prepare("UPDATE channels SET hidden = 0, enabled = 1 WHERE id = ?"),
      hide: db.prepare("UPDATE channels SET hidden = 1, enabled = 0 WHERE id = ?"),
      startDeleting: db.prepare("UPDATE channels SET deleting = 1, enabled = 0, hidden = 0 WHERE id = ?"),
      setTwitchId: db.prepare("UPDATE channels SET twitch_id = ? WHERE id = ?"),
      setLogin: db.prepare("UPDATE channels SET login = ? WHERE id = ?"),
      keepLogin: db.prepare(
        "INSERT OR REPLACE INTO channel_logins (channel_id, login, until_at) VALUES (?, ?, ?)",
      ),
      remove: db.prepare("DELETE FROM channels WHERE id = ?"),
    };
    this.reload();
  }

  /** Reads the table again. Call it after a rollback, too. */
  reload(): void {
    const earlier = new Map<number, string[]>();
    this.#former.clear();
    for (const row of this.#sql.logins.all()) {
      const id = row.channel_id as number;
      const login = row.login as string;
      earlier.set(id, [...earlier.get(id) ?? [], login]);
      const spans = this.#former.get(login) ?? [];
      this.#former.set(login, [...spans, { channelId: id, untilAt: row.until_at as number }]);
    }
    this.#byLogin.clear();
    for (const row of this.#sql.all.all() as unknown as ChannelRow[]) {
      this.#byLogin.set(row.login, channelOf(row, earlier.get(row.id) ?? []));
    }
  }

  /** The channels by login, without hidden ones. */
  list(): Channel[] {
    this.reload();
    return [...this.#byLogin.values()].filter((channel) => !channel.hidden);
  }

  byLogin(login: string): Channel | undefined {
    return this.#byLogin.get(login);
  }

  /**
   * The channel that a line belongs to. Lines may wait (in memory, in the overflow file, in quarantine) while their
   * channel is renamed. Such a line belongs to the channel that had the login before the rename: the room id decides, or
   * the time of receipt if the line has no room id.
   */
  ofLine(login: string, roomId: number | undefined, at: number): Channel | undefined {
    const present = this.#byLogin.get(login);
    const former = this.#former.get(login);
    if (!former || roomId !== undefined && roomId === present?.twitchId) return present;
    if (roomId !== undefined) {
      const room = this.#byTwitchId(roomId);
      return room && former.some(({ channelId }) => channelId === room.id) ? room : present;
    }
    const later = former.filter(({ untilAt }) => untilAt > at).toSorted((a, b) => a.untilAt - b.untilAt);
    return (later[0] && this.byId(later[0].channelId)) ?? present;
  }

  byId(id: number): Channel | undefined {
    for (const channel of this.#byLogin.values()) if (channel.id === id) return channel;
    return undefined;
  }

  /** The channel with this Twitch id, or else the one with this login whose id is not known. */
  identified({ twitchId, login }: Identity): Channel | undefined {
    const known = twitchId === undefined ? undefined : this.#byTwitchId(twitchId);
    const named = login === undefined ? undefined : this.#byLogin.get(login);
    return known ?? (twitchId === undefined || named?.twitchId === undefined ? named : undefined);
  }

  deleting(): Channel[] {
    return [...this.#byLogin.values()].filter((channel) => channel.deleting);
  }

  /** Returns the channel with this login. Creates it if it is missing, and lists it again if it is hidden. */
  create(login: string, now: number): Channel {
    const there = this.#byLogin.get(login);
    if (there && !there.hidden) return there;
    if (there) {
      this.#sql.show.run(there.id);
      this.reload();
    } else {
      this.#sql.insert.run(login, null, now);
      // A first start may create many channels: a reload after each of them would take seconds.
      this.#byLogin.set(login, channelOf(this.#sql.one.get(login) as unknown as ChannelRow, []));
    }
    return this.#byLogin.get(login)!;
  }

  setEnabled(id: number, enabled: boolean): Channel | undefined {
    const channel = this.byId(id);
    if (!channel || channel.deleting || channel.hidden) return undefined;
    this.#sql.enable.run(enabled ? 1 : 0, id);
    this.reload();
    return this.byId(id);
  }

  hide(id: number): void {
    this.#sql.hide.run(id);
    this.reload();
  }

  startDeleting(id: number): void {
    this.#sql.startDeleting.run(id);
    this.reload();
  }

  remove(id: number): void {
    this.#sql.remove.run(id);
    this.reload();
  }

  /** Stores a channel's Twitch id. Returns false, and changes nothing, if another channel has that id. */
  learnTwitchId(channel: Channel, twitchId: number): boolean {
    if (this.#byTwitchId(twitchId)) return false;
    this.#sql.setTwitchId.run(twitchId, channel.id);
    channel.twitchId = twitchId;
    return true;
  }

  /** Whether {@link identify} would give the login to another channel. */
  isRename(login: string, twitchId: number): boolean {
    const known = this.#byTwitchId(twitchId);
    return known ? known.login !== login : this.byLogin(login)?.twitchId !== undefined;
  }

  /**
   * Returns the channel with this Twitch id, under this login.
   * - The id is known under another login: Twitch has renamed the channel, which gets the new login. If the channel is
   *   enabled, a new channel without an id takes its earlier login, so that the login is still recorded.
   * - The channel with the login has another id: Twitch has given the login to another room, and a new channel begins.
   */
  identify(login: string, twitchId: number, now: number): Channel {
    const named = this.#byLogin.get(login);
    let known = this.#byTwitchId(twitchId);
    if (known && known === named) return known;
    if (known?.deleting) {
      // That channel is being deleted: new messages must not be deleted with it.
      this.#sql.setTwitchId.run(null, known.id);
      known = undefined;
    }
    if (known) {
      if (named) this.#stepAside(named, now);
      if (isLogin(known.login)) this.#sql.keepLogin.run(known.id, known.login, now);
      this.#sql.setLogin.run(login, known.id);
      if (named?.enabled) this.#sql.show.run(known.id);
      if (known.enabled && isLogin(known.login)) this.#sql.insert.run(known.login, null, now);
    } else if (named && named.twitchId === undefined && !named.deleting) {
      this.#sql.setTwitchId.run(twitchId, named.id);
      named.twitchId = twitchId;
      return named;
    } else {
      if (named) this.#stepAside(named, now);
      this.#sql.insert.run(login, twitchId, now);
    }
    this.reload();
    return this.#byLogin.get(login)!;
  }

  /**
   * Frees the login of a channel: the channel is called `name~7` from now on, which is no valid login. A channel without
   * a Twitch id is removed if it has no messages, else hidden.
   */
  #stepAside(channel: Channel, now: number): void {
    const wasRoom = channel.twitchId !== undefined;
    if (!wasRoom && channel.messages === 0 && !channel.deleting) return void this.#sql.remove.run(channel.id);
    if (isLogin(channel.login)) this.#sql.keepLogin.run(channel.id, channel.login, now);
    this.#sql.setLogin.run(`${channel.login}~${channel.id}`, channel.id);
    if (wasRoom || channel.deleting) this.#sql.enable.run(0, channel.id);
    else this.#sql.hide.run(channel.id);
  }

  #byTwitchId(twitchId: number): Channel | undefined {
    for (const channel of this.#byLogin.values()) if (channel.twitchId === twitchId) return channel;
    return undefined;
  }
}
