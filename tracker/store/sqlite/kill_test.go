package sqlite_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// slowStep takes about a second, and shows when it is half done.
const slowStep = `CREATE TABLE more (x INTEGER NOT NULL) STRICT;
	INSERT INTO more WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) SELECT i FROM n;
	DROP INDEX runs_name; CREATE INDEX more_x ON more(x)`

// upgrade is what the child does that is killed.
func upgrade(path string) error {
	fmt.Println("begin")
	_, err := sqlite.Upgrade(context.Background(), path, slowStep)
	if err == nil {
		fmt.Println("end")
	}
	return err
}

// logged makes a store with a run of n points, of which some are packed.
func logged(t *testing.T, path string, n int) (run string) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	for i := 0; i < n && err == nil; i++ {
		err = s.Log(t.Context(), r.ID, tracker.Point{Metric: "m", Step: int64(i), Value: float64(i)})
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// beginning fails the test where a metric is not 0, 1, 2 ... with at least so many
// points.
func beginning(t *testing.T, s tracker.Store, run string, least int) {
	t.Helper()
	pts, err := s.Points(t.Context(), run, "m")
	if err != nil || len(pts) < least {
		t.Errorf("there are %d points, %v; %d were acknowledged", len(pts), err, least)
	}
	for i, p := range pts {
		if p.Step != int64(i) || p.Value != float64(i) {
			t.Fatalf("point %d is %+v", i, p)
		}
	}
}

// A migration that is killed is done or not done at all, and the next start ends it.
func TestKilledInAMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cellar.db")
	run := logged(t, path, 1500)
	early := 0
	for i := range 6 {
		cmd, out := startAs(t, "CHILD_UPGRADE=1", path, "-")
		lines := bufio.NewScanner(out)
		lines.Scan()
		time.Sleep(time.Duration(i*60+rand.IntN(60)) * time.Millisecond)
		cmd.Process.Kill()
		done := lines.Scan()
		cmd.Wait()
		if done {
			break // it was quicker
		}
		early++
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{}) // this version: as it was
		if errors.Is(err, tracker.ErrNewer) {
			break // killed between its end and the word of it
		}
		if err != nil {
			t.Fatal(err)
		}
		whole(t, s)
		beginning(t, s, run, 1500)
		if err := s.SetTags(t.Context(), run, map[string]string{"a": "b"}); err != nil {
			t.Error(err)
		}
		s.Close()
	}
	if early < 2 {
		t.Errorf("only %d upgrades were killed before their end: the test shows little", early)
	}
	n, err := sqlite.Upgrade(t.Context(), path, slowStep)
	if v, e := sqlite.Version(path, n); err != nil || v != n || e != nil {
		t.Errorf("the upgrade after those that were killed = %v; version %d, %v; want %d", err, v, e, n)
	}
	backups, err := filepath.Glob(path + ".v*.backup")
	if err != nil || len(backups) == 0 {
		t.Fatalf("backups = %v, %v", backups, err)
	}
	for _, path := range backups { // each that has its name is whole
		s := openAt(t, path)
		whole(t, s)
		beginning(t, s, run, 1500)
	}
}

// Several processes find an older store at once: one upgrades it, the others wait.
func TestManyUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cellar.db")
	logged(t, path, 600)
	var ends []func()
	for range 4 {
		cmd, out := startAs(t, "CHILD_UPGRADE=1", path, "-")
		ends = append(ends, func() {
			var text bytes.Buffer
			text.ReadFrom(out)
			if err := cmd.Wait(); err != nil || !strings.Contains(text.String(), "end") {
				t.Errorf("a process that upgraded with others: %v, %q", err, text.String())
			}
		})
	}
	for _, end := range ends {
		end()
	}
	if backups, err := filepath.Glob(path + ".v*.backup"); err != nil || len(backups) != 1 {
		t.Errorf("backups = %v, %v; want one", backups, err)
	}
}

// Whatever byte of the log was the last that a killed process wrote, in the packing
// of a curve as anywhere, what was acknowledged before is there, in order, once.
//
// Long: the cuts are only right for the log that was just written.
func TestKilledAtAnyByte(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cellar.db")
	s := openAt(t, path)
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	ends := []int64{}   // of the log, after each call that returned
	const call = 65     // points, which are too many for the journal
	for i := range 60 { // rows are packed at every 512
		if err := s.Log(t.Context(), r.ID, counting(i*call, call)...); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, st.Size())
	}
	db, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	cuts := []int64{}
	for i, end := range ends { // around each packing every two kilobytes, else here and there
		if i > 0 && end-ends[i-1] > 20_000 {
			for at := ends[i-1]; at < end; at += 2048 {
				cuts = append(cuts, at+rand.Int64N(2048))
			}
		}
	}
	if len(cuts) < 15 {
		t.Fatalf("only %d bytes of the log are of packings: the test shows little", len(cuts)*2048)
	}
	for range 40 {
		cuts = append(cuts, ends[0]+rand.Int64N(int64(len(log))-ends[0]))
	}
	for i, at := range cuts {
		cut := filepath.Join(dir, fmt.Sprint("cut", i), "cellar.db")
		err := errors.Join(os.Mkdir(filepath.Dir(cut), 0o777), os.WriteFile(cut, db, 0o666), os.WriteFile(cut+"-wal", log[:at], 0o666))
		if err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		for acknowledged < len(ends) && ends[acknowledged] <= at {
			acknowledged++
		}
		s, err := sqlite.Open(t.Context(), cut, sqlite.Options{})
		if err != nil {
			t.Fatalf("Open with a log of %d bytes = %v", at, err)
		}
		beginning(t, s, r.ID, acknowledged*call)
		whole(t, s)
		if err := s.Log(t.Context(), r.ID, tracker.Point{Metric: "more"}); err != nil {
			t.Errorf("Log after a log of %d bytes = %v", at, err)
		}
		s.Close()
	}
}

