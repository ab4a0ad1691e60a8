-- Searches that are kept under a name.
CREATE TABLE saved_searches (
  name     TEXT PRIMARY KEY,
  -- In the search language (docs/search.md).
  search   TEXT NOT NULL,
  -- Epoch milliseconds.
  saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
