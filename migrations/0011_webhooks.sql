-- Addresses to which new matches of saved searches are sent.
CREATE TABLE webhooks (
  id         INTEGER PRIMARY KEY,
  -- The name of the saved search.
  search     TEXT NOT NULL,
  url        TEXT NOT NULL,
  -- The key of the signatures, hexadecimal.
  secret     TEXT NOT NULL,
  -- Epoch milliseconds.
  created_at INTEGER NOT NULL,
  -- Matches up to this message were sent.
  sent_to    INTEGER NOT NULL
) STRICT;
