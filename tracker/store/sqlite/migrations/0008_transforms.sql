-- How the end of an edge was made of its start, as JSON.
ALTER TABLE edges ADD COLUMN transform TEXT;
