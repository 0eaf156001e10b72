package journal_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite/journal"
)

var entries = []journal.Entry{
	{Run: "0123456789abcdef", Points: []tracker.Point{{Metric: "loss", Step: 1, Value: 0.5, Time: time.Unix(1, 2).UTC()}}},
	{Run: "another", Origin: tracker.Origin{Session: "s", Count: 3, CellID: "c", SHA256: "d"}, Points: []tracker.Point{
		{Metric: "é\x00\n{a=b}", Step: math.MinInt64, Value: math.NaN(), Time: time.Unix(-1, 0).UTC()},
		{Metric: "", Step: math.MaxInt64, Value: math.Inf(-1), Time: time.Unix(0, math.MaxInt64).UTC()},
	}},
	{Run: "none", Points: []tracker.Point{}},
}

func writer(dir string) *journal.Writer {
	n := 0
	return &journal.Writer{Dir: dir, ID: func() (string, error) { n++; return fmt.Sprint("file", n), nil }}
}

// written is a file with entries and its path.
func written(t testing.TB) (*journal.Writer, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	w := writer(dir)
	for _, e := range entries {
		if err := w.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	name, size := w.File()
	files, err := journal.List(dir)
	if err != nil || files[name] != size || len(files) != 1 {
		t.Errorf("List = %v, %v; want %s with %d", files, err, name, size)
	}
	return w, filepath.Join(dir, name)
}

func read(t testing.TB, path string, from int64) ([]journal.Entry, int64) {
	t.Helper()
	var got []journal.Entry
	to, err := journal.Read(path, from, func(e journal.Entry) error { got = append(got, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return got, to
}

func TestEntriesComeBack(t *testing.T) {
	w, path := written(t)
	got, to := read(t, path, 0)
	if diff := cmp.Diff(entries, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if err := w.Append(entries[0]); err != nil {
		t.Fatal(err)
	}
	more, _ := read(t, path, to)
	if diff := cmp.Diff(entries[:1], more); diff != "" {
		t.Error(diff)
	}
}

// A file is cleared when nobody holds it and nothing that can be read is left.
func TestClear(t *testing.T) {
	for _, c := range []struct {
		name    string
		more    string // behind the entries
		held    bool
		unread  bool
		kept    bool
		damaged int
	}{
		{name: "of a process that lives", held: true, kept: true},
		{name: "read"},
		{name: "not read", unread: true, kept: true},
		{name: "half a head", more: "\x05\x00"},
		{name: "half an entry", more: "\x05\x00\x00\x00abcdef"},
		{name: "nothing but zeros", more: "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"},
		{name: "a wrong sum", more: "\x02\x00\x00\x00abcdef", damaged: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, path := written(t)
			_, end := w.File()
			if c.unread {
				end = journal.Start
			}
			if !c.held {
				if err := w.Release(); err != nil {
					t.Fatal(err)
				}
			}
			data, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, append(data, c.more...), 0o666)
			}
			if err == nil {
				err = journal.Clear(path, end)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) == c.kept {
				t.Errorf("the file: %v, want kept %t", err, c.kept)
			}
			if bad, err := journal.Damaged(filepath.Dir(path)); err != nil || len(bad) != c.damaged {
				t.Errorf("Damaged = %v, %v; want %d", bad, err, c.damaged)
			}
		})
	}
}

// Bytes that nobody wrote as a journal give entries or an error, and no panic.
func FuzzRead(f *testing.F) {
	_, path := written(f)
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)-3])
	f.Add([]byte("cellar journal 1\x01\x00\x00\x00\x00\x00\x00\x00\x00"))
	path = filepath.Join(f.TempDir(), "x.points")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		to, err := journal.Read(path, 0, func(journal.Entry) error { return nil })
		if err != nil && !errors.Is(err, journal.ErrUnreadable) || to > int64(len(data)) {
			t.Errorf("Read = %d, %v", to, err)
		}
	})
}
