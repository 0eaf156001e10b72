-- Consecutive points of a metric, packed: docs/format/series.md. The points of a
-- metric lie in chunks and in rows of points, in the order of seq, each in one of
-- them; the newest is always a row. A chunk of fewer than 4096 points is open: it
-- and the rows behind it are packed together once they are as many.
CREATE TABLE chunks (
  id      INTEGER PRIMARY KEY,
  metric  INTEGER NOT NULL REFERENCES metrics(id) ON DELETE CASCADE,
  seq     INTEGER NOT NULL, -- of its first point
  count   INTEGER NOT NULL,
  summary BLOB    NOT NULL, -- minimum, maximum and more of every 256 points
  data    BLOB    NOT NULL,
  UNIQUE (metric, seq)
) STRICT;
CREATE INDEX chunks_open ON chunks(metric, seq) WHERE count < 4096;
