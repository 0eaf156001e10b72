package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

const (
	mostProblems = 100 // of one kind that are listed
	hintLost     = "these points cannot be read: bring a backup back with `cellar restore`, or run the step again"
	hintTwice    = "the store was changed by another program: bring a backup back with `cellar restore`"
)

// References lists every place that names a blob: see tracker.Store. A column of
// digests that a migration adds belongs here too; a test holds that.
func (s *Store) References(ctx context.Context) ([]tracker.Reference, error) {
	var out []tracker.Reference
	err := s.view(ctx, "list references", func(t *tx) (err error) {
		out, err = t.references()
		return err
	})
	return out, err
}

func (t *tx) references() (out []tracker.Reference, err error) {
	err = t.each(func(scan func(...any) error) error {
		var r tracker.Reference
		err := scan(&r.Digest, &r.Size, &r.Run, &r.Name)
		out = append(out, r)
		return err
	}, `SELECT a.digest, a.size, r.uid, a.name FROM artifacts a JOIN runs r ON r.id = a.run
		UNION ALL SELECT digest, -1, '', 'dataset ' || name || '@v' || version FROM datasets WHERE dropped IS NULL
		UNION ALL SELECT digest, size, '', 'dataset ' || name || '@v' || version FROM dataset_chunks
		UNION ALL SELECT digest, -1, '', 'model ' || name || '@v' || version FROM models`)
	return out, err
}

// Check reads the whole database: see tracker.Store.
func (s *Store) Check(ctx context.Context, tick tracker.Tick) ([]tracker.Problem, error) {
	var found []tracker.Problem
	err := s.view(ctx, "check", func(t *tx) error { return t.pages(s.path, &found) })
	if err == nil && len(found) == 0 { // what is told of damaged pages would be wrong
		err = s.view(ctx, "check", func(t *tx) error { return t.places(&found) })
		if err == nil {
			err = s.checkChunks(ctx, tick, &found)
		}
	}
	if errors.Is(err, tracker.ErrCorrupt) {
		return append(found, tracker.Problem{What: err.Error(), Where: s.path, Do: hintCorrupt}), nil
	}
	if err != nil {
		return found, err
	}
	more, err := s.leftBehind()
	return append(found, more...), fail("check", s.path, err)
}

// pages checks the file as SQLite sees it.
func (t *tx) pages(path string, found *[]tracker.Problem) error {
	err := t.each(func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		if line != "ok" {
			*found = append(*found, tracker.Problem{What: line, Where: path, Do: hintCorrupt})
		}
		return err
	}, fmt.Sprintf("PRAGMA integrity_check(%d)", mostProblems))
	if err != nil {
		return err
	}
	return t.each(func(scan func(...any) error) error {
		var table, parent string
		var row, key any
		err := scan(&table, &row, &parent, &key)
		if len(*found) < mostProblems {
			*found = append(*found, tracker.Problem{What: "a row names what is not there in " + parent, Where: fmt.Sprintf("%s row %v", table, row), Do: hintCorrupt})
		}
		return err
	}, "PRAGMA foreign_key_check")
}

