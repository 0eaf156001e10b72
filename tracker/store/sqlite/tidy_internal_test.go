package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/tracker"
)

// A store from before free pages could be given back is written anew once, and then
// gives them back as a new one does.
func TestTidyAnOlderStore(t *testing.T) {
	path, run := made(t)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.conn.ExecContext(t.Context(), "PRAGMA auto_vacuum = NONE; VACUUM"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		long := map[string]string{"long": strings.Repeat("x", 500_000)}
		if err := errors.Join(s.SetTags(t.Context(), run, long), s.SetTags(t.Context(), run, map[string]string{"long": ""})); err != nil {
			t.Fatal(err)
		}
		looked, err := s.Tidy(t.Context(), tracker.Tidying{})
		if err != nil || looked.Free < 400_000 || looked.Freed != 0 {
			t.Errorf("Tidy that only looks = %+v, %v; want half a megabyte free", looked, err)
		}
		got, err := s.Tidy(t.Context(), tracker.Tidying{Free: true})
		if err != nil || got.Freed < 400_000 || got.Note != "" {
			t.Errorf("Tidy = %+v, %v; want it given back", got, err)
		}
		p, err := s.space(t.Context())
		if err != nil || p.mode != incremental || p.free != 0 {
			t.Errorf("after Tidy: %+v, %v", p, err)
		}
	}
	if found, err := s.Check(t.Context(), nil); err != nil || len(found) > 0 {
		t.Errorf("Check after Tidy = %v, %v", found, err)
	}
}

// Copies from before upgrades go when they are asked for, and nothing like them.
func TestTidyRemovesBackups(t *testing.T) {
	path, _ := made(t)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	backup, other := path+".v1-20260101T000000.backup", path+".mine"
	for _, p := range []string{backup, other} {
		if err := os.WriteFile(p, []byte("12345"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []tracker.Tidying{{}, {Free: true}, {Backups: true}} {
		got, err := s.Tidy(t.Context(), o)
		if err != nil || len(got.Backups) != 1 || got.Bytes != 5 {
			t.Errorf("Tidy(%+v) = %+v, %v; want the one copy", o, got, err)
		}
		if _, err := os.Stat(backup); errors.Is(err, fs.ErrNotExist) != o.Backups {
			t.Errorf("after Tidy(%+v) the copy: %v", o, err)
		}
	}
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
}
