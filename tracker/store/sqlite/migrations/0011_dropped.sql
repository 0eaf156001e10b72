-- When the content of a dataset's version was let go, in nanoseconds; NULL: it is there.
ALTER TABLE datasets ADD COLUMN dropped INTEGER;
