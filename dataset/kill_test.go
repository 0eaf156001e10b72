package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/killtest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

// The test binary runs itself as the process that is killed: CHILD_STORE is the store
// and CHILD_ROUND which table it commits.
func TestMain(m *testing.M) {
	killtest.Main(m, "CHILD_STORE", func(path string) error {
		round, err := strconv.Atoi(os.Getenv("CHILD_ROUND"))
		if err != nil {
			return err
		}
		return commitChild(path, round)
	})
}

func commitChild(path string, round int) error {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	t := roundTable(round)
	fmt.Println("begin")
	_, err = commitRound(ctx, s, t)
	return errors.Join(err, s.Close())
}

// killedRows is enough for a manifest with several chunks of each column.
const killedRows = 200_000

func roundTable(round int) array.RecordReader {
	ids := make([]int64, killedRows)
	for i := range ids {
		ids[i] = int64(i + round*killedRows)
	}
	return array.NewTableReader(big(ids, false), 1<<14)
}

func commitRound(ctx context.Context, s tracker.Store, r array.RecordReader) (tracker.DatasetVersion, error) {
	return dataset.Commit(ctx, s, "grown", func() (tracker.DatasetVersion, error) {
		return dataset.RegisterStream(ctx, s, "grown", r, "https://example.org/grown", nil)
	})
}

// Wherever a commit is killed, the store is whole and has the version or has it not;
// committed again it is there with its lineage, and what is left over can go.
func TestKilledCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cellar.db")
	began := time.Now()
	if !killtest.Kill(t, time.Hour, "CHILD_STORE="+path, "CHILD_ROUND=0") {
		t.Fatal("the first commit was not done")
	}
	took := time.Since(began)
	random, early := rand.New(rand.NewPCG(6, 7)), 0
	for round := 1; round <= 25; round++ {
		after := time.Duration(random.Int64N(int64(took)))
		if !killtest.Kill(t, after, "CHILD_STORE="+path, "CHILD_ROUND="+strconv.Itoa(round)) {
			early++
		}
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatalf("round %d, killed after %s: Open = %v", round, after, err)
		}
		wholeStore(t, s, fmt.Sprintf("round %d, killed after %s", round, after))
		all, err := s.Datasets(t.Context())
		if err != nil || len(all) != round && len(all) != round+1 {
			t.Fatalf("round %d, killed after %s: %d versions, %v", round, after, len(all), err)
		}
		collect(t, s)
		v, err := commitRound(t.Context(), s, roundTable(round))
		if err != nil || v.Version != round+1 || v.Rows != killedRows {
			t.Fatalf("round %d: commit again = %+v, %v", round, v, err)
		}
		if got := rolesTo(t, s, v); !slices.Equal(got, []string{"commit", "load"}) {
			t.Errorf("round %d, killed after %s: edges of the version: %v", round, after, got)
		}
		wholeStore(t, s, fmt.Sprintf("round %d, committed again", round))
		s.Close()
	}
	if early < 4 {
		t.Errorf("only %d of 25 commits were killed before their end: the test shows little", early)
	}
}

// A kill between a version and its edge leaves one without: the next commit adds it.
func TestCommitAgainAddsTheEdge(t *testing.T) {
	s := folder(t)
	var v tracker.DatasetVersion
	for _, p := range []float64{1, 2} {
		var err error
		if v, err = dataset.Register(t.Context(), s, "prices", prices([]string{"a"}, []float64{p}), ""); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		_, err := dataset.Commit(t.Context(), s, "prices", func() (tracker.DatasetVersion, error) {
			return dataset.Register(t.Context(), s, "prices", prices([]string{"a"}, []float64{2}), "")
		})
		if got := rolesTo(t, s, v); err != nil || !slices.Equal(got, []string{"commit"}) {
			t.Errorf("Commit of the newest again: %v; edges %v, want commit", err, got)
		}
	}
}

func rolesTo(t *testing.T, s tracker.Store, v tracker.DatasetVersion) (roles []string) {
	t.Helper()
	edges, err := s.EdgesTo(t.Context(), dataset.Node(v))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edges {
		roles = append(roles, e.Role)
	}
	slices.Sort(roles)
	return roles
}

func wholeStore(t *testing.T, s tracker.Store, when string) {
	t.Helper()
	r, err := upkeep.Verify(t.Context(), s, nil)
	if err != nil || len(r.Problems) > 0 {
		t.Fatalf("%s: Verify = %v, %v", when, r.Problems, err)
	}
}

// collect removes what nothing names, two days from now; nothing of that is left then.
func collect(t *testing.T, s tracker.Store) {
	t.Helper()
	o := upkeep.GCOptions{Now: time.Now().Add(48 * time.Hour)}
	plan, err := upkeep.Look(t.Context(), s, o)
	if err == nil {
		err = plan.Do(t.Context(), s, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if plan, err = upkeep.Look(t.Context(), s, o); err != nil || len(plan.Blobs)+len(plan.Leftovers) > 0 {
		t.Errorf("after a collection %d blobs and %d leftovers are there, %v", len(plan.Blobs), len(plan.Leftovers), err)
	}
	wholeStore(t, s, "after a collection")
}
