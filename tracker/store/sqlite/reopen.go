package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// ReopenRun opens a closed run again: see tracker.Store.
func (s *Store) ReopenRun(ctx context.Context, runID string, p tracker.Process) (tracker.Run, error) {
	err := s.update(ctx, "reopen run", func(t *tx) error {
		row, status, err := t.runRow("reopen", runID)
		if err != nil || status == tracker.Running {
			return err
		}
		if _, err := t.exec("UPDATE metrics SET last = NULL WHERE run = ?", row); err != nil {
			return err
		}
		_, err = t.exec("UPDATE runs SET status = ?, reason = '', ended = NULL, pid = ?, pid_start = ?, boot = ? WHERE id = ?",
			string(tracker.Running), p.PID, p.Start, p.Boot, row)
		return err
	})
	if err != nil {
		return tracker.Run{}, err
	}
	return s.Run(ctx, runID)
}

// MovePoints takes the points after a step from one open run to another: see
// tracker.Store.
func (s *Store) MovePoints(ctx context.Context, source string, step int64, to string) (n int, err error) {
	err = s.update(ctx, "move points", func(t *tx) error {
		origin, err := t.openRow("move points of", source)
		if err != nil {
			return err
		}
		target, err := t.openRow("move points to", to)
		if err != nil {
			return err
		}
		if target == origin {
			return &tracker.RunError{Op: "move points to", Run: to, Err: fmt.Errorf("%w: they are of that run", tracker.ErrConflict)}
		}
		defer s.logger.forget() // of what a rollback would take away
		m := mover{tx: t, l: &s.logger, now: s.now, from: origin, to: target, step: step}
		n, err = m.move()
		return err
	})
	return n, err
}

// A mover writes the metrics of a run anew, and what lies after a step to another.
type mover struct {
	*tx
	l        *logger
	now      func() time.Time
	from, to int64
	step     int64
}

func (m mover) move() (n int, err error) {
	var names []string
	var ids []int64
	err = m.each(func(scan func(...any) error) error {
		var id int64
		var name string
		err := scan(&id, &name)
		ids, names = append(ids, id), append(names, name)
		return err
	}, "SELECT id, name FROM metrics WHERE run = ? ORDER BY id", m.from)
	for i := range ids {
		if err == nil {
			var moved int
			moved, err = m.split(ids[i], names[i])
			n += moved
		}
	}
	return n, err
}

// A part is consecutive points of a metric that stay, or that go, with one origin.
type part struct {
	origin int64
	goes   bool
	points []tracker.Point
}

// split writes one metric anew. It returns how many points went.
func (m mover) split(id int64, name string) (n int, err error) {
	parts, err := m.parts(id, name)
	for _, p := range parts {
		if p.goes {
			n += len(p.points)
		}
	}
	if err != nil || n == 0 {
		return 0, err
	}
	if _, err := m.exec("DELETE FROM metrics WHERE id = ?", id); err != nil { // its points follow by ON DELETE CASCADE
		return 0, err
	}
	m.l.forget()
	b := batch{l: m.l, next: map[int64]newest{}}
	for _, p := range parts {
		b.origin = p.origin
		run := m.from
		if p.goes {
			run = m.to
		}
		if err := b.take(run, p.points, m.now); err != nil {
			return 0, err
		}
	}
	return n, b.end()
}

func (m mover) parts(id int64, name string) ([]part, error) {
	all, err := (&curve{m.tx, id, name}).all()
	if err != nil {
		return nil, err
	}
	var at []struct{ first, origin int64 }
	err = m.each(func(scan func(...any) error) error {
		var s struct{ first, origin int64 }
		err := scan(&s.first, &s.origin)
		at = append(at, s)
		return err
	}, "SELECT seq - 1, coalesce(origin, 0) FROM stretches WHERE metric = ? ORDER BY seq", id)
	var parts []part
	var origin int64
	for i := range all.Len() {
		for len(at) > 0 && at[0].first <= int64(i) {
			origin, at = at[0].origin, at[1:]
		}
		goes := all.Steps[i] > m.step
		if last := len(parts) - 1; last < 0 || parts[last].goes != goes || parts[last].origin != origin {
			parts = append(parts, part{origin: origin, goes: goes})
		}
		p := &parts[len(parts)-1]
		p.points = append(p.points, tracker.Point{Metric: name, Step: all.Steps[i], Time: time.Unix(0, all.Times[i]).UTC(), Value: all.Values[i]})
	}
	return parts, err
}
