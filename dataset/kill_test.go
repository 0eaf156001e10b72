package dataset_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

// killed names the folder of the store to which the process of TestKilledCommit
// that is to be killed commits.
const killed = "CELLAR_TEST_KILLED_COMMIT"

func commit(ctx context.Context, s tracker.Store, rows int64) (tracker.DatasetVersion, error) {
	return dataset.Commit(ctx, s, "big", func() (tracker.DatasetVersion, error) {
		return dataset.Register(ctx, s, "big", big(upTo(rows), false), "")
	})
}

// TestKilledCommit kills a process that commits at any moment: what is there is
// whole, and the commit is there or can be made again.
func TestKilledCommit(t *testing.T) {
	const first, second = 300_000, 600_000
	if dir := os.Getenv(killed); dir != "" {
		s, err := store.Open(t.Context(), "sqlite://"+dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := commit(t.Context(), s, second); err != nil {
			t.Fatal(err)
		}
		return
	}
	rng := rand.New(rand.NewPCG(6, 6))
	longest, cut := 2*time.Second, 0
	for round := range 12 {
		dir := t.TempDir()
		s, err := store.Open(t.Context(), "sqlite://"+dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := commit(t.Context(), s, first); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledCommit$")
		cmd.Env = append(os.Environ(), killed+"="+dir)
		began := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if round > 0 { // the first says how long it takes
			time.AfterFunc(time.Duration(rng.Int64N(int64(longest))), func() { _ = cmd.Process.Kill() })
		}
		if err := cmd.Wait(); err != nil {
			cut++
		}
		if round == 0 {
			longest = time.Since(began)
		}
		whole(t, s, map[int64]bool{first: true, second: true})
		v, err := commit(t.Context(), s, second)
		if err != nil || v.Version != 2 {
			t.Errorf("the commit once more = %s, %v, want big@v2", v.Ref(), err)
		}
		whole(t, s, map[int64]bool{first: true, second: true})
		s.Close()
	}
	if cut < 6 {
		t.Errorf("%d of 11 were killed before their end, too few to say anything", cut)
	}
}

// whole holds that all versions can be read and have one of some sizes.
func whole(t *testing.T, s tracker.Store, rows map[int64]bool) {
	t.Helper()
	all, err := s.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		tab, _, err := dataset.Open(t.Context(), s, v.Ref())
		if err != nil || !rows[tab.NumRows()] {
			t.Errorf("Open(%s) = %v, want a version that is whole", v.Ref(), err)
		}
	}
	r, err := upkeep.Verify(t.Context(), s, nil)
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("Verify = %+v, %v", r.Problems, err)
	}
}
