/**
 * Applies opt-outs: leaves and hides channels, and stores the ids and logins of opted-out users that lines contain.
 */
import type { Channel } from "../archive/channel.ts";
import { type OptOut, OptOutList } from "../archive/access/opt_out.ts";
import { AppError, isUnavailable } from "../chat/errors.ts";
import type { WriteLoop } from "./ingest/write_loop.ts";
import type { Maintenance } from "./maintenance.ts";
import { OptOutFilter } from "./opt_out_filter.ts";
import type { Roster } from "./roster/roster.ts";

export interface OptOutKeeperOptions {
  store: WriteLoop;
  roster: Roster;
  maintenance: () => Maintenance;
  /** Called at the start and after changes. */
  changed?: (all: readonly OptOut[]) => void;
}

export class OptOutKeeper {
  readonly filter: OptOutFilter;
  readonly #options: OptOutKeeperOptions;
  /** Ids by login, and logins of channels, which lines contained and which are not stored yet. */
  readonly #ids = new Map<string, number>();
  readonly #channels = new Set<string>();
  /** Whether deletions wait until the overflow file is empty. */
  #mustDelete = false;

  constructor(options: OptOutKeeperOptions) {
    this.#options = options;
    this.filter = new OptOutFilter({
      identified: (login, twitchId) => void this.#ids.set(login, twitchId),
      channelFound: (login) => void this.#channels.add(login),
    });
  }

  /** Whether a channel may not be recorded. If its id is not known, the login decides. */
  isOut(channel: Pick<Channel, "login" | "twitchId">): boolean {
    return this.filter.list.has("channel", channel);
  }

  /** @throws AppError forbidden if a channel may not be recorded */
  refuse(channel: Pick<Channel, "login" | "twitchId">): void {
    if (this.isOut(channel)) {
      throw new AppError("forbidden", `#${channel.login} has opted out of being recorded`);
    }
  }

  /** Reads the opt-outs, and leaves channels that have opted out. @throws AppError unavailable */
  reload(): void {
    const { store, roster, maintenance, changed } = this.#options;
    const writer = store.flushedWriter();
    // Messages of a channel in the overflow file would be stored after its deletion, without a channel.
    this.#mustDelete = store.isOverflowing;
    const list = new OptOutList(writer.applyOptOuts(!store.isOverflowing));
    this.filter.replace(list);
    for (const login of roster.logins) {
      if (this.isOut(roster.recording(login)!.channel)) roster.remove(login, { discard: true });
    }
    maintenance().endPause();
    changed?.(list.all);
  }

  /** Stores new ids and logins, and retries changes that had to wait. Call it several times a second. */
  tick(): void {
    const { store, roster } = this.#options;
    const isDue = this.#ids.size + this.#channels.size > 0 || this.#mustDelete && !store.isOverflowing;
    if (!isDue) return;
    try {
      const writer = store.flushedWriter();
      for (const [login, twitchId] of this.#ids) {
        const known = this.filter.list.all.find((one) => one.kind === "user" && one.login === login);
        if (known) writer.change({ kind: "opt out", optOut: { ...known, twitchId } });
      }
      for (const login of this.#channels) {
        const recorded = roster.recording(login);
        if (recorded) writer.setEnabled(recorded.channel.id, false);
        roster.remove(login, { discard: true });
      }
      this.#ids.clear();
      this.#channels.clear();
      this.reload();
    } catch (error) {
      // The write loop reports that the archive is unavailable; the next tick tries again.
      if (!isUnavailable(error)) throw error;
    }
  }
}
