-- Tokens of programs that use the API.
CREATE TABLE tokens (
  name         TEXT PRIMARY KEY,
  -- SHA-256 of the token. The token itself is random and is stored nowhere.
  hash         BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  -- Its first characters, by which its owner recognises it.
  start        TEXT NOT NULL,
  -- Of read, export and manage, separated by spaces.
  scopes       TEXT NOT NULL,
  -- Epoch milliseconds.
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
