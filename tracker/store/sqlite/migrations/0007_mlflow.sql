-- Experiments have tags, as runs have.
CREATE TABLE experiment_tags (
  experiment INTEGER NOT NULL REFERENCES experiments(id) ON DELETE CASCADE,
  name       TEXT    NOT NULL,
  value      TEXT    NOT NULL,
  PRIMARY KEY (experiment, name)
) STRICT, WITHOUT ROWID;

-- What a front door to other tools wants back as it came.
CREATE TABLE records (
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
