-- Rules by which pages mark messages, for all readers.
CREATE TABLE highlight_rules (
  -- In the search language (docs/search.md).
  search   TEXT PRIMARY KEY,
  color    TEXT NOT NULL,
  -- Whether a message that it marks may sound on live pages.
  sound    INTEGER NOT NULL,
  -- Epoch milliseconds.
  saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
