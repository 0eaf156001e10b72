package remote_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/dataset/remote"
	"github.com/cellar-ml/cellar/internal/killtest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

// The test binary runs itself as the process that is killed, which pushes or pulls
// CHILD_REF between the store CHILD_STORE and CHILD_DEST.
func TestMain(m *testing.M) {
	killtest.Main(m, "CHILD_STEP", func(step string) error {
		return childStep(step, os.Getenv("CHILD_STORE"), os.Getenv("CHILD_REF"), os.Getenv("CHILD_DEST"))
	})
}

func childStep(step, dir, ref, dest string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite://"+dir)
	if err != nil {
		return err
	}
	r, err := remote.Open(dest)
	if err != nil {
		return err
	}
	fmt.Println("begin")
	if step == "push" {
		_, err = r.Push(ctx, s, ref)
	} else {
		_, err = r.Pull(ctx, s, ref, "")
	}
	return errors.Join(err, s.Close())
}

// kills runs a step until it ends, killing it at a moment of its time each time but
// the last, and calls after with what each left.
// most is the shortest time that one which was not killed has taken.
func kills(t *testing.T, random *rand.Rand, most *time.Duration, after func(), env ...string) (early int) {
	t.Helper()
	for range 3 {
		began := time.Now()
		if killtest.Kill(t, time.Duration(random.Int64N(int64(*most))), env...) {
			*most = min(*most, time.Since(began))
			return early
		}
		early++
		after()
	}
	if !killtest.Kill(t, time.Hour, env...) {
		t.Fatal("the last was not killed")
	}
	return early
}

// Wherever a push and a pull are killed, both sides are whole, and repeated they
// give all, with the edges.
func TestKilled(t *testing.T) {
	from := t.TempDir()
	a, err := store.Open(t.Context(), "sqlite://"+from)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	random, early := rand.New(rand.NewPCG(6, 8)), 0
	took := map[string]*time.Duration{"push": new(time.Duration), "pull": new(time.Duration)}
	*took["push"], *took["pull"] = time.Hour, time.Hour
	for round := range 8 {
		dest, to := filepath.Join(t.TempDir(), "dest"), t.TempDir()
		step := func(step, dir, ref string, after func()) {
			t.Helper()
			early += kills(t, random, took[step], after, "CHILD_STEP="+step, "CHILD_STORE="+dir, "CHILD_REF="+ref, "CHILD_DEST="+dest)
		}
		step("push", from, "wine", func() {
			if report, err := pull(t, openStore(t), "wine", dest, ""); err != nil && !errors.Is(err, tracker.ErrNotFound) || report != nil && len(report.Notes) > 0 {
				t.Fatalf("round %d: Pull of a push that was killed = %+v, %v", round, report, err)
			}
		})
		b, err := store.Open(t.Context(), "sqlite://"+to)
		if err != nil {
			t.Fatal(err)
		}
		step("pull", to, "wine@v3", func() { datasets(t, b) })
		same(t, "pulled", []string{"wine@v1 10 rows without content", "wine@v2 400000 rows without content", "wine@v3 404000 rows"}, datasets(t, b))
		step("pull", to, "wine", func() { datasets(t, b) })
		same(t, "pulled", []string{"wine@v1 10 rows", "wine@v2 400000 rows", "wine@v3 404000 rows", "wine:fix@v1 10 rows", "wine@clean is v2"}, datasets(t, b))
		edges, err := b.Edges(t.Context())
		if err != nil || len(edges) != 4 {
			t.Errorf("round %d: edges = %+v, %v; want one of each version", round, edges, err)
		}
		b.Close()
	}
	if early < 8 {
		t.Errorf("only %d were killed before their end: the test shows little", early)
	}
}

// A dying store does so many more writes and then none, as one whose process is
// killed between two.
type dying struct {
	tracker.Store
	left int
}

var errDied = errors.New("killed")

func (d *dying) write() error {
	if d.left--; d.left < 0 {
		return errDied
	}
	return nil
}

func (d *dying) PutDataset(ctx context.Context, v tracker.DatasetVersion) (tracker.DatasetVersion, error) {
	if err := d.write(); err != nil {
		return v, err
	}
	return d.Store.PutDataset(ctx, v)
}

func (d *dying) DropDatasets(ctx context.Context, refs ...string) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.DropDatasets(ctx, refs...)
}

func (d *dying) AddEdges(ctx context.Context, edges ...tracker.Edge) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.AddEdges(ctx, edges...)
}

func (d *dying) PutRecord(ctx context.Context, r tracker.Record) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.PutRecord(ctx, r)
}

// A pull that ends between any two writes leaves no half version, and the next one
// adds what is missing.
func TestPullDiesBetweenWrites(t *testing.T) {
	dest := t.TempDir()
	if _, err := push(t, origin(t), "wine", dest); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{"wine@v3", "wine"} {
		for writes := 0; ; writes++ {
			b := openStore(t)
			r, err := remote.Open(dest)
			if err != nil {
				t.Fatal(err)
			}
			_, died := r.Pull(t.Context(), &dying{b, writes}, ref, "")
			if died != nil && !errors.Is(died, errDied) {
				t.Fatal(died)
			}
			datasets(t, b)
			if _, err := pull(t, b, "wine", dest, ""); err != nil {
				t.Fatalf("Pull(%s) after %d writes, then Pull = %v", ref, writes, err)
			}
			same(t, fmt.Sprintf("Pull(%s) after %d writes, then pulled", ref, writes),
				[]string{"wine@v1 10 rows", "wine@v2 400000 rows", "wine@v3 404000 rows", "wine:fix@v1 10 rows", "wine@clean is v2"}, datasets(t, b))
			if edges, err := b.Edges(t.Context()); err != nil || len(edges) != 4 {
				t.Errorf("Pull(%s) after %d writes: %d edges, %v; want one of each version", ref, writes, len(edges), err)
			}
			if died == nil {
				break
			}
		}
	}
}