// rules are queries for what must not be: its place, as text.
var rules = []struct{ what, do, query string }{
	{"points are missing", hintLost, `SELECT 'metric ' || m.name || ' of run ' || r.uid || ': ' || (c.last - n) || ' of ' || c.last FROM (
		SELECT metric, sum(n) AS n, max(last) AS last, max(row) AS row FROM (
			SELECT metric, count AS n, seq + count - 1 AS last, 0 AS row FROM chunks
			UNION ALL SELECT metric, count(*), max(seq), max(seq) FROM points GROUP BY metric) GROUP BY metric) c
		JOIN metrics m ON m.id = c.metric JOIN runs r ON r.id = m.run WHERE n < c.last OR c.row < c.last`},
	{"points are there twice", hintTwice, `SELECT 'metric ' || m.name || ' of run ' || r.uid || ': from number ' || p.seq FROM chunks c
		JOIN points p ON p.metric = c.metric AND p.seq >= c.seq AND p.seq < c.seq + c.count
		JOIN metrics m ON m.id = c.metric JOIN runs r ON r.id = m.run`},
	{"points are there twice", hintTwice, `SELECT 'metric ' || m.name || ' of run ' || r.uid || ': from number ' || seq FROM (
		SELECT metric, seq, lag(seq + count) OVER (PARTITION BY metric ORDER BY seq) AS next FROM chunks) c
		JOIN metrics m ON m.id = c.metric JOIN runs r ON r.id = m.run WHERE next > seq`},
	{"the last value is not that of the last point", hintTwice, `SELECT 'metric ' || m.name || ' of run ' || r.uid FROM metrics m JOIN runs r ON r.id = m.run
		WHERE r.status <> 'running' AND m.last IS NOT NULL AND m.last IS NOT (SELECT value FROM points WHERE metric = m.id ORDER BY seq DESC LIMIT 1)`},
	{"a parameter cannot be read", hintCorrupt, `SELECT 'parameter ' || p.name || ' of run ' || r.uid FROM params p JOIN runs r ON r.id = p.run WHERE NOT json_valid(p.value)`},
	{"a live run in a deleted experiment", "restore it: `cellar runs restore --experiment`", `SELECT 'run ' || r.uid || ' of experiment ' || e.name
		FROM runs r JOIN experiments e ON e.id = r.experiment WHERE e.deleted IS NOT NULL AND r.deleted IS NULL`},
}

// places checks what lies where.
func (t *tx) places(found *[]tracker.Problem) error {
	for _, rule := range rules {
		err := t.each(func(scan func(...any) error) error {
			var where string
			err := scan(&where)
			*found = append(*found, tracker.Problem{What: rule.what, Where: where, Do: rule.do})
			return err
		}, rule.query+fmt.Sprintf(" LIMIT %d", mostProblems))
		if err != nil {
			return err
		}
	}
	return nil
}

// A stored is a chunk as it lies in the store.
type stored struct {
	id, seq       int64
	count         int
	summary, data []byte
	where         string
}

// checkChunks decodes every chunk, a few in a transaction, so that the log does
// not grow under a long reader.
func (s *Store) checkChunks(ctx context.Context, tick tracker.Tick, found *[]tracker.Problem) error {
	var total, done, last int64
	for {
		var list []stored
		err := s.view(ctx, "check", func(t *tx) error {
			if _, err := t.one([]any{&total}, "SELECT count(*) FROM chunks"); err != nil {
				return err
			}
			return t.each(func(scan func(...any) error) error {
				var c stored
				err := scan(&c.id, &c.seq, &c.count, &c.summary, &c.data, &c.where)
				list = append(list, c)
				return err
			}, `SELECT c.id, seq, count, summary, data, 'metric ' || m.name || ' of run ' || r.uid FROM chunks c
				JOIN metrics m ON m.id = c.metric JOIN runs r ON r.id = m.run WHERE c.id > ? ORDER BY c.id LIMIT 256`, last)
		})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			if err := c.check(); err != nil && len(*found) < mostProblems {
				*found = append(*found, tracker.Problem{What: fmt.Sprintf("points %d to %d: %v", c.seq, c.seq+int64(c.count)-1, err), Where: c.where, Do: hintLost})
			}
		}
		last, done = list[len(list)-1].id, done+int64(len(list))
		tick.Tell(done, total)
	}
}

func (c stored) check() error {
	var all series.Stretch
	if err := series.Decode(c.data, &all); err != nil {
		return err
	}
	if all.Len() != c.count {
		return fmt.Errorf("the chunk has %d points, not %d", all.Len(), c.count)
	}
	if !bytes.Equal(c.summary, series.Summary(series.Buckets(all, series.Part))) {
		return errors.New("its summary is not that of its points")
	}
	return nil
}
