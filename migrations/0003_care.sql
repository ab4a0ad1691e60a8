-- Events that could not be stored, and retention. Times are epoch milliseconds.

-- Events that the archive rejected, with the error.
CREATE TABLE quarantine (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  channel TEXT NOT NULL,
  -- The event as JSON (src/chat/events.ts).
  event   TEXT NOT NULL,
  error   TEXT NOT NULL
) STRICT;

-- Channels with a retention limit: the days to keep, the number of messages to keep, or both.
CREATE TABLE retention (
  channel_id INTEGER PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
  days       INTEGER CHECK (days > 0),
  messages   INTEGER CHECK (messages > 0),
  CHECK (days IS NOT NULL OR messages IS NOT NULL)
) STRICT;
