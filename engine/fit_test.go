package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/internal/hint"
)

// reference is what scikit-learn made of a table: see testdata/reference.py.
type reference struct {
	X        [][]float64 `json:"x"`
	Y        []float64   `json:"y"`
	Z        []int64     `json:"z"`
	K        []int64     `json:"k"`
	L2       float64     `json:"l2"`
	Linear   []float64   `json:"linear"`
	Logistic []float64   `json:"logistic"`
	Multi    [][]float64 `json:"multi"`
}

func load(t *testing.T) (reference, arrow.Table) {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	var columns []column
	for k, name := range []string{"a", "b", "c"} {
		values := make([]float64, len(r.X))
		for i, row := range r.X {
			values[i] = row[k]
		}
		columns = append(columns, column{name, values})
	}
	return r, table(t, append(columns, column{"y", r.Y}, column{"z", r.Z}, column{"k", r.K})...)
}

var abc = []string{"a", "b", "c"}

// TestAgainstScikitLearn holds the convex families against another solver of
// the same problems: least squares in closed form, and the log loss with L2.
func TestAgainstScikitLearn(t *testing.T) {
	r, tab := load(t)
	var multi []float64
	for _, row := range r.Multi {
		multi = append(multi, row...)
	}
	var binary []float64
	for _, p := range r.Logistic {
		binary = append(binary, 1-p, p)
	}
	for _, c := range []struct {
		spec      engine.Spec
		want      []float64
		tolerance float64
	}{
		{engine.Spec{Family: "linear", Target: "y"}, r.Linear, 1e-3},
		{engine.Spec{Family: "logistic", Target: "z", L2: r.L2}, binary, 2e-3},
		{engine.Spec{Family: "logistic", Target: "k", L2: r.L2}, multi, 2e-3},
	} {
		c.spec.Features, c.spec.Validation, c.spec.Epochs = abc, -1, 600
		got := answers(t, fit(t, tab, c.spec).Model, tab)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateApprox(0, c.tolerance)); diff != "" {
			t.Errorf("%s of %s differs from scikit-learn by more than %g (-want +got):\n%s", c.spec.Family, c.spec.Target, c.tolerance, diff)
		}
	}
}

func fit(t *testing.T, tab arrow.Table, s engine.Spec) *engine.Result {
	t.Helper()
	r, err := engine.Fit(t.Context(), tab, s, nil)
	if err != nil {
		t.Fatalf("Fit(%+v): %v", s, err)
	}
	return r
}

// answers are the predicted values, or the probabilities row by row.
func answers(t *testing.T, m *engine.Model, tab arrow.Table) []float64 {
	t.Helper()
	p, err := m.Predict(t.Context(), tab)
	if err != nil {
		t.Fatalf("Predict: %v", err)
	}
	return append(slices.Clone(p.Values), p.Prob...)
}

func TestXOR(t *testing.T) {
	a, b, x := make([]float64, 200), make([]float64, 200), make([]string, 200)
	for i := range a {
		a[i], b[i] = float64(i%2), float64(i/2%2)
		x[i] = map[bool]string{true: "odd", false: "even"}[a[i] != b[i]]
	}
	tab := table(t, column{"a", a}, column{"b", b}, column{"parity", x})
	r := fit(t, tab, engine.Spec{Family: "mlp", Target: "parity", LearningRate: 0.01, Seed: 3})
	if got := r.Metrics["validation/accuracy"]; got != 1 {
		t.Errorf("accuracy on XOR = %g, want 1", got)
	}
	if got := r.Model.Target(); got.Task != engine.Binary || !slices.Equal(got.Classes, []string{"even", "odd"}) {
		t.Errorf("Target() = %+v, want binary with classes even and odd", got)
	}
}

// TestInference holds which task a target gives when nobody says.
func TestInference(t *testing.T) {
	t.Setenv(xla.PluginEnv, xla.None) // its numbers do not depend on the backend
	n := 60
	few, many, halves, two, flags, words := make([]int64, n), make([]int64, n), make([]float64, n), make([]float64, n), make([]bool, n), make([]string, n)
	for i := range n {
		few[i], many[i], halves[i], two[i] = int64(i%4+3), int64(i), float64(i%4)/2, float64(i%2)
		flags[i], words[i] = i%2 == 0, string(rune('a'+i%3))
	}
	for _, c := range []struct {
		values  any
		task    engine.Task
		classes []string
	}{
		{few, engine.Multiclass, []string{"3", "4", "5", "6"}},
		{many, engine.Regression, nil},
		{halves, engine.Regression, nil},
		{two, engine.Binary, []string{"0", "1"}},
		{flags, engine.Binary, []string{"false", "true"}},
		{words, engine.Multiclass, []string{"a", "b", "c"}},
	} {
		tab := table(t, column{"x", normal(1, n)}, column{"target", c.values})
		got := fit(t, tab, engine.Spec{Family: "mlp", Target: "target", Epochs: 1}).Model.Target()
		if got.Task != c.task || !slices.Equal(got.Classes, c.classes) {
			t.Errorf("target of %T: %s %v, want %s %v", c.values, got.Task, got.Classes, c.task, c.classes)
		}
	}
}

