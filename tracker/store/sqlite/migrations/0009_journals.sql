-- How far the points of each file of the journal are in the database.
CREATE TABLE journals (
  file    TEXT    PRIMARY KEY,
  applied INTEGER NOT NULL -- offset in bytes
) STRICT, WITHOUT ROWID;