// counting are n points of the metric m, from one on.
func counting(from, n int) []tracker.Point {
	pts := make([]tracker.Point, n)
	for i := range pts {
		pts[i] = tracker.Point{Metric: "m", Step: int64(from + i), Value: float64(from + i)}
	}
	return pts
}

// Wherever a kill cuts the journal, the entries before it are there; wherever it cuts
// the log of the database, which the journal was drained into, they are there once.
//
// Long: the cuts are only right for the files that were just written.
func TestKilledWithAJournal(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cellar.db")
	s := openAt(t, path)
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	const n, drained = 900, 700
	ends := []int64{} // of the journal, after each call
	var journal, wal string
	log := map[int]int64{} // lengths of the database's log
	for i := range n {
		if err := s.Log(t.Context(), r.ID, counting(i, 1)...); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			files, err := os.ReadDir(sqlite.JournalDir(path))
			if err != nil || len(files) != 1 {
				t.Fatalf("the journal has %v, %v; want one file", files, err)
			}
			journal, wal = filepath.Join(sqlite.JournalDir(path), files[0].Name()), path+"-wal"
			log[0] = size(t, wal)
		}
		ends = append(ends, size(t, journal))
		if i == drained-1 {
			beginning(t, s, r.ID, drained) // a reader drains it
			log[drained] = size(t, wal)
		}
	}
	read := func(path string) []byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	db, walData, journalData := read(path), read(wal), read(journal)
	for i := range 60 {
		w, j, want := log[0]+rand.Int64N(log[drained]-log[0]+1), int64(len(journalData)), n
		if i%2 == 1 { // the journal is cut, behind what is drained
			w, j = int64(len(walData)), ends[drained]+rand.Int64N(ends[n-1]-ends[drained])
			want = sort.Search(n, func(k int) bool { return ends[k] > j })
		}
		cut := filepath.Join(dir, fmt.Sprint("cut", i), "cellar.db")
		at := filepath.Join(sqlite.JournalDir(cut), filepath.Base(journal))
		err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o777), os.WriteFile(cut, db, 0o666), os.WriteFile(cut+"-wal", walData[:w], 0o666), os.WriteFile(at, journalData[:j], 0o666))
		if err != nil {
			t.Fatal(err)
		}
		s := openAt(t, cut)
		pts, err := s.Points(t.Context(), r.ID, "m")
		if err != nil || len(pts) != want {
			t.Errorf("with %d of %d bytes of the log, %d of %d of the journal: %d points, %v; want %d", w, len(walData), j, len(journalData), len(pts), err, want)
		}
		beginning(t, s, r.ID, want)
		whole(t, s)
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the journal of a dead process is there still: %v", err)
		}
		s.Close()
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}

// A database that was cut short is said to be so, by Open or by Check, and is not
// written to by looking.
func TestDatabaseCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cellar.db")
	logged(t, path, 3000)
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 50, 99, 4096, 5000, len(all) / 2, len(all) - 4096, len(all) - 2000} {
		cut := filepath.Join(t.TempDir(), "cellar.db")
		if err := os.WriteFile(cut, all[:size], 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := sqlite.Open(t.Context(), cut, sqlite.Options{})
		if size == 0 { // an empty file is what a start that was killed leaves
			if err != nil {
				t.Errorf("Open of an empty file = %v", err)
			}
			s.Close()
			continue
		}
		if err != nil {
			if !errors.Is(err, tracker.ErrCorrupt) && size > 100 || hint.Of(err) == "" || !strings.Contains(err.Error(), cut) {
				t.Errorf("Open of a database of %d bytes = %v (hint: %s)", size, err, hint.Of(err))
			}
		} else {
			found, err := s.Check(t.Context(), nil)
			if err != nil || len(found) == 0 || found[0].Do == "" {
				t.Errorf("Check of a database of %d of %d bytes = %v, %v; want what is wrong", size, len(all), found, err)
			}
			s.Close()
		}
		if now, err := os.ReadFile(cut); err != nil || !bytes.Equal(now, all[:size]) {
			t.Errorf("a database of %d bytes has %d after the look, %v", size, len(now), err)
		}
	}
}

// A clock that goes backwards changes nothing of what is kept, nor of its order.
func TestClockGoesBackwards(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "cellar.db"), sqlite.Options{Now: func() time.Time { at = at.Add(-time.Hour); return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1300 {
		if err := s.Log(t.Context(), r.ID, tracker.Point{Metric: "m", Step: int64(i), Value: float64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.FinishRun(t.Context(), r.ID, tracker.Finished, ""); err != nil {
		t.Fatal(err)
	}
	beginning(t, s, r.ID, 1300)
	whole(t, s)
	pts, err := s.Points(t.Context(), r.ID, "m")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(pts); i++ {
		if d := pts[i-1].Time.Sub(pts[i].Time); d != time.Hour {
			t.Fatalf("point %d is %s before the one before it, want 1h", i, d)
		}
	}
	if got, err := s.Run(t.Context(), r.ID); err != nil || got.Metrics["m"] != 1299 || !got.Ended.Before(got.Started) {
		t.Errorf("the run = %+v, %v; want its last value, and an end before its start", got, err)
	}
	if err := s.DeleteRun(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.RestoreRun(t.Context(), r.ID); err != nil {
		t.Error(err)
	}
}
