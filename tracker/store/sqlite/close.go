package sqlite

import (
	"context"
	"fmt"

	"github.com/cellar-ml/cellar/tracker"
)

// FinishRun closes an open run and gives its metrics their last values, by
// which they are found. It does so even when ctx has ended: that is how a step
// that was interrupted gets its end.
func (s *Store) FinishRun(ctx context.Context, runID string, status tracker.Status, reason string) error {
	if err := tracker.CanEnd(runID, status); err != nil {
		return err
	}
	var row int64
	err := s.update(context.WithoutCancel(ctx), "finish run", func(t *tx) (err error) {
		if row, err = t.openRow("finish", runID); err != nil {
			return err
		}
		if _, err = t.exec("UPDATE metrics SET last = (SELECT value FROM points WHERE metric = metrics.id ORDER BY seq DESC LIMIT 1) WHERE run = ?", row); err != nil {
			return err
		}
		_, err = t.exec("UPDATE runs SET status = ?, reason = ?, ended = ? WHERE id = ?", string(status), reason, nanos(s.now()), row)
		return err
	})
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.writable() == nil {
			_ = s.logger.transact(func() error { return s.logger.settleRun(row) }) // unpacked they are there as well
		}
	}
	return err
}

// DeleteRun removes a run with its points, parameters, tags, cells and the
// names of its artifacts: see tracker.Store.
func (s *Store) DeleteRun(ctx context.Context, runID string) error {
	return s.update(ctx, "delete run", func(t *tx) error {
		row, _, err := t.runRow("delete", runID)
		if err != nil {
			return err
		}
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
				return &tracker.RunError{Op: "delete", Run: runID, Err: fmt.Errorf("%w by %s %s", tracker.ErrInUse, q.what, user)}
			}
		}
		if _, err := t.exec("DELETE FROM edges WHERE to_kind = 'run' AND to_id = ?", runID); err != nil {
			return err
		}
		_, err = t.exec("DELETE FROM runs WHERE id = ?", row) // the rest follows by ON DELETE CASCADE
		return err
	})
}

// runRow is the row and status of a run by its id.
func (t *tx) runRow(op, uid string) (int64, tracker.Status, error) {
	var id int64
	var status tracker.Status
	found, err := t.one([]any{&id, &status}, "SELECT id, status FROM runs WHERE uid = ?", uid)
	if err == nil && !found {
		err = &tracker.RunError{Op: op, Run: uid, Err: tracker.ErrNotFound}
	}
	return id, status, err
}

// openRow is runRow for what only an open run takes.
func (t *tx) openRow(op, uid string) (int64, error) {
	id, status, err := t.runRow(op, uid)
	if err == nil && status != tracker.Running {
		err = &tracker.RunError{Op: op, Run: uid, Err: tracker.ErrFinished}
	}
	return id, err
}

// AddArtifact names a blob of a run, open or closed.
func (s *Store) AddArtifact(ctx context.Context, a tracker.Artifact) error {
	if err := tracker.CheckArtifact(a); err != nil {
		return err
	}
	return s.update(ctx, "add artifact", func(t *tx) error {
		row, _, err := t.runRow("add artifact to", a.Run)
		if err != nil {
			return err
		}
		origin, err := t.origin()
		if err != nil {
			return err
		}
		_, err = t.exec("INSERT OR REPLACE INTO artifacts (run, name, digest, size, media, origin) VALUES (?, ?, ?, ?, ?, ?)",
			row, a.Name, string(a.Digest), a.Size, a.Media, origin)
		return err
	})
}

// Artifacts lists a run's artifacts by name.
func (s *Store) Artifacts(ctx context.Context, runID string) ([]tracker.Artifact, error) {
	var out []tracker.Artifact
	err := s.view(ctx, "list artifacts", func(t *tx) error {
		row, _, err := t.runRow("list artifacts of", runID)
		if err != nil {
			return err
		}
		return t.each(func(scan func(...any) error) error {
			a := tracker.Artifact{Run: runID}
			err := scan(&a.Name, &a.Digest, &a.Size, &a.Media, from{&a.Origin})
			out = append(out, a)
			return err
		}, "SELECT name, digest, size, media, "+originText+" FROM artifacts LEFT JOIN origins o ON o.id = origin WHERE run = ? ORDER BY name", row)
	})
	return out, err
}
