package sqlite

import (
	"context"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// atOnce is how many metrics of a run one transaction closes or removes, so that
// no other process waits long for a run that has a million of them.
const atOnce = 2000

// pause is how long a work in parts leaves the store to others between two of them:
// whoever waits for SQLite's lock looks for it every few milliseconds only.
const pause = 5 * time.Millisecond

// FinishRun closes an open run and gives its metrics their last values, by
// which they are found. It does so even when ctx has ended: that is how a step
// that was interrupted gets its end. Of more than atOnce metrics the others get
// them in transactions of their own; until then they are found by their points.
func (s *Store) FinishRun(ctx context.Context, runID string, status tracker.Status, reason string) error {
	if err := tracker.CanEnd(runID, status); err != nil {
		return err
	}
	var row int64
	var next *string // the first metric that has no last value yet
	ctx = context.WithoutCancel(ctx)
	err := s.update(ctx, "finish run", func(t *tx) (err error) {
		if row, err = t.openRow("finish", runID); err != nil {
			return err
		}
		if _, err = t.exec("UPDATE runs SET status = ?, reason = ?, ended = ? WHERE id = ?", string(status), reason, nanos(s.now()), row); err != nil {
			return err
		}
		if status == tracker.Killed {
			_, err = t.exec(`UPDATE runs SET ended = max(started, coalesce((SELECT max((SELECT time FROM points p WHERE p.metric = m.id ORDER BY seq DESC LIMIT 1))
				FROM metrics m WHERE m.run = runs.id), 0)) WHERE id = ?`, row)
			if err != nil {
				return err
			}
		}
		next, err = t.lastValues(row, "")
		return err
	})
	if err != nil {
		return err
	}
	// The run is closed. What follows makes it fast to find and small; without it
	// it is there as well.
	for next != nil && err == nil {
		time.Sleep(pause)
		err = s.update(ctx, "finish run", func(t *tx) (err error) {
			next, err = t.lastValues(row, *next)
			return err
		})
	}
	s.settleRun(row)
	return nil
}

// lastValues sets the last values of a closed run's metrics, of atOnce of them by
// name from one on, and returns the next; nil when there is none.
func (t *tx) lastValues(run int64, from string) (next *string, err error) {
	var to string
	more, err := t.one([]any{&to}, "SELECT name FROM metrics WHERE run = ? AND name >= ? ORDER BY name LIMIT 1 OFFSET ?", run, from, atOnce)
	if err != nil {
		return nil, err
	}
	set := `UPDATE metrics SET last = (SELECT value FROM points WHERE metric = metrics.id ORDER BY seq DESC LIMIT 1)
		WHERE run = (SELECT id FROM runs WHERE id = ? AND status <> 'running') AND name >= ?`
	args := []any{run, from}
	if more {
		set, args, next = set+" AND name < ?", append(args, to), &to
	}
	_, err = t.exec(set, args...)
	return next, err
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
