package engine_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/pkg/core/graph"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
)

func tiny(ctx *mlctx.Context, x *graph.Node) *graph.Node {
	x = graph.Tanh(layers.Dense(ctx.In("a"), x, true, 8))
	x = layers.DropoutStatic(ctx, x, 0.1)
	return layers.Dense(ctx.In("b"), x, true, 3)
}

func save(t *testing.T, m *engine.Model) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := m.Save(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestSaveLoad holds that a loaded model answers bit by bit like the trained
// one and is saved to the same bytes.
func TestSaveLoad(t *testing.T) {
	tab := mixed(t, 300)
	for _, s := range []engine.Spec{
		{Family: "mlp", Target: "species", Epochs: 3},
		{Family: "logistic", Target: "grown", Epochs: 3},
		{Family: "linear", Target: "flipper", Epochs: 3},
		{Graph: tiny, GraphName: "tiny", GraphSource: "func tiny…", Target: "species", Epochs: 3},
	} {
		trained := fit(t, tab, s).Model
		file := save(t, trained)
		loaded, err := engine.Load(bytes.NewReader(file), engine.LoadOptions{Graph: s.Graph})
		if err != nil {
			t.Fatalf("Load %s: %v", trained.Family(), err)
		}
		if diff := cmp.Diff(answers(t, trained, tab), answers(t, loaded, tab)); diff != "" {
			t.Errorf("%s: loaded and trained answer differently:\n%s", trained.Family(), diff)
		}
		if !bytes.Equal(file, save(t, loaded)) {
			t.Errorf("%s: saving the loaded model gives other bytes", trained.Family())
		}
		if diff := cmp.Diff(trained.Inputs(), loaded.Inputs()); diff != "" {
			t.Errorf("%s: preprocessing differs:\n%s", trained.Family(), diff)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	tab := mixed(t, 100)
	file := save(t, fit(t, tab, engine.Spec{Graph: tiny, GraphName: "tiny", Target: "species", Epochs: 1}).Model)
	_, err := engine.Load(bytes.NewReader(file))
	if err == nil || !strings.Contains(err.Error(), "graph function tiny") || !strings.Contains(hint.Of(err), "LoadOptions.Graph") {
		t.Errorf("Load without the graph function = %v (hint %q), want it named and LoadOptions.Graph", err, hint.Of(err))
	}
	other := func(ctx *mlctx.Context, x *graph.Node) *graph.Node { return layers.Dense(ctx.In("c"), x, true, 3) }
	m, err := engine.Load(bytes.NewReader(file), engine.LoadOptions{Graph: other})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Predict(t.Context(), tab); err == nil || !strings.Contains(err.Error(), "/c/dense") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Predict with another graph function = %v, want one line about its variable", err)
	}
	for _, cut := range []int{0, 10, len(file) / 2, len(file) - 1} {
		if _, err := engine.Load(bytes.NewReader(file[:cut]), engine.LoadOptions{Graph: tiny}); err == nil {
			t.Errorf("Load of the first %d of %d bytes succeeded", cut, len(file))
		}
	}
}

func TestGraphErrors(t *testing.T) {
	tab := mixed(t, 60)
	for name, c := range map[string]struct {
		graph engine.GraphFunc
		want  string
	}{
		"wrong outputs": {func(ctx *mlctx.Context, x *graph.Node) *graph.Node { return layers.Dense(ctx, x, true, 2) },
			"want [16, 3]: one logit for each class of species (Adelie, Chinstrap, Gentoo)"},
		"nil":           {func(*mlctx.Context, *graph.Node) *graph.Node { return nil }, "it returned nil"},
		"text":          {func(*mlctx.Context, *graph.Node) *graph.Node { panic("my own words") }, "my own words"},
		"runtime error": {func(_ *mlctx.Context, x *graph.Node) *graph.Node { return x.Inputs()[3] }, "index out of range"},
		"GoMLX error":   {func(_ *mlctx.Context, x *graph.Node) *graph.Node { return graph.Reshape(x, 7) }, "requested size 7"},
		"same scope twice": {func(ctx *mlctx.Context, x *graph.Node) *graph.Node {
			return layers.Dense(ctx, layers.Dense(ctx, x, true, 3), true, 3)
		}, "already exists"},
	} {
		_, err := engine.Fit(t.Context(), tab, engine.Spec{Graph: c.graph, GraphName: "mine", Target: "species"}, nil)
		if err == nil || !strings.Contains(err.Error(), "graph function mine") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: Fit = %v, want one line with graph function mine and %q", name, err, c.want)
		}
	}
}

// TestCheckpoint holds that a training that was stopped and continued is the
// one that was never stopped.
func TestCheckpoint(t *testing.T) {
	tab := mixed(t, 200)
	s := engine.Spec{Family: "mlp", Target: "species", Dropout: 0.2, Epochs: 8, Seed: 5}
	want := fit(t, tab, s)
	s.Checkpoint, s.Epochs = filepath.Join(t.TempDir(), "runs", "a.ckpt"), 3
	fit(t, tab, s)
	s.Epochs = 8
	got := fit(t, tab, s)
	if diff := cmp.Diff(curve(want), curve(got)); diff != "" {
		t.Errorf("the continued curve differs:\n%s", diff)
	}
	if diff := cmp.Diff(answers(t, want.Model, tab), answers(t, got.Model, tab)); diff != "" {
		t.Errorf("the continued model differs:\n%s", diff)
	}
	s.LearningRate = 0.5
	_, err := engine.Fit(t.Context(), tab, s, nil)
	if err == nil || !strings.Contains(err.Error(), "a.ckpt") || hint.Of(err) == "" {
		t.Errorf("continuing with another learning rate = %v, want an error that names the file", err)
	}
}
