package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// PutRecord keeps a record: see tracker.Store.
func (s *Store) PutRecord(ctx context.Context, r tracker.Record) error {
	if err := tracker.CheckRecord(r); err != nil {
		return err
	}
	return s.update(ctx, "put record", func(t *tx) error {
		_, err := t.exec("INSERT OR REPLACE INTO records (kind, id, json) VALUES (?, ?, ?)", r.Kind, r.ID, string(r.JSON))
		return err
	})
}

// Records returns records of a kind: see tracker.Store.
func (s *Store) Records(ctx context.Context, kind string, ids ...string) ([]tracker.Record, error) {
	query, args := "SELECT id, json FROM records WHERE kind = ? ORDER BY id", []any{kind}
	if len(ids) > 0 {
		query, args = "SELECT id, json FROM records WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id", append(args, jsonList(ids))
	}
	var out []tracker.Record
	err := s.view(ctx, "read records", func(t *tx) error {
		return t.each(func(scan func(...any) error) error {
			r := tracker.Record{Kind: kind}
			err := scan(&r.ID, &r.JSON)
			out = append(out, r)
			return err
		}, query, args...)
	})
	return out, err
}

// jsonList is a list in the form in which SQL takes it.
func jsonList(list []string) string {
	data, _ := json.Marshal(list) // strings always have a JSON
	return string(data)
}

// Newest returns the point that was logged last of every metric of these runs.
func (s *Store) Newest(ctx context.Context, runIDs ...string) (map[string][]tracker.Point, error) {
	out := map[string][]tracker.Point{}
	err := s.view(ctx, "read newest points", func(t *tx) error {
		return t.raw(5, func(row []driver.Value) error {
			if v, ok := value(row[4]); ok {
				id := text(row[0])
				out[id] = append(out[id], tracker.Point{Metric: text(row[1]), Step: row[2].(int64), Time: time.Unix(0, row[3].(int64)).UTC(), Value: v})
			}
			return nil
		}, `SELECT r.uid, m.name, p.step, p.time, p.value FROM json_each(?) s CROSS JOIN runs r ON r.uid = s.value
			CROSS JOIN metrics m ON m.run = r.id CROSS JOIN points p ON p.metric = m.id
			WHERE p.seq = (SELECT max(seq) FROM points WHERE metric = m.id) ORDER BY s.key, m.name`, jsonList(runIDs))
	})
	return out, err
}

// RenameRun gives a run another name.
func (s *Store) RenameRun(ctx context.Context, runID, name string) error {
	if err := tracker.CheckRunName(name); err != nil {
		return err
	}
	return s.update(ctx, "rename run", func(t *tx) error {
		row, _, err := t.runRow("rename", runID)
		if err == nil {
			_, err = t.exec("UPDATE runs SET name = ? WHERE id = ?", name, row)
		}
		return err
	})
}

// RemoveArtifacts takes names from a run.
func (s *Store) RemoveArtifacts(ctx context.Context, runID string, names ...string) error {
	return s.update(ctx, "remove artifacts", func(t *tx) error {
		row, _, err := t.runRow("remove artifacts of", runID)
		if err == nil {
			_, err = t.exec("DELETE FROM artifacts WHERE run = ? AND name IN (SELECT value FROM json_each(?))", row, jsonList(names))
		}
		return err
	})
}
