-- Which cell set, logged or added something: a row of origins, NULL for what no
-- cell did.
CREATE TABLE origins (
  id      INTEGER PRIMARY KEY,
  session TEXT    NOT NULL,
  count   INTEGER NOT NULL,
  cell_id TEXT    NOT NULL,
  sha256  TEXT    NOT NULL,
  UNIQUE (session, count, cell_id, sha256)
) STRICT;

-- The points of a metric from seq to the next row of the metric.
CREATE TABLE stretches (
  metric INTEGER NOT NULL REFERENCES metrics(id) ON DELETE CASCADE,
  seq    INTEGER NOT NULL,
  origin INTEGER REFERENCES origins(id),
  PRIMARY KEY (metric, seq)
) STRICT, WITHOUT ROWID;

ALTER TABLE params ADD COLUMN origin INTEGER REFERENCES origins(id);
ALTER TABLE artifacts ADD COLUMN origin INTEGER REFERENCES origins(id);
ALTER TABLE edges ADD COLUMN origin INTEGER REFERENCES origins(id);
