-- The blobs that the manifest of a dataset's version names: versions share them.
CREATE TABLE dataset_chunks (
	name    TEXT NOT NULL,
	version INTEGER NOT NULL,
	digest  TEXT NOT NULL,
	size    INTEGER NOT NULL,
	PRIMARY KEY (name, version, digest)
) WITHOUT ROWID;
