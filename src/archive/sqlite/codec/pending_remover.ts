/** Finds the event that removed a message, before the writer has marked the message. */
import { KINDS, WRITTEN } from "../../../chat/events.ts";

const WRITTEN_KINDS = [...WRITTEN].map((kind) => KINDS.indexOf(kind)).join(", ");

/** SQL: the pending event that removed the message `m` of author `a` with template `s`; null if there is none. */
export const PENDING_REMOVER = `(
    SELECT min(p.removed_by)
    FROM pending_removals AS p
    WHERE p.channel_id = m.channel_id AND p.user_id = a.user_id
      AND m.id >= p.from_id AND m.id < p.before_id AND s.kind IN (${WRITTEN_KINDS})
  )`;
