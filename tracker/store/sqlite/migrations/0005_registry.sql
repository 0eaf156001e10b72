-- A registered model is a name for versions; what is said of it and of them may
-- change, what a version is may not. Tags are a JSON object of texts.
CREATE TABLE registered_models (
  name        TEXT    NOT NULL PRIMARY KEY,
  description TEXT    NOT NULL,
  tags        TEXT    NOT NULL,
  created     INTEGER NOT NULL,
  updated     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE models ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN stage TEXT NOT NULL DEFAULT ''; -- '' is none
ALTER TABLE models ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
ALTER TABLE models ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
UPDATE models SET updated = created;
INSERT INTO registered_models SELECT name, '', '{}', min(created), max(created) FROM models GROUP BY name;

CREATE TABLE model_aliases (
  name    TEXT    NOT NULL,
  alias   TEXT    NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (name, alias),
  FOREIGN KEY (name, version) REFERENCES models(name, version) ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX model_aliases_version ON model_aliases(name, version);

-- Every change. What was deleted keeps its events, so that a number is not given twice.
CREATE TABLE model_events (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  time         INTEGER NOT NULL,
  who          TEXT    NOT NULL,
  action       TEXT    NOT NULL, -- register, promote, stage, ...
  name         TEXT    NOT NULL,
  from_version INTEGER NOT NULL, -- 0 is none
  to_version   INTEGER NOT NULL,
  alias        TEXT    NOT NULL,
  was          TEXT    NOT NULL, -- description, stage or name, before and after
  value        TEXT    NOT NULL,
  tags         TEXT    NOT NULL, -- those set; an empty text removes one
  why          TEXT    NOT NULL
) STRICT;
CREATE INDEX model_events_name ON model_events(name, id);
INSERT INTO model_events (time, who, action, name, from_version, to_version, alias, was, value, tags, why)
  SELECT created, '', 'register', name, 0, version, '', '', '', '{}', '' FROM models ORDER BY created, name, version;
