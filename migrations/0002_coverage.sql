-- When each channel was listened to, and what filled the gaps between. Instants are epoch milliseconds.

-- The last moment at which every open stretch is known to have been going on: where a crash has ended them.
ALTER TABLE archive ADD COLUMN listening_at INTEGER;

-- Stretches of a channel never overlap. One without length says only that from then on there was another reason for
-- not listening.
CREATE TABLE listening (
  id         INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  -- NULL = it goes on.
  ended_at   INTEGER,
  end_reason TEXT,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT;
CREATE INDEX listening_by_channel ON listening (channel_id, started_at);
CREATE INDEX listening_open ON listening (channel_id) WHERE ended_at IS NULL;

-- What somebody else had heard: all that was said in the channel from then to then.
CREATE TABLE fills (
  id         INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL,
  source     TEXT NOT NULL,
  messages   INTEGER NOT NULL,
  filled_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX fills_by_channel ON fills (channel_id, from_at);

-- The messages that came that way.
CREATE TABLE filled_messages (
  message_id INTEGER PRIMARY KEY,
  fill_id    INTEGER NOT NULL
) STRICT;
