-- What could not be stored, and what is not to be kept. Instants are epoch milliseconds.

-- Events that the archive refused, with the error that it gave.
CREATE TABLE quarantine (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  channel TEXT NOT NULL,
  -- The event as JSON (src/chat/events.ts).
  event   TEXT NOT NULL,
  error   TEXT NOT NULL
) STRICT;

-- Channels of which not everything is kept: at most so many days, and at most so many messages.
CREATE TABLE retention (
  channel_id INTEGER PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
  days       INTEGER CHECK (days > 0),
  messages   INTEGER CHECK (messages > 0),
  CHECK (days IS NOT NULL OR messages IS NOT NULL)
) STRICT;
