-- Texts that were said more than once (src/archive/sqlite/texts.ts).
CREATE TABLE texts (
  channel_id INTEGER NOT NULL,
  -- A stretch of message ids: nothing here outlives the last message of its channel and month.
  month      INTEGER NOT NULL,
  n          INTEGER NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY (channel_id, month, n)
) STRICT, WITHOUT ROWID;

-- `messages.text` may now be the number of a text of its channel and month. Every row that there is stays as it is, so
-- only what the schema says of the column has to change: https://www.sqlite.org/lang_altertable.html, section 7.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'text       TEXT NOT NULL', 'text       ANY NOT NULL')
WHERE type = 'table' AND name = 'messages';
PRAGMA writable_schema = RESET;
