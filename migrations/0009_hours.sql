-- Counters: how many messages each user wrote in an hour of a channel (src/archive/sqlite/statistics/hour_counts.ts).
CREATE TABLE channel_hours (
  -- The channel's id * 2^24 + the hours since the Unix epoch.
  id    INTEGER PRIMARY KEY,
  users BLOB NOT NULL
) STRICT;

-- Messages with ids from this on are counted by hour. While nothing arrives, the writer counts older ones, newest first.
-- 0 = all are counted.
ALTER TABLE archive ADD COLUMN hours_from INTEGER NOT NULL DEFAULT 0;
UPDATE archive SET hours_from = counters_upto + 1;
