package compare_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

func twoRuns() []tracker.Run {
	return []tracker.Run{
		{
			ID: "aaaa1111", Name: "a", Kind: "train", Status: tracker.Finished,
			Params:  map[string]any{"epochs": int64(10), "data": "wine@v1", "hidden": "8"},
			Metrics: map[string]float64{"validation/loss": 0.5, "validation/accuracy": 0.9, "train/loss": math.NaN(), "grad_norm": 3, "system/cpu": 1},
		},
		{
			ID: "bbbb2222", Name: "b", Kind: "train", Status: tracker.Failed,
			Params:  map[string]any{"epochs": int64(20), "data": "wine@v1"},
			Metrics: map[string]float64{"validation/loss": 0.25, "validation/accuracy": 0.9, "train/loss": 0.1, "grad_norm": 2},
			Source:  tracker.Source{Seed: 7, Go: "go1.26"},
		},
	}
}

// run is a finished run of an experiment, as the tests of groups need it.
func run(name string, seed int64, params map[string]any, metrics map[string]float64) tracker.Run {
	return tracker.Run{ID: name + "-id", Name: name, Experiment: "e", Kind: "train", Status: tracker.Finished,
		Params: maps.Clone(params), Metrics: metrics, Source: tracker.Source{Seed: seed}}
}

// seeds are runs that differ by seed alone, with one value of loss each.
func seeds(name string, params map[string]any, losses ...float64) []tracker.Run {
	var list []tracker.Run
	for i, v := range losses {
		list = append(list, run(fmt.Sprintf("%s%d", name, i+1), int64(i+1), params, map[string]float64{"loss": v}))
	}
	return list
}

var equal = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-9, 0), cmpopts.IgnoreUnexported(compare.Comparison{}, compare.Spread{})}

func TestOf(t *testing.T) {
	got := compare.Of(twoRuns(), compare.Options{})
	one := func(v float64) compare.Spread { return compare.Spread{N: 1, Mean: v, SD: math.NaN()} }
	none := "not repeated with other seeds"
	want := &compare.Comparison{
		Runs:   twoRuns(),
		Groups: []compare.Group{{Name: "a", Runs: []int{0}, N: 1}, {Name: "b", Runs: []int{1}, N: 1}},
		Params: []compare.Param{
			{Name: "epochs", Values: []any{int64(10), int64(20)}},
			{Name: "hidden", Values: []any{"8", nil}},
			{Name: "seed", Values: []any{int64(0), int64(7)}},
		},
		Equal: []compare.Param{
			{Name: "data", Values: []any{"wine@v1"}},
			{Name: "kind", Values: []any{"train"}},
		},
		Environment: []compare.Param{{Name: "go", Values: []any{nil, "go1.26"}}},
		Metrics: []compare.Metric{
			{Name: "validation/accuracy", Direction: "higher", Values: []float64{0.9, 0.9}, Has: []bool{true, true}, Best: -1,
				Groups: []compare.Spread{one(0.9), one(0.9)}, Differences: []compare.Difference{{Group: 1, Note: none}}},
			{Name: "validation/loss", Direction: "lower", Values: []float64{0.5, 0.25}, Has: []bool{true, true}, Best: 1,
				Groups: []compare.Spread{one(0.5), one(0.25)}, Differences: []compare.Difference{{Group: 1, Diff: -0.25, Note: none}}},
			{Name: "grad_norm", Values: []float64{3, 2}, Has: []bool{true, true}, Best: -1,
				Groups: []compare.Spread{one(3), one(2)}, Differences: []compare.Difference{{Group: 1, Diff: -1, Note: none}}},
			{Name: "train/loss", Direction: "lower", Values: []float64{math.NaN(), 0.1}, Has: []bool{true, true}, Best: -1,
				Groups:      []compare.Spread{{Mean: math.NaN(), SD: math.NaN(), Odd: 1}, one(0.1)},
				Differences: []compare.Difference{{Group: 1, Diff: math.NaN(), Note: none}}},
		},
	}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("Of(two runs) mismatch (-want +got):\n%s", diff)
	}
	if got := got.Drawn(); got != "validation/loss" {
		t.Errorf("Drawn() = %q, want validation/loss", got)
	}
}

