-- Full-text indexes that could not be read or written. Rows are stored without index terms until `doctor --repair`
-- rebuilds the index.
CREATE TABLE index_faults (
  index_name TEXT PRIMARY KEY,
  reason     TEXT NOT NULL,
  -- Epoch milliseconds.
  at         INTEGER NOT NULL,
  -- The lowest and the highest id of the rows that the index lacks.
  from_id    INTEGER,
  upto_id    INTEGER
) STRICT, WITHOUT ROWID;
