package sqlite

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// grown is a store of version 1 with rows, brought up to date.
func grown(t *testing.T, rows string) *Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cellar.db")
	data, err := fs.ReadFile(embedded, "migrations/0001_start.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := prepare(t.Context(), path, clock.System, fstest.MapFS{"migrations/0001_start.sql": {Data: data}}); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", source(path, ""))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), rows)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A store of version 1 finds its runs by what a filter looks at, as a new one.
func TestUpgradeFromTheFirstVersion(t *testing.T) {
	s := grown(t, `INSERT INTO experiments VALUES (1, 'default', 0); INSERT INTO surroundings VALUES (1, '', '{}');
		INSERT INTO runs SELECT value, 'id' || value, 1, NULL, 'r' || value, '', iif(value = 1, 'running', 'finished'), '', value, NULL,
			'', 0, '', '', 0, '', 0, 0, '', 1 FROM json_each('[1, 2, 3]');
		INSERT INTO metrics SELECT id, id, 'loss' FROM runs; INSERT INTO points SELECT id, 1, 0, 0, 9.0 FROM runs;
		INSERT INTO points SELECT id, 2, 0, 0, id * 0.5 FROM runs;
		INSERT INTO params SELECT key + 1, 'lr', value FROM json_each('["0.12345678901234567", "\"0.2\"", "{\"$float\":\"NaN\"}"]');
		INSERT INTO params SELECT 1, 'p' || value, value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 6000) SELECT value FROM n);
		INSERT INTO tags SELECT id, 'n', 'x' FROM runs; INSERT INTO tags SELECT id, 'n2', id FROM runs`)
	for filter, want := range map[string]string{
		"metrics.loss = 1.5": "r3", "metrics.loss <= 1": "r2 r1", "metrics.loss = 9": "", "params.lr = 0.12345678901234567": "r1", "params.lr > 0.15": "r2",
		"params.lr is nan": "r3", "params.lr = '0.2'": "r2", "tags.n2 > 1": "r3 r2", "tags.n > 1": "", "params.p5999 = 5999": "r1",
	} {
		q, err := search.Parse(filter)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := s.Runs(t.Context(), tracker.Query{Where: q.Where})
		var names []string
		for _, r := range runs {
			names = append(names, r.Name)
		}
		if got := strings.Join(names, " "); got != want || err != nil {
			t.Errorf("Runs(%s) after the upgrade = %q, %v; want %q", filter, got, err, want)
		}
	}
}

// Versions of models from before there was a registry are in it, with their history.
func TestUpgradeRegistersModels(t *testing.T) {
	s := grown(t, "INSERT INTO models SELECT 'm', value, NULL, '', 'mlp', value FROM json_each('[1, 2, 4]')")
	m, err := s.RegisteredModel(t.Context(), "m")
	if err != nil || m.Latest != 4 || m.Created.UnixNano() != 1 {
		t.Errorf("RegisteredModel(m) after the upgrade = %+v, %v; want v4 as its newest", m, err)
	}
	events, err := s.ModelEvents(t.Context(), "m")
	if err != nil || len(events) != 3 || events[2].To != 4 || events[2].Do != tracker.ActRegister || events[2].Time.UnixNano() != 4 {
		t.Errorf("ModelEvents(m) after the upgrade = %+v, %v; want the three versions", events, err)
	}
}
