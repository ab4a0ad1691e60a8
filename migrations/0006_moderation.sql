-- Messages that timeouts, bans and deletions have still to mark, and the modes of each chat.

-- A timeout or ban of a user with many messages marks the newest ones at once and the rest in later steps. A deletion
-- whose message is not among the newest searches for it in later steps. A row is the range that is still to examine.
CREATE TABLE pending_removals (
  -- The timeout, ban or deletion.
  removed_by INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  -- The user whose messages a timeout or ban removes; NULL = a deletion.
  user_id    INTEGER,
  -- Messages from `from_id` (included) to `before_id` (excluded).
  from_id    INTEGER NOT NULL,
  before_id  INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_removals_by_user ON pending_removals (channel_id, user_id);

-- The modes of a chat after each ROOMSTATE that changed them, as a sorted tag section. Retention keeps the newest state
-- of a channel when it deletes the event, so that a repeated ROOMSTATE is not an event again.
CREATE TABLE channel_states (
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  message_id INTEGER NOT NULL,
  modes      TEXT NOT NULL,
  PRIMARY KEY (channel_id, message_id)
) STRICT, WITHOUT ROWID;
