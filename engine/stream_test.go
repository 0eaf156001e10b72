package engine_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/gomlx/gomlx/pkg/core/graph"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// parquetOf writes a table as Parquet and opens it as a source.
func parquetOf(t *testing.T, tab arrow.Table) *feed.Parquet {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := dataset.WriteParquet(f, tab); err != nil {
		t.Fatal(err)
	}
	src, err := feed.OpenParquet(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func stream(t *testing.T, src feed.Source, s engine.Spec, o engine.Stream) *engine.Result {
	t.Helper()
	if o.Cache == "" {
		o.Cache = t.TempDir()
	}
	r, err := engine.FitStream(t.Context(), src, s, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestStreamIsFit holds that a stream gives what memory gives, to the bit: every
// metric of every epoch, the preprocessing and the answers.
func TestStreamIsFit(t *testing.T) {
	tab := mixed(t, 1000)
	src := parquetOf(t, tab)
	for name, s := range map[string]engine.Spec{
		"classes":       {Family: "mlp", Target: "species", Hidden: []int{16}, Epochs: 4, Batch: 37, Seed: 3, Dropout: 0.2},
		"regression":    {Family: "mlp", Target: "bill", Hidden: []int{16}, Epochs: 4, Batch: 64, Seed: 4},
		"no validation": {Family: "linear", Target: "flipper", Epochs: 3, Validation: -1, Features: []string{"island", "bill"}},
		"batch > rows":  {Family: "logistic", Target: "grown", Epochs: 3, Batch: 100_000},
	} {
		t.Run(name, func(t *testing.T) {
			want := fit(t, tab, s)
			// So little memory that every column is fitted by itself.
			got := stream(t, src, s, engine.Stream{Memory: 1000 * 48})
			if diff := cmp.Diff(want.History, got.History, cmp.Comparer(equalProgress)); diff != "" {
				t.Errorf("history (-memory +stream):\n%s", diff)
			}
			if diff := cmp.Diff(want.Model.Inputs(), got.Model.Inputs()); diff != "" {
				t.Errorf("preprocessing (-memory +stream):\n%s", diff)
			}
			if diff := cmp.Diff(answers(t, want.Model, tab), answers(t, got.Model, tab)); diff != "" {
				t.Errorf("answers (-memory +stream):\n%s", diff)
			}
			if want.TrainRows != got.TrainRows || want.ValidRows != got.ValidRows {
				t.Errorf("rows %d+%d, want %d+%d", got.TrainRows, got.ValidRows, want.TrainRows, want.ValidRows)
			}
		})
	}
}

func equalProgress(a, b engine.Progress) bool {
	same := a.Epoch == b.Epoch && a.Step == b.Step && len(a.Metrics) == len(b.Metrics)
	for name, v := range a.Metrics {
		same = same && math.Float64bits(v) == math.Float64bits(b.Metrics[name])
	}
	return same
}

// TestStreamNaN holds that NaN, null and infinity are filled as in memory.
func TestStreamNaN(t *testing.T) {
	a := normal(1, 200)
	for i := range a {
		if i%7 == 0 {
			a[i] = math.Inf(1)
		}
	}
	tab := table(t, column{"a", a}, column{"b", normal(2, 200)})
	s := engine.Spec{Family: "linear", Target: "b", Epochs: 2}
	want, got := fit(t, tab, s), stream(t, feed.Table("t", "1", tab), s, engine.Stream{})
	if diff := cmp.Diff(want.History, got.History, cmp.Comparer(equalProgress)); diff != "" {
		t.Errorf("history (-memory +stream):\n%s", diff)
	}
}

// TestStreamRefuses holds what is said of data that cannot be streamed.
func TestStreamRefuses(t *testing.T) {
	tab := mixed(t, 100)
	for name, c := range map[string]struct {
		tab  arrow.Table
		spec engine.Spec
		o    engine.Stream
		want string
	}{
		"empty":     {mixed(t, 0), engine.Spec{Family: "mlp", Target: "species"}, engine.Stream{}, `no row has a value`},
		"no target": {tab, engine.Spec{Family: "mlp", Target: "specis"}, engine.Stream{}, `find target column "specis"`},
		"no memory": {tab, engine.Spec{Family: "mlp", Target: "species"}, engine.Stream{Memory: 1000}, `one column of 100 rows takes 4.8 kB, and there are 1 kB`},
		"no room":   {tab, engine.Spec{Family: "mlp", Target: "species"}, engine.Stream{Cache: "/proc/cellar"}, "/proc/cellar"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.o.Cache == "" {
				c.o.Cache = t.TempDir()
			}
			_, err := engine.FitStream(t.Context(), feed.Table("tab", name, c.tab), c.spec, c.o, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("FitStream = %v, want %q", err, c.want)
			}
		})
	}
}

// TestStreamDamagedCache changes a byte of the cache between two epochs: the error
// names file, row, row group, epoch and step, and the next training is whole.
func TestStreamDamagedCache(t *testing.T) {
	src, dir := parquetOf(t, mixed(t, 400)), t.TempDir()
	s := engine.Spec{Family: "mlp", Target: "species", Epochs: 50, Batch: 16, Patience: -1}
	damage := func(engine.Progress) error {
		path := oneFile(t, dir)
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.WriteAt([]byte{0xff, 0xfe, 0xfd}, 5000)
		return err
	}
	_, err := engine.FitStream(t.Context(), src, s, engine.Stream{Cache: dir}, damage)
	for _, want := range []string{"epoch ", "step ", "read row ", ".rows", "row group 0", src.Name()} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("FitStream on a damaged cache = %v, want %q in it", err, want)
		}
	}
	if hint.Of(err) == "" {
		t.Error("the error has no hint")
	}
	s.Epochs = 2
	stream(t, src, s, engine.Stream{Cache: dir})
}

func oneFile(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s holds %v, want one file (%v)", dir, names, err)
	}
	return names[0]
}