func TestSameSeedSameCurve(t *testing.T) {
	tab := mixed(t, 200)
	s := engine.Spec{Family: "mlp", Target: "species", Dropout: 0.3, Epochs: 5, Seed: 11}
	first, second := fit(t, tab, s), fit(t, tab, s)
	if diff := cmp.Diff(curve(first), curve(second)); diff != "" {
		t.Errorf("two trainings with one seed differ:\n%s", diff)
	}
	s.Seed = 12
	if cmp.Equal(curve(first), curve(fit(t, tab, s))) {
		t.Error("another seed gives the same curve")
	}
}

func curve(r *engine.Result) []map[string]float64 {
	var out []map[string]float64
	for _, p := range r.History {
		out = append(out, p.Metrics)
	}
	return out
}

// TestEarlyStopping trains on noise, where the validation loss soon gets worse:
// the model must be the one of the best epoch.
func TestEarlyStopping(t *testing.T) {
	n := 120
	tab := table(t, column{"a", normal(1, n)}, column{"b", normal(2, n)}, column{"y", normal(3, n)})
	r := fit(t, tab, engine.Spec{Family: "mlp", Target: "y", LearningRate: 0.02, Epochs: 300, Patience: 5})
	if r.Stopped != engine.StoppedEarly || len(r.History) != r.BestEpoch+5 {
		t.Fatalf("stopped %q after %d epochs with the best in %d, want early, 5 after the best", r.Stopped, len(r.History), r.BestEpoch)
	}
	best := math.Inf(1)
	for _, p := range r.History {
		best = min(best, p.Metrics["validation/loss"])
	}
	if r.Metrics["validation/loss"] != best {
		t.Errorf("Metrics has validation loss %g, the best was %g", r.Metrics["validation/loss"], best)
	}
	again := fit(t, tab, engine.Spec{Family: "mlp", Target: "y", LearningRate: 0.02, Epochs: r.BestEpoch, Patience: -1})
	if diff := cmp.Diff(answers(t, again.Model, tab), answers(t, r.Model, tab)); diff != "" {
		t.Errorf("the kept model is not that of epoch %d:\n%s", r.BestEpoch, diff)
	}
}

