/** Who removed a message, before the writer has come to mark it. */
import { KINDS, WRITTEN } from "../../../chat/events.ts";

const WRITTEN_KINDS = [...WRITTEN].map((kind) => KINDS.indexOf(kind)).join(", ");

/**
 * In SQL: the event that removed the message called `m`, by author `a` and of shape `s`, while it has not come to mark
 * it; null where there is none.
 */
export const PENDING_REMOVER = `(
    SELECT min(p.removed_by)
    FROM pending_removals AS p
    WHERE p.channel_id = m.channel_id AND p.user_id = a.user_id
      AND m.id >= p.from_id AND m.id < p.before_id AND s.kind IN (${WRITTEN_KINDS})
  )`;
