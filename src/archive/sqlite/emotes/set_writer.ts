/** Stores sets of emotes: an emote is a row for each time that it was in a set. */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeOutcome } from "../../change.ts";
import type { CheckedSet } from "../../emotes.ts";
import type { EmoteService, SetEmote } from "../../../chat/set_emotes.ts";

/** In `emote_checks`, the global sets. */
const GLOBAL = 0;

export class EmoteSetWriter {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      lastCheck: db.prepare("SELECT checked_at FROM emote_checks WHERE channel_id = ? AND service = ?"),
      check: db.prepare(
        "INSERT OR REPLACE INTO emote_checks (channel_id, service, checked_at) VALUES (?, ?, ?)",
      ),
      present: db.prepare(`
        SELECT id, emote, name, overlay, ratio
        FROM set_emotes
        WHERE channel_id IS ? AND service = ? AND until_at IS NULL`),
      add: db.prepare(`
        INSERT INTO set_emotes (channel_id, service, emote, name, overlay, ratio, from_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)`),
      end: db.prepare("UPDATE set_emotes SET until_at = ? WHERE id = ?"),
      size: db.prepare(`
        SELECT count(*) AS n
        FROM set_emotes
        WHERE channel_id IS ? AND service = ? AND until_at IS NULL`),
    };
  }

  /** See `EmoteChange`. */
  store({ channelId, service, emotes, at }: CheckedSet): ChangeOutcome {
    const channel = channelId ?? null;
    const last = this.#sql.lastCheck.get(channelId ?? GLOBAL, service)?.checked_at as number | undefined;
    const present = new Map(
      this.#sql.present.all(channel, service).map((row) => [keyOfRow(row), row.id as number]),
    );
    let isChanged = false;
    for (const emote of emotes) {
      if (present.delete(keyOf(emote))) continue;
      const { id, name, isOverlay, ratio, addedAt } = emote;
      const from = beginOf(addedAt, last, at);
      this.#sql.add.run(channel, service, id, name, isOverlay ? 1 : 0, ratio, from);
      isChanged = true;
    }
    for (const id of present.values()) {
      this.#sql.end.run(at, id);
      isChanged = true;
    }
    this.#sql.check.run(channelId ?? GLOBAL, service, at);
    return isChanged ? "done" : "unchanged";
  }

  /** Number of emotes that a set has now. */
  size(channelId: number | undefined, service: EmoteService): number {
    return this.#sql.size.get(channelId ?? null, service)!.n as number;
  }
}

/** @param last the time of the last check */
function beginOf(addedAt: number | undefined, last: number | undefined, at: number): number {
  const earliest = last ?? 0;
  // A time before the last check, in which it was missing, or after this one is wrong.
  return addedAt !== undefined && addedAt > earliest && addedAt <= at ? addedAt : Math.min(earliest, at);
}

function keyOf({ id, name, isOverlay, ratio }: SetEmote): string {
  return JSON.stringify([id, name, isOverlay ? 1 : 0, ratio]);
}

function keyOfRow({ emote, name, overlay, ratio }: Record<string, unknown>): string {
  return JSON.stringify([emote, name, overlay, ratio]);
}
