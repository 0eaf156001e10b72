package upkeep_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "cellar.db"), sqlite.Options{})
	ok(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, s tracker.Store, r tracker.Run) string {
	t.Helper()
	r, err := s.CreateRun(t.Context(), r)
	ok(t, err)
	return r.ID
}

// put puts a text, and names it as an artifact of a run where one is given.
func put(t *testing.T, s tracker.Store, runID, text string) tracker.Digest {
	t.Helper()
	d, n, err := s.Blobs().Put(t.Context(), strings.NewReader(text))
	ok(t, err)
	if runID != "" {
		ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: runID, Name: text, Digest: d, Size: n}))
	}
	return d
}

func file(s *sqlite.Store, d tracker.Digest) string {
	h, _ := d.Hex()
	return filepath.Join(sqlite.BlobDir(s.Path()), h[:2], h[2:])
}

func whats(r upkeep.Report) []string {
	var out []string
	for _, p := range r.Problems {
		if p.Do == "" {
			out = append(out, "no advice for "+p.What)
		}
		what, _, _ := strings.Cut(p.What, ":")
		out = append(out, p.Where+" | "+what)
	}
	return out
}

func TestVerify(t *testing.T) {
	s := open(t)
	r := run(t, s, tracker.Run{ID: "run1"})
	whole, gone, cut, wrong := put(t, s, r, "whole"), put(t, s, r, "gone"), put(t, s, r, "cut short"), put(t, s, r, "wrong")
	d, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "wine", Digest: whole})
	ok(t, err)
	edge := func(from, to tracker.Node) {
		t.Helper()
		ok(t, s.AddEdges(t.Context(), tracker.Edge{From: from, To: to, Role: "train"}))
	}
	self := tracker.Node{Kind: tracker.KindRun, ID: r}
	edge(tracker.Node{Kind: tracker.KindDataset, ID: d.Ref()}, self)
	edge(tracker.Node{Kind: tracker.KindFile, ID: "/data/wine.csv"}, tracker.Node{Kind: tracker.KindDataset, ID: d.Ref()})
	ok(t, s.DeleteRun(t.Context(), r)) // what is deleted is verified too
	got, err := upkeep.Verify(t.Context(), s, nil)
	ok(t, err)
	if len(got.Problems) != 0 || got.Blobs != 4 || got.Runs != 1 || got.Edges != 2 || got.Bytes != int64(len("wholegonecut shortwrong")) {
		t.Fatalf("Verify of a whole store = %+v", got)
	}

	ok(t, os.Remove(file(s, gone)))
	ok(t, os.Truncate(file(s, cut), 3))
	ok(t, os.Chmod(file(s, wrong), 0o666))
	ok(t, os.WriteFile(file(s, wrong), []byte("wr0ng"), 0o666))
	ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: r, Name: "size", Digest: whole, Size: 77}))
	edge(tracker.Node{Kind: tracker.KindDataset, ID: "wine@v9"}, self)
	edge(self, tracker.Node{Kind: tracker.KindModel, ID: "m@v1"})
	var told []int64
	got, err = upkeep.Verify(t.Context(), s, func(done, total int64) { told = append(told, done, total) })
	ok(t, err)
	want := map[string]bool{
		"edge dataset wine@v9 -> run run1 (train) | there is no dataset wine@v9": true,
		"edge run run1 -> model m@v1 (train) | there is no model m@v1":           true,
		"artifact gone of run run1 | the blob is missing":                        true,
		"artifact cut short of run run1 | the blob is damaged":                   true,
		"artifact wrong of run run1 | the blob is damaged":                       true,
		"artifact size of run run1 | the blob has 5 bytes, and 77 are recorded":  true,
	}
	found := map[string]bool{}
	for _, w := range whats(got) {
		found[w] = true
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("Verify mismatch (-want +got):\n%s", diff)
	}
	if len(told) == 0 || told[len(told)-2] > told[len(told)-1] {
		t.Errorf("progress = %v", told)
	}
}

// later is when what was put now is old enough to go.
func later() time.Time { return time.Now().Add(31 * 24 * time.Hour) }

