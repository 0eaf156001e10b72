-- A deleted run or experiment has the time of it; NULL of a live one. An
-- experiment and the runs that were deleted with it have the same.
ALTER TABLE runs ADD COLUMN deleted INTEGER;
ALTER TABLE experiments ADD COLUMN deleted INTEGER;
CREATE INDEX runs_deleted ON runs(deleted) WHERE deleted IS NOT NULL;
