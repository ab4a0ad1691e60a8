-- The archive's first schema. Times are epoch milliseconds; message ids contain the time (src/chat/ids.ts).

-- One row: the state of the archive itself.
CREATE TABLE archive (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  -- The counters below include every message up to this id.
  counters_upto INTEGER NOT NULL,
  -- The overflow file that was last read back (src/collector/ingest/overflow_file.ts), and the byte up to which its
  -- messages are stored.
  spool_name    TEXT,
  spool_upto    INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO archive (one, counters_upto) VALUES (1, -1);

-- Channels have small ids of the archive's own, because every message and the index contain them.
CREATE TABLE channels (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  login      TEXT NOT NULL UNIQUE,
  twitch_id  INTEGER UNIQUE,
  enabled    INTEGER NOT NULL,
  -- Removed from the list; its messages stay.
  hidden     INTEGER NOT NULL DEFAULT 0,
  -- Its messages are being deleted, and then the channel.
  deleting   INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  -- Counters: events of every kind.
  messages   INTEGER NOT NULL DEFAULT 0,
  first_at   INTEGER,
  last_at    INTEGER
) STRICT;

-- The earlier logins of a channel.
CREATE TABLE channel_logins (
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  login      TEXT NOT NULL,
  until_at   INTEGER NOT NULL,
  PRIMARY KEY (channel_id, until_at, login)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_logins_by_login ON channel_logins (login, until_at);

-- The id is Twitch's, or negative if only the user's login is known.
CREATE TABLE users (
  id           INTEGER PRIMARY KEY,
  login        TEXT NOT NULL,
  display_name TEXT NOT NULL,
  -- Counters: messages, actions and notices.
  messages     INTEGER NOT NULL DEFAULT 0,
  first_at     INTEGER,
  last_at      INTEGER
) STRICT;
CREATE INDEX users_by_login ON users (login);
CREATE INDEX users_by_messages ON users (messages);

-- Every login of a user, with a row for each folded display name that went with it. `last_at` of the present login is
-- only a lower bound (see users.last_at).
CREATE TABLE user_names (
  id       INTEGER PRIMARY KEY,
  user_id  INTEGER NOT NULL REFERENCES users (id),
  login    TEXT NOT NULL,
  -- The display name, folded.
  name     TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX user_names_by_user ON user_names (user_id);
CREATE INDEX user_names_by_login ON user_names (login);

-- Prefixes and trigrams of names; the rowid is user_names.id.
CREATE VIRTUAL TABLE names_index USING fts5(
  terms, content='', columnsize=0, detail=none,
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn So Pc'"
);

-- A user as they appeared at a time. NULL = the tag was missing, '' = it was empty.
CREATE TABLE authors (
  id           INTEGER PRIMARY KEY,
  user_id      INTEGER NOT NULL REFERENCES users (id),
  login        TEXT NOT NULL,
  display_name TEXT,
  color        TEXT,
  badges       TEXT,
  badge_info   TEXT,
  flags        TEXT NOT NULL
) STRICT;
CREATE INDEX authors_by_user ON authors (user_id);

-- Tag sections with a placeholder for every value that is not '', '0' or '1'
-- (src/archive/sqlite/codec/tag_templates.ts).
CREATE TABLE shapes (
  id       INTEGER PRIMARY KEY,
  -- Index into KINDS (src/chat/events.ts).
  kind     INTEGER NOT NULL,
  template TEXT NOT NULL,
  UNIQUE (kind, template)
) STRICT;
-- The templates of nearly every message: SQLite stores the ids 0 and 1 in a row without extra bytes.
INSERT INTO shapes (id, kind, template)
VALUES
  (0, 0, 'emotes=;first-msg=0;flags=;returning-chatter=0'),
  (1, 0, 'emotes=' || char(1) || ';first-msg=0;flags=;returning-chatter=0');

-- Emote ids of the form `emotesv2_` and 32 hexadecimal digits, as 16 bytes. Tag values refer to them by number.
CREATE TABLE emotes (
  id  INTEGER PRIMARY KEY,
  hex BLOB NOT NULL UNIQUE
) STRICT;

-- Events. No foreign keys and no second index on purpose: messages_index finds everything.
CREATE TABLE messages (
  id         INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  author_id  INTEGER,
  -- Received minus sent, milliseconds.
  sent       INTEGER,
  shape_id   INTEGER NOT NULL,
  -- 16 bytes for a canonical UUID, else the original text.
  uuid       ANY,
  text       TEXT NOT NULL,
  -- The values of the shape's placeholders, joined by ';'.
  tag_values TEXT
) STRICT;

-- The event that removed a message.
CREATE TABLE removals (
  message_id INTEGER PRIMARY KEY,
  removed_by INTEGER NOT NULL
) STRICT;

-- The only index: words, and scope tokens that begin with U+E000 (src/archive/sqlite/search/terms.ts).
CREATE VIRTUAL TABLE messages_index USING fts5(
  terms, content='', columnsize=0, detail=none,
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn So Pc'"
);

-- Counters.
CREATE TABLE user_channels (
  user_id    INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  messages   INTEGER NOT NULL,
  last_at    INTEGER NOT NULL,
  PRIMARY KEY (user_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE channel_minutes (
  channel_id INTEGER NOT NULL,
  minute     INTEGER NOT NULL,
  messages   INTEGER NOT NULL,
  PRIMARY KEY (channel_id, minute)
) STRICT, WITHOUT ROWID;
