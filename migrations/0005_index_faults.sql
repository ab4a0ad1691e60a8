-- Full-text indexes that could not be read or written: rows are stored without them until `doctor --repair` has built
-- them anew.
CREATE TABLE index_faults (
  index_name TEXT PRIMARY KEY,
  reason     TEXT NOT NULL,
  -- Epoch milliseconds.
  at         INTEGER NOT NULL,
  -- The lowest and the highest id of the rows that the index lacks since then.
  from_id    INTEGER,
  upto_id    INTEGER
) STRICT, WITHOUT ROWID;