func TestOptions(t *testing.T) {
	best := func(o compare.Options, metric string) int {
		m, ok := compare.Of(twoRuns(), o).Find(metric)
		if !ok {
			t.Fatalf("Of(%+v) has no %s", o, metric)
		}
		return m.Best
	}
	if got := best(compare.Options{Maximize: []string{"grad_norm"}}, "grad_norm"); got != 0 {
		t.Errorf("maximize grad_norm: best %d, want 0", got)
	}
	if got := best(compare.Options{Minimize: []string{"grad_norm"}}, "grad_norm"); got != 1 {
		t.Errorf("minimize grad_norm: best %d, want 1", got)
	}
	if got := best(compare.Options{Maximize: []string{"validation/loss"}}, "validation/loss"); got != 0 {
		t.Errorf("maximize validation/loss: best %d, want 0", got)
	}
	best(compare.Options{System: true}, "system/cpu")
	best(compare.Options{Metric: "system/cpu"}, "system/cpu")
	if m, _ := compare.Of(twoRuns(), compare.Options{Baseline: "bbbb2222"}).Find("validation/loss"); m.To(0).Diff != 0.25 || m.To(1) != nil {
		t.Errorf("differences to b: %+v", m.Differences)
	}
}

func TestGroups(t *testing.T) {
	a, b := map[string]any{"lr": 0.1}, map[string]any{"lr": 0.2}
	runs := append(seeds("a", a, 3, 4, 5), seeds("b", b, 1, 3, 2)...)
	runs = append(runs, run("again", 3, b, map[string]float64{"loss": 4})) // seed 3 a second time: 2 and 4 count as 3
	runs = append(runs, run("open", 9, b, map[string]float64{"loss": 99}))
	runs[len(runs)-1].Status = tracker.Running
	runs = append(runs, run("diverged", 10, b, map[string]float64{"loss": math.Inf(1)}))
	c := compare.Of(runs, compare.Options{})
	want := []compare.Group{{Name: "a1 +2", Runs: []int{0, 1, 2}, N: 3}, {Name: "b1 +5", Runs: []int{3, 4, 5, 6, 7, 8}, N: 5}}
	if diff := cmp.Diff(want, c.Groups); diff != "" {
		t.Fatalf("groups mismatch (-want +got):\n%s", diff)
	}
	m, _ := c.Find("loss")
	spreads := []compare.Spread{{N: 3, Mean: 4, SD: 1}, {N: 3, Mean: 7.0 / 3, SD: math.Sqrt(4.0 / 3), Odd: 1, Open: 1}}
	if diff := cmp.Diff(spreads, m.Groups, equal); diff != "" {
		t.Errorf("spreads mismatch (-want +got):\n%s", diff)
	}
	if d := m.To(1); d == nil || d.Sure == nil || d.Sure.Method != compare.Paired || math.Abs(d.Diff+5.0/3) > 1e-12 {
		t.Errorf("difference of the same seeds = %+v, want a paired interval about -1.67", d)
	}
}