// TestStreamCancelled holds that a training that is interrupted in mid-epoch keeps
// what it has, and leaves no goroutine behind.
func TestStreamCancelled(t *testing.T) {
	src := parquetOf(t, mixed(t, 2000))
	s := engine.Spec{Family: "mlp", Target: "species", Epochs: 1_000_000, Batch: 8, Patience: -1}
	o := engine.Stream{Cache: t.TempDir()}
	s.Epochs = 1
	stream(t, src, s, o) // what XLA starts once stays
	before := runtime.NumGoroutine()
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		s.Epochs = 1_000_000
		r, err := engine.FitStream(ctx, src, s, o, func(p engine.Progress) error {
			if p.Epoch == 2 {
				time.AfterFunc(3*time.Millisecond, cancel)
			}
			return nil
		})
		cancel()
		if err != nil || r.Stopped != engine.StoppedInterrupted {
			t.Fatalf("FitStream = %+v, %v, want it interrupted", r, err)
		}
	}
	for range 50 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, were %d:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}

// TestStreamResumes holds that a training continued from its checkpoint goes on
// with the very batches that it would have had.
func TestStreamResumes(t *testing.T) {
	src := parquetOf(t, mixed(t, 300))
	o := engine.Stream{Cache: t.TempDir()}
	s := engine.Spec{Family: "mlp", Target: "species", Epochs: 6, Batch: 32, Patience: -1}
	want := stream(t, src, s, o)
	s.Checkpoint = filepath.Join(t.TempDir(), "c")
	s.Epochs = 2
	stream(t, src, s, o)
	s.Epochs = 6
	got := stream(t, src, s, o)
	if diff := cmp.Diff(want.History, got.History, cmp.Comparer(equalProgress)); diff != "" {
		t.Errorf("history (-at once +resumed):\n%s", diff)
	}
}

// TestStreamRefusesRecipe holds that a recipe, which is fitted in memory, is
// refused before anything is read or recorded.
func TestStreamRefusesRecipe(t *testing.T) {
	src := parquetOf(t, mixed(t, 100))
	s := engine.Spec{Family: "logistic", Target: "species", Recipe: steps(t, "scale bill")}
	store := openStore(t)
	dir := t.TempDir()
	_, fitErr := engine.FitStream(t.Context(), src, s, engine.Stream{Cache: dir}, nil)
	_, trainErr := engine.Train(t.Context(), engine.Job{Store: store, Data: src, Spec: s, Stream: engine.Stream{Cache: dir}})
	for _, err := range []error{fitErr, trainErr} {
		if err == nil || !strings.Contains(err.Error(), src.Name()+" is streamed") || !strings.Contains(hint.Of(err), "--memory") {
			t.Errorf("a stream with a recipe = %v, hint %q", err, hint.Of(err))
		}
	}
	runs, err := store.Runs(t.Context(), tracker.Query{})
	if err != nil || len(runs) > 0 {
		t.Errorf("%d runs were recorded (%v), want none", len(runs), err)
	}
}

// TestBenchFeedLeavesCompilingOut benches a model that takes long to compile and
// no time to run: the time counts from the second step on.
func TestBenchFeedLeavesCompilingOut(t *testing.T) {
	const compile = 500 * time.Millisecond
	slow := func(ctx *mlctx.Context, x *graph.Node) *graph.Node {
		time.Sleep(compile)
		return layers.Dense(ctx, x, true, 3)
	}
	s := engine.Spec{Target: "species", Graph: slow, GraphName: "slow", Batch: 16, Validation: -1}
	r, err := engine.BenchFeed(t.Context(), parquetOf(t, mixed(t, 400)), s, engine.Stream{Cache: t.TempDir(), For: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range r.Stages {
		if (st.Name == "step" || st.Name == "device" || st.Name == "shuffle") && (st.Rows == 0 || st.Busy >= compile || st.Span >= compile) {
			t.Errorf("stage %s: %d rows, busy %v of %v, want some rows in less than the %v of compiling", st.Name, st.Rows, st.Busy, st.Span, compile)
		}
	}
}
