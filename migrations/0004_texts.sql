-- Texts that several messages have (src/archive/sqlite/codec/repeated_texts.ts).
CREATE TABLE texts (
  channel_id INTEGER NOT NULL,
  -- A range of message ids. A text is deleted with the last message of its channel and month.
  month      INTEGER NOT NULL,
  n          INTEGER NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY (channel_id, month, n)
) STRICT, WITHOUT ROWID;

-- `messages.text` may now be the number of a text of its channel and month. Existing rows do not change, so only the
-- column's type in the schema changes: https://www.sqlite.org/lang_altertable.html, section 7.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'text       TEXT NOT NULL', 'text       ANY NOT NULL')
WHERE type = 'table' AND name = 'messages';
PRAGMA writable_schema = RESET;
