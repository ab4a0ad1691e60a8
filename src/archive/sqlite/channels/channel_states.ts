/** The modes of each chat over time, from its ROOMSTATEs. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { Tags } from "../../../chat/events.ts";
import { changedModes, formatModes, type Modes, modesOf } from "../../../irc/events/roomstate.ts";
import { splitTags } from "../../../irc/syntax/tags.ts";

const STATE_BEFORE = `
  SELECT modes
  FROM channel_states
  WHERE channel_id = ? AND message_id < ?
  ORDER BY message_id DESC
  LIMIT 1`;

export class ChannelStates {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      before: db.prepare(STATE_BEFORE),
      insert: db.prepare("INSERT INTO channel_states (channel_id, message_id, modes) VALUES (?, ?, ?)"),
    };
  }

  /**
   * Returns the modes that a ROOMSTATE with this id changes: its tags whose values differ from the channel's previous
   * state. Undefined if no previous state is known; empty if the ROOMSTATE repeats that state, so that it is no event.
   */
  changedBy(tags: Tags, channelId: number, id: number): string[] | undefined {
    const before = this.#before(channelId, id);
    return before === undefined ? undefined : changedModes(before, modesOf(tags));
  }

  /** Stores the channel's state after this ROOMSTATE, which may contain only some of the modes. */
  note(tags: Tags, channelId: number, id: number): void {
    const modes = this.#before(channelId, id) ?? new Map();
    for (const [key, value] of modesOf(tags)) modes.set(key, value);
    this.#sql.insert.run(channelId, id, formatModes(modes).join(";"));
  }

  #before(channelId: number, id: number): Modes | undefined {
    const row = this.#sql.before.get(channelId, id);
    return row && modesOf(splitTags(row.modes as string));
  }
}
