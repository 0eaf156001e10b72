package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// Experiments lists those that are not deleted, by name.
func (s *Store) Experiments(ctx context.Context) ([]tracker.Experiment, error) {
	return s.experiments(ctx, "WHERE deleted IS NULL")
}

// DeletedExperiments lists those that are, by name.
func (s *Store) DeletedExperiments(ctx context.Context) ([]tracker.Experiment, error) {
	return s.experiments(ctx, "WHERE deleted IS NOT NULL")
}

func (s *Store) experiments(ctx context.Context, where string) ([]tracker.Experiment, error) {
	var out []tracker.Experiment
	err := s.view(ctx, "list experiments", func(t *tx) error {
		err := t.each(func(scan func(...any) error) error {
			var e tracker.Experiment
			var deleted sql.NullInt64
			err := scan(&e.ID, &e.Name, when{&e.Created}, &deleted)
			e.Deleted = moment(deleted)
			out = append(out, e)
			return err
		}, "SELECT id, name, created, deleted FROM experiments "+where+" ORDER BY name")
		if err != nil {
			return err
		}
		return t.experimentTags(out)
	})
	return out, err
}

// DeleteExperiment marks an experiment and its live runs: see tracker.Store.
func (s *Store) DeleteExperiment(ctx context.Context, name string) error {
	return s.markExperiment(ctx, "delete experiment", name, nanos(s.now()))
}

// RestoreExperiment takes the mark away again: see tracker.Store.
func (s *Store) RestoreExperiment(ctx context.Context, name string) error {
	return s.markExperiment(ctx, "restore experiment", name, nil)
}

// markExperiment gives an experiment this time of deletion, and the runs that had
// its own.
func (s *Store) markExperiment(ctx context.Context, op, name string, at any) error {
	return s.update(ctx, op, func(t *tx) error {
		var id int64
		var have sql.NullInt64
		found, err := t.one([]any{&id, &have}, "SELECT id, deleted FROM experiments WHERE name = ?", name)
		if err == nil && !found {
			err = tracker.NoExperiment(name)
		}
		if err != nil || have.Valid == (at != nil) {
			return err
		}
		if _, err := t.exec("UPDATE runs SET deleted = ? WHERE experiment = ? AND deleted IS ?", at, id, have); err != nil {
			return err
		}
		_, err = t.exec("UPDATE experiments SET deleted = ? WHERE id = ?", at, id)
		return err
	})
}

// DeleteRun marks a run as deleted: see tracker.Store.
func (s *Store) DeleteRun(ctx context.Context, runID string) error {
	return s.update(ctx, "delete run", func(t *tx) error {
		row, _, err := t.runRow("delete", runID)
		if err == nil {
			_, err = t.exec("UPDATE runs SET deleted = ? WHERE id = ? AND deleted IS NULL", nanos(s.now()), row)
		}
		return err
	})
}

// RestoreRun takes the mark away, also from its experiment.
func (s *Store) RestoreRun(ctx context.Context, runID string) error {
	return s.update(ctx, "restore run", func(t *tx) error {
		row, _, err := t.runRow("restore", runID)
		if err == nil {
			_, err = t.exec("UPDATE runs SET deleted = NULL WHERE id = ?", row)
		}
		if err == nil {
			_, err = t.exec("UPDATE experiments SET deleted = NULL WHERE id = (SELECT experiment FROM runs WHERE id = ?)", row)
		}
		return err
	})
}

// PurgeRun removes a deleted run with its points, parameters, tags, cells and the
// names of its artifacts: see tracker.Store. One with many metrics loses its id
// first, so that it cannot come back in part, and then they go atOnce in a
// transaction; if that is cut short, purging the run purged-ID goes on with it.
func (s *Store) PurgeRun(ctx context.Context, runID string) error {
	var row int64
	var many bool
	err := s.update(ctx, "purge run", func(t *tx) (err error) {
		if row, _, err = t.runRow("purge", runID); err != nil {
			return err
		}
		var count int
		found, err := t.one([]any{&count}, "SELECT (SELECT count(*) FROM (SELECT 1 FROM metrics WHERE run = r.id LIMIT ?)) FROM runs r WHERE id = ? AND deleted IS NOT NULL", atOnce+1, row)
		if err == nil && !found {
			err = &tracker.RunError{Op: "purge", Run: runID, Err: tracker.ErrNotDeleted}
		}
		if err == nil {
			err = t.unused(row, runID)
		}
		if err == nil {
			_, err = t.exec("DELETE FROM edges WHERE to_kind = 'run' AND to_id = ?", runID)
		}
		if many = count > atOnce; err == nil && !many {
			err = t.removeRun(row)
		}
		if err != nil || !many {
			return err
		}
		_, err = t.exec("UPDATE runs SET uid = 'purged-' || uid, deleted = 0 WHERE id = ? AND uid NOT LIKE 'purged-%'", row)
		return err
	})
	if err != nil || !many {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	for left := int64(1); left > 0 && err == nil; {
		time.Sleep(pause)
		err = s.update(ctx, "purge run", func(t *tx) (err error) {
			left, err = t.exec("DELETE FROM metrics WHERE id IN (SELECT id FROM metrics WHERE run = ? LIMIT ?)", row, atOnce)
			return err
		})
	}
	if err != nil {
		return err
	}
	return s.update(ctx, "purge run", func(t *tx) error { return t.removeRun(row) })
}

// removeRun removes a row of runs with what is left of it.
func (t *tx) removeRun(row int64) error {
	var experiment int64
	if _, err := t.one([]any{&experiment}, "SELECT experiment FROM runs WHERE id = ?", row); err != nil {
		return err
	}
	if _, err := t.exec("DELETE FROM runs WHERE id = ?", row); err != nil { // the rest follows by ON DELETE CASCADE
		return err
	}
	_, err := t.exec("DELETE FROM experiments WHERE id = ?1 AND deleted IS NOT NULL AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment = ?1)", experiment)
	return err
}

// unused is ErrInUse for a run that something came from.
func (t *tx) unused(row int64, runID string) error {
	for _, q := range []struct {
		what, text string
		arg        any
	}{
		{"model", "SELECT name || '@v' || version FROM models WHERE run = ? LIMIT 1", row},
		{"run", "SELECT uid FROM runs WHERE parent = ? LIMIT 1", row},
		{"lineage of", "SELECT to_kind || ' ' || to_id FROM edges WHERE from_kind = 'run' AND from_id = ? LIMIT 1", runID},
	} {
		var user string
		found, err := t.one([]any{&user}, q.text, q.arg)
		if err != nil {
			return err
		}
		if found {
			return &tracker.RunError{Op: "purge", Run: runID, Err: fmt.Errorf("%w by %s %s", tracker.ErrInUse, q.what, user)}
		}
	}
	return nil
}
