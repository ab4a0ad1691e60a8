-- When each channel was listened to, and what filled the gaps. Times are epoch milliseconds.

-- The last moment at which every open interval is known to have continued. After a crash, they end there.
ALTER TABLE archive ADD COLUMN listening_at INTEGER;

-- Intervals of a channel never overlap. An interval of length 0 only states a new reason for not listening from then on.
CREATE TABLE listening (
  id         INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  -- NULL = it continues.
  ended_at   INTEGER,
  end_reason TEXT,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT;
CREATE INDEX listening_by_channel ON listening (channel_id, started_at);
CREATE INDEX listening_open ON listening (channel_id) WHERE ended_at IS NULL;

-- Parts of gaps that were filled from a history service, which had every message from `from_at` to `to_at`.
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

-- The messages that a fill added.
CREATE TABLE filled_messages (
  message_id INTEGER PRIMARY KEY,
  fill_id    INTEGER NOT NULL
) STRICT;
