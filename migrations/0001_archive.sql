-- The archive's first schema. Instants are epoch milliseconds; message ids carry the time (src/chat/ids.ts).

-- One row: what the archive has to remember about itself.
CREATE TABLE archive (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  -- The counters below are right for every message up to this id.
  counters_upto INTEGER NOT NULL,
  -- The spool that was last read back (src/collector/spool.ts), and up to which byte of it everything is stored.
  spool_name    TEXT,
  spool_upto    INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO archive (one, counters_upto) VALUES (1, -1);

-- Small ids of our own: they stand in every message and in the index.
CREATE TABLE channels (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  login      TEXT NOT NULL UNIQUE,
  twitch_id  INTEGER UNIQUE,
  enabled    INTEGER NOT NULL,
  -- Left the list, its messages stay; and: its messages are being deleted, and it with them.
  hidden     INTEGER NOT NULL DEFAULT 0,
  deleting   INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  -- Counters: events of every kind.
  messages   INTEGER NOT NULL DEFAULT 0,
  first_at   INTEGER,
  last_at    INTEGER
) STRICT;

-- The logins that a channel had before the present one.
CREATE TABLE channel_logins (
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  login      TEXT NOT NULL,
  until_at   INTEGER NOT NULL,
  PRIMARY KEY (channel_id, until_at, login)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_logins_by_login ON channel_logins (login, until_at);

-- The id is Twitch's; a negative one belongs to somebody of whom only the login is known.
CREATE TABLE users (
  id           INTEGER PRIMARY KEY,
  login        TEXT NOT NULL,
  display_name TEXT NOT NULL,
  -- Counters: what they wrote (messages, actions, notices).
  messages     INTEGER NOT NULL DEFAULT 0,
  first_at     INTEGER,
  last_at      INTEGER
) STRICT;
CREATE INDEX users_by_login ON users (login);
CREATE INDEX users_by_messages ON users (messages);

-- Every login that a user had, a row for each display name beside it that is more than another spelling of the
-- login. `last_at` of the present login is only a lower bound (see users.last_at).
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

-- Beginnings and trigrams of names; the rowid is user_names.id.
CREATE VIRTUAL TABLE names_index USING fts5(
  terms, content='', columnsize=0, detail=none,
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn So Pc'"
);

-- A person as they were then. NULL = the tag was missing, '' = it was empty.
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

-- Tag sections with a placeholder for every value that is not '', '0' or '1' (src/archive/sqlite/shapes.ts).
CREATE TABLE shapes (
  id       INTEGER PRIMARY KEY,
  -- Index into KINDS (src/chat/events.ts).
  kind     INTEGER NOT NULL,
  template TEXT NOT NULL,
  UNIQUE (kind, template)
) STRICT;
-- What nearly every message looks like: 0 and 1 take no room in a row.
INSERT INTO shapes (id, kind, template)
VALUES
  (0, 0, 'emotes=;first-msg=0;flags=;returning-chatter=0'),
  (1, 0, 'emotes=' || char(1) || ';first-msg=0;flags=;returning-chatter=0');

-- Ids of emotes, `emotesv2_` and 32 hexadecimal digits (here 16 bytes), of which tag values keep the number.
CREATE TABLE emotes (
  id  INTEGER PRIMARY KEY,
  hex BLOB NOT NULL UNIQUE
) STRICT;

-- What happened. No foreign keys and no second index on purpose: messages_index finds everything.
CREATE TABLE messages (
  id         INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  author_id  INTEGER,
  -- Received minus sent, milliseconds.
  sent       INTEGER,
  shape_id   INTEGER NOT NULL,
  -- 16 bytes for a canonical UUID, else the text as it came.
  uuid       ANY,
  text       TEXT NOT NULL,
  -- What stands at the placeholders of the shape, joined by ';'.
  tag_values TEXT
) STRICT;

-- Which event removed a message.
CREATE TABLE removals (
  message_id INTEGER PRIMARY KEY,
  removed_by INTEGER NOT NULL
) STRICT;

-- The only index: words, and scope tokens that begin with U+E000 (src/archive/sqlite/search_index.ts).
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
