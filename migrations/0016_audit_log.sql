-- What was changed by whom. The newest 100,000 entries are kept.
CREATE TABLE audit_log (
  -- Rises with time.
  id      INTEGER PRIMARY KEY,
  -- Epoch milliseconds.
  at      INTEGER NOT NULL,
  -- session, loopback (without a password), token or command.
  by      TEXT NOT NULL,
  -- Name of the token.
  token   TEXT,
  -- Of the client; empty for a command.
  address TEXT NOT NULL,
  -- What was done, and with what.
  action  TEXT NOT NULL,
  object  TEXT NOT NULL,
  -- done, or why not.
  result  TEXT NOT NULL
) STRICT;
