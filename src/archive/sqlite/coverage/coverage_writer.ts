/** Stores when channels are listened to. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../../chat/ids.ts";
import type { EndReason } from "../../../chat/coverage.ts";
import type { ListeningChange, UnwrittenCoverage } from "../../coverage.ts";
import { ReceiptEvidence } from "./receipt_evidence.ts";
import { MINUTE_MS } from "../../../clock.ts";

const LAST_INTERVAL = `
  SELECT id, started_at, ended_at, end_reason
  FROM listening
  WHERE channel_id = ?
  ORDER BY started_at DESC, id DESC
  LIMIT 1`;

/** If the first join of a channel takes less than this, the time before it is no gap. */
const FIRST_JOIN_MS = 2_000;

/** Inserts nothing if the channel has been deleted. */
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

const CLOSE_OPEN = `
  UPDATE listening
  SET ended_at = max(started_at, ?), end_reason = 'killed'
  WHERE ended_at IS NULL`;

interface Last {
  id: number;
  started_at: number;
  ended_at: number | null;
  end_reason: EndReason | null;
}

/** Deletes intervals of earlier runs that a wrong clock put into the future. */
const DROP_AHEAD = `
  DELETE FROM listening
  WHERE started_at > ?1`;

const ENDS_AHEAD = `
  SELECT id, channel_id
  FROM listening
  WHERE ended_at > ?`;

/** The time of the channel's last message before a moment, found by the last minute that has messages. */
const LAST_BEFORE = `
  SELECT max(m.id) / ${TICKS} AS at
  FROM messages AS m
  JOIN (
    SELECT max(minute) AS minute
    FROM channel_minutes
    WHERE channel_id = ?1 AND minute <= ?2 / 60000
  ) AS n ON m.id >= n.minute * ${MINUTE_MS * TICKS} AND m.id < (n.minute + 1) * ${MINUTE_MS * TICKS}
  WHERE m.channel_id = ?1 AND m.id < ?2 * ${TICKS}`;

export class CoverageRowWriter {
  readonly evidence: ReceiptEvidence;
  /** The id of the last interval that an earlier run stored. */
  #base = 0;
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.evidence = new ReceiptEvidence(db);
    this.#sql = {
      last: db.prepare(LAST_INTERVAL),
      start: db.prepare(START),
      end: db.prepare("UPDATE listening SET ended_at = max(started_at, ?), end_reason = ? WHERE id = ?"),
      mark: db.prepare(MARK),
      forgetFirst: db.prepare(FORGET_FIRST),
      setKnown: db.prepare("UPDATE archive SET listening_at = ?"),
      known: db.prepare("SELECT listening_at FROM archive"),
      base: db.prepare("SELECT ifnull(max(id), 0) AS id FROM listening"),
      dropOwn: db.prepare("DELETE FROM listening WHERE id > ?"),
      dropAhead: db.prepare(DROP_AHEAD),
      endsAhead: db.prepare(ENDS_AHEAD),
      lastBefore: db.prepare(LAST_BEFORE),
      setEnd: db.prepare("UPDATE listening SET ended_at = max(started_at, ?) WHERE id = ?"),
      dropFills: db.prepare("DELETE FROM fills WHERE from_at > ?"),
      cutFills: db.prepare("UPDATE fills SET to_at = ?1, filled_at = min(filled_at, ?1) WHERE to_at > ?1"),
      closeOpen: db.prepare(CLOSE_OPEN),
    };
  }

  /** Stores the changes that an earlier run could not, unless another run has written since. */
  resume({ since, changes, knownAt }: UnwrittenCoverage): void {
    if (this.#sql.known.get()!.listening_at === since) this.note(changes, knownAt);
  }

  /** Ends intervals that a crash left open, at the last known moment: the stored one, or the channel's newest message. */
  closeOpen(): void {
    const known = this.#sql.known.get()!.listening_at as number | null;
    this.#sql.closeOpen.run(known ?? 0);
    // If no coverage was ever stored, an interval around a few messages would declare everything else missed.
    if (known !== null) this.evidence.coverStored(known);
    this.#base = this.#sql.base.get()!.id as number;
  }

  /** Cuts off coverage after `now`. @returns whether there was any */
  cutAhead(now: number): boolean {
    const { dropAhead, dropFills, cutFills } = this.#sql;
    const changed = [dropAhead, dropFills, cutFills].map((cut) => Number(cut.run(now).changes));
    // Intervals that end after `now` get the time of the channel's last message before it: nothing later is known.
    const ends = this.#sql.endsAhead.all(now) as unknown as { id: number; channel_id: number }[];
    for (const { id, channel_id } of ends) {
      this.#sql.setEnd.run(this.#sql.lastBefore.get(channel_id, now)!.at ?? 0, id);
    }
    return ends.length > 0 || changed.some((rows) => rows > 0);
  }

  /** Stores changes in order. @param replaceAll whether they replace everything that was stored since {@link closeOpen} */
  note(changes: readonly ListeningChange[], knownAt: number, replaceAll = false): void {
    if (replaceAll) this.#sql.dropOwn.run(this.#base);
    for (const change of changes) this.#note(change);
    this.#sql.setKnown.run(knownAt);
  }

  /** Times never decrease within a channel, even if the machine's clock does. */
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
