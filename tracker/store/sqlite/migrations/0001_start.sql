-- Times are nanoseconds since 1970 in UTC. Ids are integers inside; a run's uid
-- is what the outside sees. STRICT keeps every column to its type.

CREATE TABLE experiments (
  id      INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL UNIQUE,
  created INTEGER NOT NULL
) STRICT;

-- What many runs share is kept once: modules, Go version, host, environment.
CREATE TABLE surroundings (
  id     INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  json   TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  uid           TEXT    NOT NULL UNIQUE,
  experiment    INTEGER NOT NULL REFERENCES experiments(id),
  parent        INTEGER REFERENCES runs(id),
  name          TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  reason        TEXT    NOT NULL DEFAULT '',
  started       INTEGER NOT NULL,
  ended         INTEGER,
  command       TEXT    NOT NULL,
  seed          INTEGER NOT NULL,
  git_commit    TEXT    NOT NULL,
  git_branch    TEXT    NOT NULL,
  git_dirty     INTEGER NOT NULL,
  host          TEXT    NOT NULL,
  pid           INTEGER NOT NULL,
  pid_start     INTEGER NOT NULL,
  boot          TEXT    NOT NULL,
  surroundings  INTEGER NOT NULL REFERENCES surroundings(id)
) STRICT;
CREATE INDEX runs_started ON runs(started, id);
CREATE INDEX runs_name ON runs(name);
CREATE INDEX runs_parent ON runs(parent) WHERE parent IS NOT NULL;
CREATE INDEX runs_status ON runs(status);

-- A cell's text is kept once however many runs had it.
CREATE TABLE codes (
  id     INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  code   TEXT NOT NULL
) STRICT;

CREATE TABLE cells (
  run      INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  session  TEXT    NOT NULL,
  count    INTEGER NOT NULL,
  cell_id  TEXT    NOT NULL,
  sha256   TEXT    NOT NULL, -- as the front end gave it
  code     INTEGER NOT NULL REFERENCES codes(id),
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE params (
  run   INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name  TEXT    NOT NULL,
  value TEXT    NOT NULL, -- JSON; a whole float ends in .0, NaN is {"$float":"NaN"}
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  run   INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name  TEXT    NOT NULL,
  value TEXT    NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
  id   INTEGER PRIMARY KEY,
  run  INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT    NOT NULL,
  UNIQUE (run, name)
) STRICT;

-- One curve lies together, in the order it was logged, so its last value is one
-- seek. ANY keeps a float as it is; NaN, which SQLite has no float for, is a
-- blob of its eight bytes, most significant first.
CREATE TABLE points (
  metric INTEGER NOT NULL REFERENCES metrics(id) ON DELETE CASCADE,
  seq    INTEGER NOT NULL,
  step   INTEGER NOT NULL,
  time   INTEGER NOT NULL,
  value  ANY     NOT NULL,
  PRIMARY KEY (metric, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  run    INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name   TEXT    NOT NULL,
  digest TEXT    NOT NULL,
  size   INTEGER NOT NULL,
  media  TEXT    NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  name    TEXT    NOT NULL,
  version INTEGER NOT NULL,
  digest  TEXT    NOT NULL,
  rows    INTEGER NOT NULL,
  columns TEXT    NOT NULL, -- JSON: name, type, digest of each
  source  TEXT    NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (name, version),
  UNIQUE (name, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  name    TEXT    NOT NULL,
  version INTEGER NOT NULL,
  run     INTEGER REFERENCES runs(id),
  digest  TEXT    NOT NULL,
  family  TEXT    NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX models_run ON models(run) WHERE run IS NOT NULL;

CREATE TABLE edges (
  id        INTEGER PRIMARY KEY,
  from_kind TEXT    NOT NULL,
  from_id   TEXT    NOT NULL,
  to_kind   TEXT    NOT NULL,
  to_id     TEXT    NOT NULL,
  role      TEXT    NOT NULL,
  time      INTEGER NOT NULL,
  UNIQUE (from_kind, from_id, to_kind, to_id, role)
) STRICT;
CREATE INDEX edges_to ON edges(to_kind, to_id);
