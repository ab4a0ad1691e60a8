-- Channels and users whose messages are not recorded, at their own wish.
CREATE TABLE opt_outs (
  -- channel or user.
  kind      TEXT NOT NULL,
  -- Twitch's id; null until a line has it.
  twitch_id INTEGER,
  -- As it was when last known.
  login     TEXT,
  -- Since when, epoch milliseconds.
  at        INTEGER NOT NULL,
  -- What becomes of messages from before: hidden or deleted.
  stored    TEXT NOT NULL,
  CHECK (twitch_id IS NOT NULL OR login IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX opt_outs_by_id ON opt_outs (kind, twitch_id) WHERE twitch_id IS NOT NULL;
-- A login says who it is only while no id is known: somebody else may get it later.
CREATE UNIQUE INDEX opt_outs_by_login ON opt_outs (kind, login) WHERE twitch_id IS NULL;
