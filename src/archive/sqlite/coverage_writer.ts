/** Notes when channels are listened to. Everything here runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import { receivedAt } from "../../chat/ids.ts";
import type { EndReason } from "../../chat/coverage.ts";
import type { ListeningChange, Unnoted } from "../coverage.ts";

export const LAST_STRETCH = `
  SELECT id, started_at, ended_at, end_reason
  FROM listening
  WHERE channel_id = ?
  ORDER BY started_at DESC, id DESC
  LIMIT 1`;

/** A channel that is joined for the first time within this is known from then on: the moment before is no gap. */
const FIRST_JOIN_MS = 2_000;

/** Nothing happens where the channel is not there any more. */
const START = `
  INSERT INTO listening (channel_id, started_at)
  SELECT id, ?
  FROM channels
  WHERE id = ?`;

const MARK = `
  INSERT INTO listening (channel_id, started_at, ended_at, end_reason)
  SELECT id, ?1, ?1, ?2
  FROM channels
  WHERE id = ?3`;

const FORGET_FIRST = `
  DELETE FROM listening
  WHERE id = ?1 AND started_at = ended_at AND end_reason = 'not joined' AND NOT EXISTS (
    SELECT 1
    FROM listening AS other
    WHERE other.channel_id = listening.channel_id AND other.id <> ?1
  )`;

export const CLOSE_OPEN = `
  UPDATE listening
  SET ended_at = max(started_at, ?), end_reason = 'killed'
  WHERE ended_at IS NULL`;

interface Last {
  id: number;
  started_at: number;
  ended_at: number | null;
  end_reason: EndReason | null;
}

export class ListeningRows {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      last: db.prepare(LAST_STRETCH),
      start: db.prepare(START),
      end: db.prepare("UPDATE listening SET ended_at = max(started_at, ?), end_reason = ? WHERE id = ?"),
      mark: db.prepare(MARK),
      forgetFirst: db.prepare(FORGET_FIRST),
      setKnown: db.prepare("UPDATE archive SET listening_at = ?"),
      known: db.prepare("SELECT a.listening_at, (SELECT max(id) FROM messages) AS last_id FROM archive AS a"),
      closeOpen: db.prepare(CLOSE_OPEN),
    };
  }

  /** Notes what a run could not, unless somebody has written since. */
  resume({ since, changes, knownAt }: Unnoted): void {
    if (this.#sql.known.get()!.listening_at === since) this.note(changes, knownAt);
  }

  /** Ends what a crash left open, at the last moment that is known of: what was noted, or the newest message. */
  closeOpen(): void {
    const row = this.#sql.known.get()!;
    const lastId = row.last_id as number | null;
    const known = Math.max(row.listening_at as number | null ?? 0, lastId === null ? 0 : receivedAt(lastId));
    this.#sql.closeOpen.run(known);
  }

  note(changes: readonly ListeningChange[], knownAt: number): void {
    for (const change of changes) this.#note(change);
    this.#sql.setKnown.run(knownAt);
  }

  /** Times never go back within a channel, whatever the machine's clock does. */
  #note(change: ListeningChange): void {
    const { channelId } = change;
    const last = this.#sql.last.get(channelId) as unknown as Last | undefined;
    const at = Math.max(change.at, last?.ended_at ?? last?.started_at ?? 0);
    const open = last !== undefined && last.ended_at === null;
    switch (change.kind) {
      case "started":
        if (open) return;
        if (last && at - last.started_at < FIRST_JOIN_MS) this.#sql.forgetFirst.run(last.id);
        this.#sql.start.run(at, channelId);
        return;
      case "ended":
        if (open) this.#sql.end.run(at, change.reason, last.id);
        else if (last?.end_reason !== change.reason) this.#sql.mark.run(at, change.reason, channelId);
        return;
      case "wanted":
        if (!last || last.end_reason === "disabled") this.#sql.mark.run(at, "not joined", channelId);
        return;
    }
  }
}