func TestInterrupt(t *testing.T) {
	tab := mixed(t, 200)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := engine.Fit(ctx, tab, engine.Spec{Family: "mlp", Target: "species", Epochs: 1000000, Patience: -1}, func(p engine.Progress) error {
		if p.Epoch == 3 {
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Stopped != engine.StoppedInterrupted || len(r.History) != 3 {
		t.Errorf("stopped %q after %d epochs, want interrupted after 3", r.Stopped, len(r.History))
	}
	if got := len(answers(t, r.Model, tab)); got != 600 {
		t.Errorf("the interrupted model gives %d probabilities, want 600", got)
	}
	if _, err := engine.Fit(ctx, tab, engine.Spec{Family: "mlp", Target: "species"}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Fit with a cancelled context = %v, want context.Canceled", err)
	}
}

func TestDiverged(t *testing.T) {
	r, tab := load(t)
	_, err := engine.Fit(t.Context(), tab, engine.Spec{Family: "linear", Target: "y", Features: abc, Optimizer: "sgd", LearningRate: 1e9}, nil)
	if !errors.Is(err, engine.ErrDiverged) || !strings.Contains(err.Error(), "epoch") || !strings.Contains(err.Error(), "step") {
		t.Errorf("Fit with a wild learning rate = %v, want ErrDiverged with epoch and step", err)
	}
	if !strings.Contains(hint.Of(err), "learning rate") {
		t.Errorf("hint %q does not name the learning rate", hint.Of(err))
	}
	_ = r
}

func TestBadSpecs(t *testing.T) {
	tab := mixed(t, 60)
	for _, c := range []struct {
		spec       engine.Spec
		want, help string
	}{
		{engine.Spec{Family: "mlp"}, "no target column", "--target"},
		{engine.Spec{Family: "mlp", Target: "specis"}, "bill, flipper, grown, island, species", "species"},
		{engine.Spec{Family: "mpl", Target: "species"}, `no family "mpl"; have linear, logistic, mlp`, "mlp"},
		{engine.Spec{Family: "linear", Target: "species"}, "asks for multiclass", "logistic and mlp"},
		{engine.Spec{Family: "linear", Target: "species", Task: engine.Multiclass}, "does not do multiclass", "logistic"},
		{engine.Spec{Family: "mlp", Target: "species", Task: engine.Regression}, "its values are text", "classification"},
		{engine.Spec{Family: "mlp", Target: "species", Task: engine.Binary}, "it has 3 classes", "multiclass"},
		{engine.Spec{Family: "mlp", Target: "species", Features: []string{"species"}}, "both target and feature", ""},
		{engine.Spec{Family: "mlp", Target: "species", Features: []string{"bil"}}, `feature column "bil"`, "bill"},
		{engine.Spec{Family: "mlp", Target: "species", Optimizer: "adm"}, `no optimizer "adm"`, "adam"},
		{engine.Spec{Family: "mlp", Target: "species", LearningRate: -1}, "learning_rate is -1", ""},
		{engine.Spec{Family: "mlp", Target: "species", Validation: 2}, "validation is 2", ""},
	} {
		_, err := engine.Fit(t.Context(), tab, c.spec, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(hint.Of(err), c.help) {
			t.Errorf("Fit(%+v) = %v (hint %q), want %q (hint %q)", c.spec, err, hint.Of(err), c.want, c.help)
		}
	}
}

// TestMissingAndUnknown holds that a model answers for rows with missing values
// and with categories that it has never seen, and leaves rows without a target out.
func TestMissingAndUnknown(t *testing.T) {
	t.Setenv(xla.PluginEnv, xla.None) // its numbers do not depend on the backend
	island := make([]string, 100)
	species := make([]string, 100)
	for i := range island {
		island[i], species[i] = []string{"Dream", "Biscoe"}[i%2], []string{"Adelie", "Gentoo"}[i%2]
	}
	species[0], species[1] = "", ""
	tab := table(t, column{"bill", normal(1, 100)}, column{"island", island}, column{"species", species})
	r := fit(t, tab, engine.Spec{Family: "logistic", Target: "species"})
	if r.TrainRows+r.ValidRows != 98 || len(r.Notices) == 0 || !strings.Contains(r.Notices[0], "2 of 100") {
		t.Errorf("rows %d + %d, notices %v; want 98 rows and a notice of the other 2", r.TrainRows, r.ValidRows, r.Notices)
	}
	odd := table(t, column{"island", []string{"Anvers", "", "Biscoe"}}, column{"bill", []float64{math.NaN(), 0, math.Inf(1)}})
	got := answers(t, r.Model, odd)
	for i, p := range got {
		if math.IsNaN(p) || p < 0 || p > 1 {
			t.Errorf("probability %d = %g", i, p)
		}
	}
	if got[4] > 0.2 {
		t.Errorf("probability of Adelie on Biscoe = %g, want little", got[4])
	}
	_, err := r.Model.Predict(t.Context(), table(t, column{"bill", normal(1, 3)}, column{"iland", make([]string, 3)}))
	if err == nil || !strings.Contains(err.Error(), `"island"`) || !strings.Contains(hint.Of(err), "iland") {
		t.Errorf("Predict without a feature = %v (hint %q), want it named, and the nearest", err, hint.Of(err))
	}
}

// TestClock holds that speed and remaining time come from the Spec's clock.
func TestClock(t *testing.T) {
	t.Setenv(xla.PluginEnv, xla.None) // its numbers do not depend on the backend
	at := time.Unix(0, 0)
	r := fit(t, mixed(t, 80), engine.Spec{Family: "mlp", Target: "species", Epochs: 4, Now: func() time.Time {
		at = at.Add(time.Second)
		return at
	}})
	// The clock is read after the first step and after each epoch: three steps in two seconds.
	p := r.History[1]
	if p.StepsPerSecond != 1.5 || p.Remaining.Round(time.Millisecond) != 2667*time.Millisecond {
		t.Errorf("after 2 of 4 epochs of 2 steps: %g steps/s, %s remaining; want 1.5 and 2.667s", p.StepsPerSecond, p.Remaining)
	}
}
