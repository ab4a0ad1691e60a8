-- Emotes of other services than Twitch, with the times between which they were in a set, and pictures of emotes.

CREATE TABLE set_emotes (
  id         INTEGER PRIMARY KEY,
  -- NULL = a global set.
  channel_id INTEGER REFERENCES channels (id) ON DELETE CASCADE,
  -- ffz, bttv or 7tv.
  service    TEXT NOT NULL,
  -- The service's id.
  emote      TEXT NOT NULL,
  -- The word that is the emote.
  name       TEXT NOT NULL,
  -- 1 = it is shown upon the emote before it.
  overlay    INTEGER NOT NULL,
  -- Width of the picture relative to its height.
  ratio      REAL NOT NULL,
  -- Epoch milliseconds; 0 = as far back as is known.
  from_at    INTEGER NOT NULL,
  -- NULL = it is still there.
  until_at   INTEGER
) STRICT;
CREATE INDEX set_emotes_by_channel ON set_emotes (channel_id, service);

-- When a set was last read.
CREATE TABLE emote_checks (
  -- 0 = the global sets.
  channel_id INTEGER NOT NULL,
  service    TEXT NOT NULL,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, service)
) STRICT, WITHOUT ROWID;

-- Pictures by their content.
CREATE TABLE pictures (
  id    INTEGER PRIMARY KEY,
  -- SHA-256 of the bytes.
  hash  BLOB NOT NULL UNIQUE,
  type  TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- The picture of an address, such as 7tv/01F00Z3A9G0007E4VV006YKSK9/1.
CREATE TABLE picture_names (
  name       TEXT PRIMARY KEY,
  picture_id INTEGER NOT NULL REFERENCES pictures (id),
  -- When it was last requested, within a day; epoch milliseconds.
  used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_names_by_use ON picture_names (used_at);
CREATE INDEX picture_names_by_picture ON picture_names (picture_id);
