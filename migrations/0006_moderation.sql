-- What timeouts, bans and deletions have still to mark, and which modes a chat was in.

-- A timeout or ban of somebody who wrote much marks the newest messages at once and the rest in later steps; a deletion
-- whose message is not among the newest is looked for in later steps. A row is what is left to look through.
CREATE TABLE pending_removals (
  -- The event that removes.
  removed_by INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  -- Whose messages a timeout or ban removes; NULL = a deletion.
  user_id    INTEGER,
  -- Messages from the first id on and before the second one.
  from_id    INTEGER NOT NULL,
  before_id  INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_removals_by_user ON pending_removals (channel_id, user_id);

-- The modes of a chat after each ROOMSTATE that changed them, as a sorted tag section. The newest state of a channel
-- outlives its event, so that retention makes no repeated ROOMSTATE an event again.
CREATE TABLE channel_states (
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  message_id INTEGER NOT NULL,
  modes      TEXT NOT NULL,
  PRIMARY KEY (channel_id, message_id)
) STRICT, WITHOUT ROWID;
