package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// CreateRun opens a run: see tracker.Store.
func (s *Store) CreateRun(ctx context.Context, r tracker.Run) (tracker.Run, error) {
	r, err := tracker.Prepare(r, s.now, s.rand)
	if err != nil {
		return tracker.Run{}, err
	}
	err = s.update(ctx, "create run", func(t *tx) error {
		row, err := t.insertRun(r)
		if err != nil {
			return err
		}
		if r.Name == "" {
			if r.Name, err = tracker.NewName(s.rand, row); err != nil {
				return err
			}
			if _, err = t.exec("UPDATE runs SET name = ? WHERE id = ?", r.Name, row); err != nil {
				return err
			}
		}
		if err := t.insertCells(row, r.Source.Cells); err != nil {
			return err
		}
		if err := t.setParams(r.ID, row, r.Params); err != nil {
			return err
		}
		return t.setTags(row, r.Tags)
	})
	if err != nil {
		return tracker.Run{}, err
	}
	return r, nil
}

func (t *tx) insertRun(r tracker.Run) (int64, error) {
	experiment, err := t.key("experiments", "name", r.Experiment, "created", nanos(r.Started))
	if err != nil {
		return 0, err
	}
	var parent any
	if r.Parent != "" {
		id, _, err := t.runRow("create child of", r.Parent)
		if err != nil {
			return 0, err
		}
		parent = id
	}
	src := r.Source
	around, err := json.Marshal(surroundings{src.Modules, src.Go, src.Env})
	if err != nil {
		return 0, err
	}
	shared, err := t.key("surroundings", "sha256", digest(around), "json", string(around))
	if err != nil {
		return 0, err
	}
	var taken int
	if _, err := t.one([]any{&taken}, "SELECT count(*) FROM runs WHERE uid = ?", r.ID); err != nil {
		return 0, err
	}
	if taken > 0 {
		return 0, &tracker.RunError{Op: "create", Run: r.ID, Err: tracker.ErrConflict}
	}
	return t.insert(`INSERT INTO runs (uid, experiment, parent, name, kind, status, started, command, seed,
		git_commit, git_branch, git_dirty, host, pid, pid_start, boot, surroundings)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		r.ID, experiment, parent, r.Name, r.Kind, string(r.Status), nanos(r.Started), src.Command, src.Seed,
		src.Git.Commit, src.Git.Branch, src.Git.Dirty, src.Host, src.Process.PID, src.Process.Start, src.Process.Boot, shared)
}

// surroundings is what many runs of one session share.
type surroundings struct {
	Modules map[string]string `json:"modules,omitempty"`
	Go      string            `json:"go,omitempty"`
	Env     map[string]string `json:"env,omitempty"`
}

// key returns the id of the row of table whose column is value, made with one
// more column where it is new. Table and columns are ours, never the caller's.
func (t *tx) key(table, column, value, more string, moreValue any) (int64, error) {
	var id int64
	found, err := t.one([]any{&id}, "SELECT id FROM "+table+" WHERE "+column+" = ?", value)
	if err != nil || found {
		return id, err
	}
	return t.insert("INSERT INTO "+table+" ("+column+", "+more+") VALUES (?, ?)", value, moreValue)
}

func (t *tx) insertCells(run int64, cells []tracker.Cell) error {
	for i, c := range cells {
		code, err := t.key("codes", "sha256", digest([]byte(c.Code)), "code", c.Code)
		if err != nil {
			return err
		}
		if _, err := t.exec("INSERT INTO cells (run, position, session, count, cell_id, sha256, code) VALUES (?,?,?,?,?,?,?)",
			run, i, c.Session, c.Count, c.CellID, c.SHA256, code); err != nil {
			return err
		}
	}
	return nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SetParams adds parameters to an open run; see tracker.Store.
func (s *Store) SetParams(ctx context.Context, runID string, params map[string]any) error {
	return s.update(ctx, "set params", func(t *tx) error {
		row, err := t.openRow("set params of", runID)
		if err != nil {
			return err
		}
		return t.setParams(runID, row, params)
	})
}

func (t *tx) setParams(uid string, run int64, params map[string]any) error {
	origin, err := t.origin()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		data, err := tracker.EncodeParam(params[name])
		if err != nil {
			return tracker.ParamError(uid, name, err)
		}
		var have string
		found, err := t.one([]any{&have}, "SELECT value FROM params WHERE run = ? AND name = ?", run, name)
		if err != nil {
			return err
		}
		if found && have != string(data) {
			return tracker.ParamError(uid, name, tracker.Conflict(have, string(data)))
		}
		if found {
			continue
		}
		head, number, err := paramHead(data)
		if err != nil {
			return tracker.ParamError(uid, name, err)
		}
		if _, err := t.exec("INSERT INTO params (run, name, value, head, number, origin) VALUES (?, ?, ?, ?, ?, ?)", run, name, string(data), head, number, origin); err != nil {
			return err
		}
	}
	return nil
}

// SetTags sets or removes tags; see tracker.Store.
func (s *Store) SetTags(ctx context.Context, runID string, tags map[string]string) error {
	return s.update(ctx, "set tags", func(t *tx) error {
		row, _, err := t.runRow("set tags of", runID)
		if err != nil {
			return err
		}
		return t.setTags(row, tags)
	})
}

func (t *tx) setTags(run int64, tags map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		head, number := tagHead(tags[name])
		query, args := "INSERT OR REPLACE INTO tags (run, name, value, head, number) VALUES (?, ?, ?, ?, ?)", []any{run, name, tags[name], head, number}
		if tags[name] == "" {
			query, args = "DELETE FROM tags WHERE run = ? AND name = ?", args[:2]
		}
		if _, err := t.exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}