// What must not count as a repeat, and what must.
func TestGroupOf(t *testing.T) {
	cell := func(code string) func(*tracker.Run) {
		return func(r *tracker.Run) { r.Source.Cells = []tracker.Cell{{Count: 1, CellID: "x", Code: code}} }
	}
	for _, c := range []struct {
		name string
		a, b func(*tracker.Run)
		want int // groups
	}{
		{"seed", func(r *tracker.Run) {}, func(r *tracker.Run) { r.Source.Seed = 2 }, 1},
		{"seed as parameter", func(r *tracker.Run) { r.Params["random_state"] = int64(1) }, func(r *tracker.Run) { r.Params["random_state"] = int64(2) }, 1},
		{"host", func(r *tracker.Run) { r.Source.Host = "a" }, func(r *tracker.Run) { r.Source.Host = "b" }, 1},
		{"seed in code", cell("seed := 1\ntrain(1)"), func(r *tracker.Run) { r.Source.Seed = 2; cell("seed := 2\ntrain(1)")(r) }, 1},
		{"own step", func(r *tracker.Run) {
			r.Source.Command = "%train mlp --seed 1"
			cell("x := 3\nrun := %train mlp --seed 1")(r)
		},
			func(r *tracker.Run) { r.Source.Command = "%train mlp --seed 2"; cell("x := 3\n%train mlp --seed 2")(r) }, 1},
		{"work tree of a notebook", cell("x"), func(r *tracker.Run) { cell("x")(r); r.Source.Git = tracker.Git{Commit: "c", Dirty: true} }, 1},
		{"code", cell("lr := 1"), cell("lr := 2"), 2},
		{"commit of a program", func(r *tracker.Run) { r.Source.Git.Commit = "c" }, func(r *tracker.Run) { r.Source.Git.Commit = "d" }, 2},
		{"go", func(r *tracker.Run) { r.Source.Go = "go1.25" }, func(r *tracker.Run) { r.Source.Go = "go1.26" }, 2},
		{"module", func(r *tracker.Run) { r.Source.Modules = map[string]string{"m": "v1"} }, func(r *tracker.Run) { r.Source.Modules = map[string]string{"m": "v2"} }, 2},
		{"environment", func(r *tracker.Run) {}, func(r *tracker.Run) { r.Source.Env = map[string]string{"XLA_FLAGS": "x"} }, 2},
		{"kind", func(r *tracker.Run) {}, func(r *tracker.Run) { r.Kind = "explain" }, 2},
		{"NaN is NaN", func(r *tracker.Run) { r.Params["x"] = math.NaN() }, func(r *tracker.Run) { r.Params["x"] = math.NaN() }, 1},
		{"1 is not 1.0", func(r *tracker.Run) { r.Params["x"] = int64(1) }, func(r *tracker.Run) { r.Params["x"] = 1.0 }, 2},
	} {
		a, b := run("a", 1, map[string]any{"lr": 0.1}, nil), run("b", 1, map[string]any{"lr": 0.1}, nil)
		c.a(&a)
		c.b(&b)
		if got := len(compare.Of([]tracker.Run{a, b}, compare.Options{}).Groups); got != c.want {
			t.Errorf("%s: %d groups, want %d", c.name, got, c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	text, err := json.Marshal(compare.Of(twoRuns(), compare.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	one := func(v any) any { return map[string]any{"seeds": 1.0, "mean": v, "sd": nil} }
	want := map[string]any{"values": []any{0.5, 0.25}, "direction": "lower", "best": "bbbb2222", "best_group": 1.0, "groups": []any{one(0.5), one(0.25)},
		"differences": []any{map[string]any{"group": 1.0, "difference": -0.25, "interval": nil, "note": "not repeated with other seeds"}}}
	metrics := got["metrics"].(map[string]any)
	if diff := cmp.Diff(want, metrics["validation/loss"]); diff != "" {
		t.Errorf("validation/loss mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{"NaN", 0.1}, metrics["train/loss"].(map[string]any)["values"]); diff != "" {
		t.Errorf("train/loss mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{"8", nil}, got["params"].(map[string]any)["hidden"]); diff != "" {
		t.Errorf("hidden mismatch (-want +got):\n%s", diff)
	}
}

func TestOrder(t *testing.T) {
	got := compare.Order([]string{"importance/x", "model/epoch", "train/loss", "validation/auc", "validation/loss", "model/rmse", "model/r2"})
	want := []string{"model/r2", "model/rmse", "validation/auc", "validation/loss", "importance/x", "train/loss", "model/epoch"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Order mismatch (-want +got):\n%s", diff)
	}
}
