-- What filters look at has an index by its name and value. Nothing is updated
-- beside the insert of a point: a metric gets its last value when its run ends.

-- Of a closed run, the last value of the metric, as in points; NULL while open.
ALTER TABLE metrics ADD COLUMN last ANY;
UPDATE metrics SET last = (SELECT value FROM points WHERE metric = metrics.id ORDER BY seq DESC LIMIT 1)
  WHERE run IN (SELECT id FROM runs WHERE status <> 'running');
CREATE INDEX metrics_last ON metrics(name, last, run);

-- head is the first 64 characters of the value as text (a JSON string without
-- its quotes), NULL for a parameter that is null; number what the value is or
-- its text reads as, in the form of a point's value, NULL for other text. The
-- program fills both for older rows.
ALTER TABLE params ADD COLUMN head TEXT;
ALTER TABLE params ADD COLUMN number ANY;
ALTER TABLE tags ADD COLUMN head TEXT;
ALTER TABLE tags ADD COLUMN number ANY;
CREATE INDEX params_head ON params(name, head, run);
CREATE INDEX params_number ON params(name, number, run) WHERE number IS NOT NULL;
CREATE INDEX tags_head ON tags(name, head, run);
CREATE INDEX tags_number ON tags(name, number, run) WHERE number IS NOT NULL;

CREATE INDEX runs_experiment ON runs(experiment, started, id);