// Long: one store with a thing of each kind that goes or stays.
func TestGC(t *testing.T) {
	s := open(t)
	keep, parent, child := run(t, s, tracker.Run{ID: "keep"}), run(t, s, tracker.Run{ID: "parent"}), run(t, s, tracker.Run{ID: "child", Parent: "parent"})
	used, live := run(t, s, tracker.Run{ID: "used"}), run(t, s, tracker.Run{ID: "live"})
	shared := put(t, s, keep, "shared")
	put(t, s, parent, "shared")
	own, kept := put(t, s, child, "own"), put(t, s, used, "kept")
	orphan := put(t, s, "", "orphan")
	_, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Run: used, Digest: kept})
	ok(t, err)
	for _, id := range []string{parent, child, used} {
		ok(t, s.DeleteRun(t.Context(), id))
	}
	leftover := filepath.Join(sqlite.BlobDir(s.Path()), "put-1")
	ok(t, os.WriteFile(leftover, []byte("half"), 0o666))

	soon, err := upkeep.Look(t.Context(), s, upkeep.GCOptions{OlderThan: 30 * 24 * time.Hour, Now: time.Now()})
	ok(t, err)
	if len(soon.Runs)+len(soon.Blobs)+len(soon.Leftovers) != 0 {
		t.Errorf("Look at once = %+v, want nothing: all is young", soon)
	}
	p, err := upkeep.Look(t.Context(), s, upkeep.GCOptions{OlderThan: 30 * 24 * time.Hour, Now: later()})
	ok(t, err)
	ids := func(p *upkeep.Plan) (runs, blobs []string) {
		for _, r := range p.Runs {
			runs = append(runs, r.ID)
		}
		for _, b := range append(p.Blobs, p.Leftovers...) {
			blobs = append(blobs, string(b.Digest)+b.Leftover)
		}
		return runs, blobs
	}
	check := func(p *upkeep.Plan) {
		t.Helper()
		runs, blobs := ids(p)
		if diff := cmp.Diff([]string{"child", "parent"}, runs); diff != "" {
			t.Errorf("runs mismatch (-want +got):\n%s", diff)
		}
		want := map[string]bool{string(own): true, string(orphan): true, "put-1": true}
		got := map[string]bool{}
		for _, b := range blobs {
			got[b] = true
		}
		if diff := cmp.Diff(want, got); diff != "" || p.Bytes != int64(len("own"+"orphan"+"half")) {
			t.Errorf("blobs of %d bytes, mismatch (-want +got):\n%s", p.Bytes, diff)
		}
		if len(p.Kept) != 1 || p.Kept[0].Run != used || !strings.Contains(p.Kept[0].Why, "model m@v1") {
			t.Errorf("kept = %+v, want the run with a model", p.Kept)
		}
	}
	check(p)
	if _, err := s.Run(t.Context(), child); err != nil {
		t.Fatalf("Look removed something: %v", err)
	}
	ok(t, p.Do(t.Context(), s, nil))
	check(p)
	for d, there := range map[tracker.Digest]bool{shared: true, kept: true, own: false, orphan: false} {
		if rc, err := s.Blobs().Open(t.Context(), d); (err == nil) != there {
			t.Errorf("Open(%s) after gc = %v, want there: %v", d, err, there)
		} else if err == nil {
			rc.Close()
		}
	}
	for _, id := range []string{keep, used, live} {
		if _, err := s.Run(t.Context(), id); err != nil {
			t.Errorf("run %s after gc = %v", id, err)
		}
	}
	got, err := upkeep.Verify(t.Context(), s, nil)
	ok(t, err)
	if len(got.Problems) != 0 {
		t.Errorf("Verify after gc = %+v", got.Problems)
	}
}

// A run that is restored between the look and the removal stays, with its blobs.
func TestGCLooksAgain(t *testing.T) {
	s := open(t)
	r := run(t, s, tracker.Run{})
	own := put(t, s, r, "own")
	ok(t, s.DeleteRun(t.Context(), r))
	p, err := upkeep.Look(t.Context(), s, upkeep.GCOptions{Now: later()})
	ok(t, err)
	if len(p.Runs) != 1 || len(p.Blobs) != 1 {
		t.Fatalf("Look = %+v, want the run and its blob", p)
	}
	ok(t, s.RestoreRun(t.Context(), r))
	ok(t, p.Do(t.Context(), s, nil))
	if len(p.Runs) != 0 || len(p.Blobs) != 0 || len(p.Kept) != 1 {
		t.Errorf("gc of a run that was restored: %+v", p)
	}
	rc, err := s.Blobs().Open(t.Context(), own)
	ok(t, err)
	rc.Close()
}

// Processes put bytes again that lay unnamed for days, and name them, while gc
// removes such: none that was named is gone. Long: the workers and gc are one race.
func TestGCWhilePutting(t *testing.T) {
	s := open(t)
	r := run(t, s, tracker.Run{})
	var wg sync.WaitGroup
	var removed, rounds atomic.Int64
	end, ctx := time.Now().Add(time.Second), t.Context()
	name := func(slot, text string) (tracker.Digest, error) {
		d, n, err := s.Blobs().Put(ctx, strings.NewReader(text))
		if err == nil {
			err = s.AddArtifact(ctx, tracker.Artifact{Run: r, Name: slot, Digest: d, Size: n})
		}
		return d, err
	}
	worker := func(slot string) error {
		for time.Now().Before(end) {
			d, err := name(slot, "again "+slot)
			if err != nil {
				return err
			}
			rc, err := s.Blobs().Open(ctx, d)
			if err != nil {
				return err
			}
			rc.Close()
			rounds.Add(1)
			if _, err := name(slot, "other"); err != nil { // now nothing names the first
				return err
			}
			old := time.Now().Add(-2 * upkeep.BlobAge)
			if err := os.Chtimes(file(s, d), old, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond) // so that gc takes some of them
		}
		return nil
	}
	for w := range 4 {
		wg.Go(func() {
			if err := worker(fmt.Sprint(w)); err != nil {
				t.Error(err)
			}
		})
	}
	for time.Now().Before(end) {
		p, err := upkeep.Look(ctx, s, upkeep.GCOptions{Now: time.Now()})
		if err == nil {
			err = p.Do(ctx, s, nil)
		}
		if err != nil {
			t.Error(err)
			break
		}
		removed.Add(int64(len(p.Blobs)))
	}
	wg.Wait()
	if removed.Load() == 0 || rounds.Load() < 20 {
		t.Errorf("gc removed %d blobs in %d rounds: the test shows nothing", removed.Load(), rounds.Load())
	}
	got, err := upkeep.Verify(ctx, s, nil)
	ok(t, err)
	if len(got.Problems) != 0 {
		t.Errorf("Verify = %+v", got.Problems)
	}
}
