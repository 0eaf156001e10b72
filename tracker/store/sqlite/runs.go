package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// Run returns one run by reference: see tracker.Store.
func (s *Store) Run(ctx context.Context, ref string) (tracker.Run, error) {
	var run tracker.Run
	err := s.view(ctx, "read run", func(t *tx) error {
		id, err := t.resolve(ref)
		if err != nil {
			return err
		}
		runs, err := t.runs([]int64{id})
		if err != nil {
			return err
		}
		run = runs[0]
		run.Source.Cells, err = t.cells(id)
		return err
	})
	return run, err
}

// resolve finds the row of a reference: an id, a name, or a prefix of an id.
func (t *tx) resolve(ref string) (int64, error) {
	var id int64
	found, err := t.one([]any{&id}, "SELECT id FROM runs WHERE uid = ?", ref)
	if err != nil || found {
		return id, err
	}
	found, err = t.one([]any{&id}, "SELECT id FROM runs WHERE name = ? AND deleted IS NULL ORDER BY started DESC, id DESC LIMIT 1", ref)
	if err != nil || found {
		return id, err
	}
	var uids []string
	if len(ref) >= tracker.MinPrefix {
		// The last rune that UTF-8 has ends the range, so that the index is used.
		err = t.each(func(scan func(...any) error) error {
			var uid string
			err := scan(&id, &uid)
			uids = append(uids, uid)
			return err
		}, "SELECT id, uid FROM runs WHERE uid >= ? AND uid < ? AND deleted IS NULL ORDER BY uid LIMIT 5", ref, ref+"\U0010FFFF")
	}
	return id, one(ref, uids, err)
}

// one says what is wrong when a prefix stands for none or several runs.
func one(ref string, uids []string, err error) error {
	switch {
	case err != nil:
		return err
	case len(uids) == 0:
		return &tracker.RunError{Op: "find", Run: ref, Err: tracker.ErrNotFound}
	case len(uids) > 1:
		return &tracker.RunError{Op: "find", Run: ref,
			Err: fmt.Errorf("%w: it begins %s", tracker.ErrAmbiguous, strings.Join(uids, ", "))}
	}
	return nil
}

// runs reads the runs of these rows, in their order. Each table is read once,
// whatever the number of runs.
func (t *tx) runs(ids []int64) ([]tracker.Run, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	with, args := "WITH sel AS MATERIALIZED (SELECT value AS id, key AS at FROM json_each(?)) ", []any{list(ids)}
	around, err := t.surroundings(with, args)
	if err != nil {
		return nil, err
	}
	runs := make([]tracker.Run, 0, len(ids))
	at := make(map[int64]int, len(ids))
	err = t.each(func(scan func(...any) error) error {
		id, r, err := scanRun(scan, around)
		at[id] = len(runs)
		runs = append(runs, r)
		return err
	}, with+`SELECT r.id, r.surroundings, r.uid, e.name, coalesce(p.uid, ''), r.name, r.kind, r.status, r.reason, r.started, r.ended, r.deleted,
		r.command, r.seed, r.git_commit, r.git_branch, r.git_dirty, r.host, r.pid, r.pid_start, r.boot
		FROM sel CROSS JOIN runs r ON r.id = sel.id JOIN experiments e ON e.id = r.experiment LEFT JOIN runs p ON p.id = r.parent
		ORDER BY sel.at`, args...)
	if err != nil {
		return nil, err
	}
	err = t.details(with, args, func(id int64) *tracker.Run { return &runs[at[id]] })
	return runs, err
}

func scanRun(scan func(...any) error, around map[int64]surroundings) (int64, tracker.Run, error) {
	r := tracker.Run{Params: map[string]any{}, Metrics: map[string]float64{}}
	src := &r.Source
	var id, shared int64
	var ended, deleted sql.NullInt64
	err := scan(&id, &shared, &r.ID, &r.Experiment, &r.Parent, &r.Name, &r.Kind, &r.Status, &r.Reason, when{&r.Started}, &ended, &deleted,
		&src.Command, &src.Seed, &src.Git.Commit, &src.Git.Branch, &src.Git.Dirty, &src.Host,
		&src.Process.PID, &src.Process.Start, &src.Process.Boot)
	r.Ended, r.Deleted = moment(ended), moment(deleted)
	a := around[shared]
	src.Modules, src.Go, src.Env, src.Machine = a.Modules, a.Go, a.Env, a.Machine
	return id, r, err
}

// surroundings reads what the selected runs share, once for each that differs.
func (t *tx) surroundings(with string, args []any) (map[int64]surroundings, error) {
	out := map[int64]surroundings{}
	err := t.each(func(scan func(...any) error) error {
		var id int64
		var data []byte
		if err := scan(&id, &data); err != nil {
			return err
		}
		var a surroundings
		err := json.Unmarshal(data, &a)
		out[id] = a
		return err
	}, with+"SELECT id, json FROM surroundings WHERE id IN (SELECT surroundings FROM runs JOIN sel USING (id))", args...)
	return out, err
}

// details fills parameters, tags and the last value of each metric.
func (t *tx) details(with string, args []any, run func(int64) *tracker.Run) error {
	err := t.raw(3, func(row []driver.Value) error {
		v, err := tracker.DecodeParam([]byte(text(row[2])))
		run(row[0].(int64)).Params[text(row[1])] = v
		return err
	}, with+"SELECT run, name, value FROM sel CROSS JOIN params ON run = id", args...)
	if err != nil {
		return err
	}
	err = t.raw(3, func(row []driver.Value) error {
		r := run(row[0].(int64))
		if r.Tags == nil {
			r.Tags = map[string]string{}
		}
		r.Tags[text(row[1])] = text(row[2])
		return nil
	}, with+"SELECT run, name, value FROM sel CROSS JOIN tags ON run = id", args...)
	if err != nil {
		return err
	}
	return t.raw(3, func(row []driver.Value) error {
		if v, ok := value(row[2]); ok {
			run(row[0].(int64)).Metrics[text(row[1])] = v
		}
		return nil
	}, with+"SELECT m.run, m.name, "+lastValue+" FROM sel CROSS JOIN metrics m ON m.run = sel.id", args...)
}

func (t *tx) cells(run int64) ([]tracker.Cell, error) {
	var cells []tracker.Cell
	err := t.each(func(scan func(...any) error) error {
		var c tracker.Cell
		err := scan(&c.Session, &c.Count, &c.CellID, &c.SHA256, &c.Code)
		cells = append(cells, c)
		return err
	}, "SELECT session, count, cell_id, c.sha256, codes.code FROM cells c JOIN codes ON codes.id = c.code WHERE run = ? ORDER BY position", run)
	return cells, err
}
