package sqlite_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

func openAt(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// artifact puts text and names it as an artifact of a run.
func artifact(t *testing.T, s tracker.Store, run, name, text string) tracker.Digest {
	t.Helper()
	d, n, err := s.Blobs().Put(t.Context(), strings.NewReader(text))
	if err == nil {
		err = s.AddArtifact(t.Context(), tracker.Artifact{Run: run, Name: name, Digest: d, Size: n})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func blobPath(store string, d tracker.Digest) string {
	h, _ := d.Hex()
	return filepath.Join(sqlite.BlobDir(store), h[:2], h[2:])
}

// whole fails the test where a store is not.
func whole(t *testing.T, s tracker.Store) {
	t.Helper()
	found, err := s.Check(t.Context(), nil)
	if err != nil || len(found) > 0 {
		t.Errorf("Check = %v, %v; want a whole store", found, err)
	}
}

// A backup while a process logs at full speed holds what was acknowledged before it
// began, and of each curve a beginning of what was logged.
func TestBackupWhileLogging(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cellar.db")
	cmd, out := start(t, path, "")
	lines := bufio.NewScanner(out)
	lines.Scan()
	run := lines.Text()
	var acknowledged atomic.Int64
	go func() {
		for lines.Scan() {
			acknowledged.Add(1)
		}
	}()
	s := openAt(t, path)
	artifact(t, s, run, "a", "first")
	for range 3 {
		for from := acknowledged.Load(); acknowledged.Load() < from+1000; {
			time.Sleep(time.Millisecond)
		}
		before := acknowledged.Load()
		made, err := s.Backup(t.Context(), filepath.Join(dir, "backup"), nil)
		if err != nil || len(made.Problems) > 0 {
			t.Fatalf("Backup = %+v, %v", made, err)
		}
		to := filepath.Join(t.TempDir(), "new", "cellar.db")
		if _, err := sqlite.Restore(t.Context(), made.Dir, to, sqlite.RestoreOptions{}); err != nil {
			t.Fatal(err)
		}
		after := acknowledged.Load()
		r := openAt(t, to)
		whole(t, r)
		pts, err := r.Points(t.Context(), run, "m")
		if err != nil || int64(len(pts)) < before || int64(len(pts)) > after+100 {
			t.Errorf("the backup has %d points, %v; %d were acknowledged before it and %d after", len(pts), err, before, after)
		}
		for i, p := range pts {
			if p.Step != int64(i) || p.Value != float64(i) {
				t.Fatalf("point %d of the backup is %+v", i, p)
			}
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
}

func TestBackupCopiesOnlyNewBlobs(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "cellar.db"), filepath.Join(dir, "backup")
	s := openAt(t, path)
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	first := artifact(t, s, r.ID, "a", "first")
	gone := artifact(t, s, r.ID, "gone", "was here")
	bad := artifact(t, s, r.ID, "bad", "right")
	backup := func(copied, problems int) {
		t.Helper()
		made, err := s.Backup(t.Context(), to, nil)
		if err != nil || made.Copied != copied || len(made.Problems) != problems {
			t.Errorf("Backup = %+v, %v; want %d copied, %d problems", made, err, copied, problems)
		}
	}
	backup(3, 0)
	backup(0, 0)
	artifact(t, s, r.ID, "b", "second")
	if err := os.Truncate(blobPath(filepath.Join(to, "cellar.db"), first), 2); err != nil { // cut short there: copied again
		t.Fatal(err)
	}
	backup(2, 0)
	for _, at := range []string{path, filepath.Join(to, "cellar.db")} {
		if err := os.Remove(blobPath(at, gone)); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(blobPath(at, bad), 3); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(blobPath(filepath.Join(to, "cellar.db"), bad)); err != nil {
		t.Fatal(err)
	}
	backup(0, 2) // one that is damaged and one that is missing end nothing
}

func TestBackupRefuses(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "cellar.db"))
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), full, nil); !errors.Is(err, tracker.ErrConflict) || !strings.Contains(err.Error(), full) || hint.Of(err) == "" {
		t.Errorf("Backup into a folder with other files = %v (hint: %s)", err, hint.Of(err))
	}
	if _, err := s.Backup(t.Context(), dir, nil); !errors.Is(err, tracker.ErrConflict) {
		t.Errorf("Backup into the store's folder = %v, want ErrConflict", err)
	}
}

func TestRestore(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "cellar.db"), filepath.Join(dir, "backup")
	s := openAt(t, path)
	r, err := s.CreateRun(t.Context(), tracker.Run{Name: "kept"})
	if err != nil {
		t.Fatal(err)
	}
	d := artifact(t, s, r.ID, "a", "first")
	if _, err := s.Backup(t.Context(), to, nil); err != nil {
		t.Fatal(err)
	}
	late, err := s.CreateRun(t.Context(), tracker.Run{Name: "late"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Restore(t.Context(), to, path, sqlite.RestoreOptions{}); !errors.Is(err, tracker.ErrConflict) || !strings.Contains(hint.Of(err), "--force") {
		t.Errorf("Restore over a store = %v (hint: %s), want ErrConflict", err, hint.Of(err))
	}
	got, err := sqlite.Restore(t.Context(), to, path, sqlite.RestoreOptions{Force: true})
	if err != nil || got.Kept == "" || got.Blobs != 1 {
		t.Fatalf("Restore with Force = %+v, %v", got, err)
	}
	if err := s.Log(t.Context(), late.ID, tracker.Point{Metric: "m"}); err == nil {
		t.Error("Log through a store whose file was put aside = nil, want an error")
	}
	back, old := openAt(t, path), openAt(t, got.Kept)
	whole(t, back)
	if _, err := back.Run(t.Context(), "late"); !errors.Is(err, tracker.ErrNotFound) {
		t.Errorf("the restored store has the run that came after the backup: %v", err)
	}
	for name, s := range map[string]*sqlite.Store{"restored": back, "kept": old} {
		blob, err := s.Blobs().Open(t.Context(), d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if text, err := io.ReadAll(blob); string(text) != "first" || err != nil {
			t.Errorf("the blob of the %s store = %q, %v", name, text, err)
		}
		blob.Close()
	}
	if _, err := old.Run(t.Context(), "late"); err != nil {
		t.Errorf("the store that was put aside = %v, want the run that came late", err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "new", "cellar.db")
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 50)), 0o666); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, filepath.Join(dir, "src", "cellar.db"))
	r, err := s.CreateRun(t.Context(), tracker.Run{Tags: map[string]string{"long": strings.Repeat("x", 50_000)}})
	if err != nil {
		t.Fatal(err)
	}
	artifact(t, s, r.ID, "a", "first")
	cut := filepath.Join(dir, "cut")
	if _, err := s.Backup(t.Context(), cut, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(cut, "cellar.db"), 16*4096); err != nil { // cut short
		t.Fatal(err)
	}
	for _, src := range []string{filepath.Join(dir, "nowhere"), dir, text, cut} {
		_, err := sqlite.Restore(t.Context(), src, at, sqlite.RestoreOptions{})
		if err == nil || hint.Of(err) == "" {
			t.Errorf("Restore(%s) = %v (hint: %s), want an error with a hint", src, err, hint.Of(err))
		}
		if _, err := os.Stat(at); err == nil {
			t.Fatalf("Restore(%s) left a store", src)
		}
	}
}

// A backup whose copy was begun and not ended is none, and can be gone on with.
func TestBackupKilled(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "cellar.db"), filepath.Join(dir, "backup")
	s := openAt(t, path)
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		artifact(t, s, r.ID, fmt.Sprint(i), strings.Repeat(fmt.Sprint(i), 1000))
	}
	cmd, out := startAs(t, "CHILD_BACKUP="+to, path, "-")
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "10" {
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if _, err := sqlite.Restore(t.Context(), to, filepath.Join(dir, "new", "cellar.db"), sqlite.RestoreOptions{}); !errors.Is(err, tracker.ErrNotFound) {
		t.Errorf("Restore of a backup that was killed = %v, want ErrNotFound", err)
	}
	made, err := s.Backup(t.Context(), to, nil)
	if err != nil || made.Copied >= 40 || made.Copied == 0 {
		t.Errorf("Backup after one that was killed = %+v, %v; want the rest copied", made, err)
	}
	if _, err := sqlite.Restore(t.Context(), to, filepath.Join(dir, "new", "cellar.db"), sqlite.RestoreOptions{}); err != nil {
		t.Error(err)
	}
}
