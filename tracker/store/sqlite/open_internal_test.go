package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// made is a store with one run of three points, closed.
func made(t *testing.T) (path, run string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "cellar.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.CreateRun(t.Context(), tracker.Run{Name: "kept"})
	if err == nil {
		err = s.Log(t.Context(), r.ID, tracker.Point{Metric: "m"}, tracker.Point{Metric: "m"}, tracker.Point{Metric: "m"})
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return path, r.ID
}

func patch(t *testing.T, path string, at int, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		_, err = f.WriteAt(b, int64(at))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// files is what lies beside path, with content.
func files(t *testing.T, path string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

func TestOpenRefusesUntouched(t *testing.T) {
	newer := binary.BigEndian.AppendUint32(nil, 99)
	for _, tt := range []struct {
		name, hint string
		want       error
		spoil      func(path string)
	}{
		{"newer", "install a cellar", tracker.ErrNewer, func(p string) { patch(t, p, 60, newer) }},
		{"foreign", "not a Cellar store", nil, func(p string) { patch(t, p, 68, newer) }},
		{"text", "not a Cellar store", nil, func(p string) { patch(t, p, 0, []byte("name,rows\nwine,178\n")) }},
		{"short", "not a Cellar store", nil, func(p string) {
			if err := os.WriteFile(p, []byte("SQLite format 3\x00"), 0o666); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path, _ := made(t)
			tt.spoil(path)
			before := files(t, path)
			_, err := Open(t.Context(), path, Options{})
			if err == nil || !errors.Is(err, tt.want) && tt.want != nil {
				t.Fatalf("Open = %v, want %v", err, tt.want)
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(hint.Of(err), tt.hint) {
				t.Errorf("Open = %v (hint: %s); want the path and a hint with %q", err, hint.Of(err), tt.hint)
			}
			if diff := cmp.Diff(before, files(t, path)); diff != "" {
				t.Errorf("Open touched the store (-before +after):\n%s", diff)
			}
		})
	}
}

func TestDamagedPageIsCorrupt(t *testing.T) {
	path, run := made(t)
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	patch(t, path, 4096, bytes.Repeat([]byte{0xa5}, int(st.Size())-4096)) // all but the schema's page
	s, err := Open(t.Context(), path, Options{})
	if err == nil {
		_, err = s.Run(t.Context(), run)
		s.Close()
	}
	if !errors.Is(err, tracker.ErrCorrupt) || !strings.Contains(hint.Of(err), "recover") || !strings.Contains(err.Error(), path) {
		t.Errorf("Run on a damaged store = %v (hint: %s), want ErrCorrupt", err, hint.Of(err))
	}
}

func TestCheck(t *testing.T) {
	path, run := made(t)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if found, err := s.Check(t.Context(), nil); err != nil || len(found) > 0 {
		t.Errorf("Check of a whole store = %v, %v", found, err)
	}
	points := make([]tracker.Point, 20_000)
	for i := range points {
		points[i].Value = rand.Float64() // the file grows by pages that hold nothing else
	}
	if err := s.Log(t.Context(), run, points...); err != nil {
		t.Fatal(err)
	}
	if _, err := s.conn.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	patch(t, path, int(st.Size())-4096, bytes.Repeat([]byte{0xa5}, 4096)) // a page of points
	again, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	found, err := again.Check(t.Context(), nil)
	if err != nil || len(found) == 0 || found[0].Do != hintCorrupt || found[0].Where != path {
		t.Errorf("Check of a damaged store = %+v, %v; want what is damaged", found, err)
	}
}

func TestOpenWhereNothingCanBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	places := []string{filepath.Join(file, "cellar.db"), "/proc/cellar/cellar.db"}
	if os.Geteuid() != 0 { // root writes where it likes
		locked := filepath.Join(t.TempDir(), "locked")
		if err := os.Mkdir(locked, 0o555); err != nil {
			t.Fatal(err)
		}
		places = append(places, filepath.Join(locked, "cellar.db"))
	}
	for _, path := range places {
		_, err := Open(t.Context(), path, Options{})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(hint.Of(err), "CELLAR_STORE") {
			t.Errorf("Open(%s) = %v (hint: %s), want the path and what to do", path, err, hint.Of(err))
		}
	}
}

func TestFullDiskLosesNothing(t *testing.T) {
	path, run := made(t)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	limit := func(pragma string) {
		if _, err := s.conn.ExecContext(t.Context(), pragma); err != nil {
			t.Fatal(err)
		}
	}
	limit("PRAGMA max_page_count = 1") // SQLite takes what there is for the limit
	kept := 3
	for err == nil {
		if err = s.Log(t.Context(), run, make([]tracker.Point, 50)...); err == nil {
			kept += 50
		}
	}
	if !strings.Contains(err.Error(), "full") || hint.Of(err) != hintFull {
		t.Errorf("Log on a full disk = %v (hint: %s)", err, hint.Of(err))
	}
	if _, err := s.CreateRun(t.Context(), tracker.Run{Tags: map[string]string{"long": strings.Repeat("x", 100_000)}}); hint.Of(err) != hintFull {
		t.Errorf("CreateRun on a full disk = %v (hint: %s)", err, hint.Of(err))
	}
	count := func() int {
		n := 0
		for _, m := range []string{"m", ""} {
			pts, err := s.Points(t.Context(), run, m)
			if err != nil {
				t.Fatal(err)
			}
			n += len(pts)
		}
		return n
	}
	if got := count(); got > kept { // what came last may wait in the journal
		t.Errorf("on a full disk there are %d points, want at most the %d acknowledged", got, kept)
	}
	limit("PRAGMA max_page_count = 1000000")
	if err := s.Log(t.Context(), run, tracker.Point{Metric: "m"}); err != nil || count() != kept+1 {
		t.Errorf("Log with room again = %v and %d points, want %d", err, count(), kept+1)
	}
}

// upgraded is the real schema with one more step, of this number.
func upgraded(t *testing.T, last string) (fs.FS, int) {
	t.Helper()
	steps, err := fs.Glob(embedded, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for _, name := range steps {
		data, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	n := len(steps) + 1
	out[fmt.Sprintf("migrations/%04d_more.sql", n)] = &fstest.MapFile{Data: []byte(last)}
	return out, n
}

func TestUpgradeKeepsABackup(t *testing.T) {
	path, run := made(t)
	steps, n := upgraded(t, "CREATE TABLE more (x)")
	if err := prepare(t.Context(), path, clock.System, steps); err != nil {
		t.Fatal(err)
	}
	if v, err := schema(path, n); v != n || err != nil {
		t.Errorf("schema after the upgrade = %d, %v; want %d", v, err, n)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, tracker.ErrNewer) {
		t.Errorf("Open by the older program = %v, want ErrNewer", err)
	}
	backups, err := filepath.Glob(fmt.Sprintf("%s.v%d-*.backup", path, n-1))
	if err != nil || len(backups) != 1 {
		t.Fatalf("backups = %v, %v; want one", backups, err)
	}
	s, err := Open(t.Context(), backups[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if pts, err := s.Points(t.Context(), run, "m"); len(pts) != 3 || err != nil {
		t.Errorf("the backup has %d points, %v; want 3", len(pts), err)
	}
}

func TestFailedUpgradeChangesNothing(t *testing.T) {
	path, run := made(t)
	steps, n := upgraded(t, "CREATE TABLE more (x); DROP TABLE tags; CREATE TABLE runs (x)")
	err := prepare(t.Context(), path, clock.System, steps)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%04d_more.sql", n)) {
		t.Fatalf("prepare with a broken step = %v, want an error that names it", err)
	}
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SetTags(t.Context(), run, map[string]string{"a": "b"}); err != nil {
		t.Errorf("SetTags after a failed upgrade = %v", err)
	}
}
