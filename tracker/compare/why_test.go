package compare_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// kept puts runs into a store and gives them as they are there.
func kept(t *testing.T, s tracker.Store, runs ...tracker.Run) []tracker.Run {
	t.Helper()
	var out []tracker.Run
	for _, r := range runs {
		metrics, status := r.Metrics, r.Status
		r.Metrics, r.Status = nil, ""
		r, err := s.CreateRun(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range metrics {
			if err := s.Log(t.Context(), r.ID, tracker.Point{Metric: name, Step: 1, Value: v}); err != nil {
				t.Fatal(err)
			}
		}
		if status != tracker.Running {
			if err := s.FinishRun(t.Context(), r.ID, status, ""); err != nil {
				t.Fatal(err)
			}
		}
		if r, err = s.Run(t.Context(), r.ID); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// why explains loss in runs of a store.
func why(t *testing.T, s tracker.Store, runs ...tracker.Run) (*compare.Comparison, *compare.Why) {
	t.Helper()
	c, err := compare.Read(t.Context(), s, runs, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := compare.Explain(t.Context(), s, c, "loss"); err != nil {
		t.Fatal(err)
	}
	return c, c.Why
}

func params(kv ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i < len(kv); i += 2 {
		out[kv[i].(string)] = kv[i+1]
	}
	return out
}

// Of a grid over lr and hidden, lr takes 0.5 off the loss and hidden 0.1: the
// two corners differ in both, and the pairs tell them apart.
func TestWhyRanksByPairs(t *testing.T) {
	s := mem.New(mem.Options{})
	var corners []tracker.Run
	for _, lr := range []float64{0.1, 0.01} {
		for _, hidden := range []int64{8, 16} {
			base := 1.0
			if lr == 0.01 {
				base -= 0.5
			}
			if hidden == 16 {
				base -= 0.1
			}
			spread := 0.01 * base
			got := kept(t, s, seeds(fmt.Sprintf("r%v-%d-", lr, hidden), params("lr", lr, "hidden", hidden), base-spread, base, base+spread)...)
			if lr == 0.1 && hidden == 8 || lr == 0.01 && hidden == 16 {
				corners = append(corners, got...)
			}
		}
	}
	c, w := why(t, s, corners...)
	if len(w.Gaps) != 1 || w.Gaps[0].Verdict != compare.Beyond || w.Runs != 12 {
		t.Errorf("gaps %+v over %d runs, want one beyond the noise over 12", w.Gaps, w.Runs)
	}
	gaps, noise, facets := w.Lines(c)
	want := []string{
		"lr 0.1 -> 0.01: goes with -0.5 on average in 6 pairs of runs that differ in it alone, 95 % interval -0.505 to -0.495",
		"hidden 8 -> 16: goes with -0.1 on average in 6 pairs of runs that differ in it alone, 95 % interval -0.101 to -0.0991",
	}
	if diff := cmp.Diff(want, facets); diff != "" {
		t.Errorf("facets mismatch (-want +got):\n%s", diff)
	}
	if !strings.Contains(noise, "are within 0.0") || !strings.Contains(noise, "(12 runs in 4 groups)") {
		t.Errorf("noise: %s", noise)
	}
	if len(gaps) != 1 || !strings.Contains(gaps[0], "(paired, 3 seeds of each): more than the noise of seeds") {
		t.Errorf("gaps: %q", gaps)
	}
}

func TestWhyWithinNoise(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := kept(t, s, append(seeds("a", params("lr", 0.1), 1, 1.2, 0.9), seeds("b", params("lr", 0.2), 1.1, 1.0, 0.95)...)...)
	c, w := why(t, s, runs...)
	if w.Gaps[0].Verdict != compare.Within || w.Gaps[0].Seeds < 10 {
		t.Errorf("gap %+v, want within the noise and a number of seeds that would show it", w.Gaps[0])
	}
	gaps, _, facets := w.Lines(c)
	if !strings.Contains(gaps[0], "(paired, 3 seeds of each): within the noise of seeds; with ") {
		t.Errorf("gap: %s", gaps[0])
	}
	if len(facets) != 1 || !strings.Contains(facets[0], "within the noise") {
		t.Errorf("facets: %q", facets)
	}
}

// A difference that is the same with every seed has no interval, and is told from
// noise.
func TestWhyOfTheSameGap(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := kept(t, s, append(seeds("a", params("lr", 0.1), 1, 2), seeds("b", params("lr", 0.2), 1.5, 2.5)...)...)
	c, w := why(t, s, runs...)
	gaps, _, _ := w.Lines(c)
	if w.Gaps[0].Verdict != compare.Beyond || !strings.HasSuffix(gaps[0], ": +0.5, the same with every seed: more than the noise of seeds") {
		t.Errorf("gap %+v: %s", w.Gaps[0], gaps[0])
	}
}

// A method that draws no random numbers gives the same for every seed.
func TestWhyOfNoSpread(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := kept(t, s, append(seeds("a", params("lr", 0.1), 1, 1), seeds("b", params("lr", 0.2), 2, 2)...)...)
	c, w := why(t, s, runs...)
	gaps, _, _ := w.Lines(c)
	if w.Gaps[0].Verdict != compare.Beyond || gaps[0] != "b1 +1 - a1 +1: +1; the repeats do not spread: seeds change nothing here" {
		t.Errorf("gap %+v: %s", w.Gaps[0], gaps[0])
	}
}

// Without repeats it cannot be told, and one pair is not evidence of anything.
func TestWhyWithoutRepeats(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := kept(t, s, run("a", 1, params("lr", 0.1), map[string]float64{"loss": 1}), run("b", 1, params("lr", 0.2), map[string]float64{"loss": 2}))
	c, w := why(t, s, runs...)
	gaps, noise, facets := w.Lines(c)
	want := []string{"b - a: +1; not repeated with other seeds: it cannot be told from the noise of seeds; run 5 seeds of each",
		"lr 0.1 -> 0.2: goes with +1 in the one pair of runs that differs in it alone; one pair does not tell it from noise"}
	if diff := cmp.Diff(want, append(gaps, facets...)); diff != "" || noise != "" || w.Facets[0].Clear {
		t.Errorf("mismatch (-want +got), noise %q, clear %v:\n%s", noise, w.Facets[0].Clear, diff)
	}
}

// What always changed together cannot be told apart, however many runs there are.
func TestWhyConfounded(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := kept(t, s, append(seeds("a", params("lr", 0.1, "hidden", int64(8)), 1, 1.1, 0.9, 1), seeds("b", params("lr", 0.2, "hidden", int64(16)), 3, 3.1, 3, 2.9)...)...)
	c, w := why(t, s, runs...)
	_, _, facets := w.Lines(c)
	for _, f := range w.Facets {
		if f.Clear {
			t.Errorf("%s is clear", f.Title)
		}
	}
	if len(facets) != 2 || !strings.Contains(facets[0], "changes together with lr") || !strings.Contains(facets[1], "changes together with hidden") {
		t.Errorf("facets: %q", facets)
	}
}

// search keeps runs of a random search in which the loss goes with lr alone,
// and every run has its own noise.
func search(t *testing.T, s tracker.Store, r *rand.Rand, n int, effect float64) []tracker.Run {
	var runs []tracker.Run
	for i := range n {
		lr, hidden := r.Float64(), int64(r.IntN(100))
		p := params("lr", lr, "hidden", hidden, "act", []string{"relu", "tanh", "gelu"}[r.IntN(3)], "dropout", r.Float64(), "batch", int64(1+r.IntN(8)))
		runs = append(runs, run(fmt.Sprintf("s%d", i), int64(i+1), p, map[string]float64{"loss": effect*lr + r.NormFloat64()}))
	}
	return kept(t, s, runs...)
}

func TestWhyOfRandomSearch(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := search(t, s, rand.New(rand.NewPCG(1, 2)), 60, 8)
	for _, of := range [][]tracker.Run{runs[:2], runs} {
		_, w := why(t, s, of...)
		first := w.Facets[0]
		if first.Name != "lr" || first.Basis != compare.Varied || !first.Clear || first.Rho < 0.7 || first.Runs != 60 {
			t.Errorf("of %d runs the first finding is %+v, want a clear rank correlation of lr", len(of), first)
		}
		for _, f := range w.Facets[1:] {
			if f.Clear {
				t.Errorf("of %d runs %s is clear too: %+v", len(of), f.Title, f)
			}
		}
	}
}

// A learning rate is best in the middle, which ranks do not see.
func TestWhySeesAnOptimum(t *testing.T) {
	s := mem.New(mem.Options{})
	r := rand.New(rand.NewPCG(8, 9))
	var runs []tracker.Run
	for i := range 60 {
		x := 2*r.Float64() - 1
		runs = append(runs, run(fmt.Sprintf("s%d", i), int64(i+1), params("lr", x, "dropout", r.Float64()), map[string]float64{"loss": 4*x*x + r.NormFloat64()/2}))
	}
	_, w := why(t, s, kept(t, s, runs...)...)
	first := w.Facets[0]
	if first.Name != "lr" || !first.Clear || first.Explained < 0.5 || !strings.HasPrefix(first.Where, "lowest in -0.") || !strings.Contains(first.Evidence(w.Noise), "between fifths, lowest in -0.") {
		t.Errorf("first finding %+v: %s", first, first.Evidence(w.Noise))
	}
	if w.Facets[1].Clear {
		t.Errorf("dropout is clear: %+v", w.Facets[1])
	}
}

// Where nothing goes with the metric, the limit on chance holds for all
// findings of a comparison together: 5 of 100 comparisons have one.
func TestWhySeesNothingInNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	wrong := 0
	for range 200 {
		s := mem.New(mem.Options{})
		runs := search(t, s, r, 24, 0)
		_, w := why(t, s, runs[:2]...)
		for _, f := range w.Facets {
			if f.Clear && f.Kind != compare.FacetSeed {
				wrong++
				break
			}
		}
	}
	if wrong > 20 {
		t.Errorf("%d of 200 comparisons of noise have a clear finding, want about 10", wrong)
	}
}

// A number with more than two values: pairs of the least and the most.
func TestWhyOfSweep(t *testing.T) {
	s := mem.New(mem.Options{})
	var list []tracker.Run
	for i, lr := range []float64{0.1, 0.2, 0.4} {
		list = append(list, run(fmt.Sprintf("r%d", i), 1, params("lr", lr), map[string]float64{"loss": 1 - lr}))
	}
	list = append(list, run("other", 1, params("lr", 0.1, "act", "tanh"), map[string]float64{"loss": 5}))
	_, w := why(t, s, kept(t, s, list...)...)
	_, _, facets := w.Lines(compare.Of(list, compare.Options{}))
	want := []string{
		"act - -> tanh: goes with +4.1 in the one pair of runs that differs in it alone; one pair does not tell it from noise",
		"lr (3 values, 0.1 … 0.4): goes with -0.3 from the least to the most in the one pair of runs that differs in it alone; one pair does not tell it from noise",
	}
	if diff := cmp.Diff(want, facets); diff != "" {
		t.Errorf("facets mismatch (-want +got):\n%s", diff)
	}
}

// Runs that read two versions of a dataset, one column of which differs, with a
// cell that differs too.
func TestWhyOfDataAndCode(t *testing.T) {
	s := mem.New(mem.Options{})
	column := func(name, content string) tracker.Column {
		return tracker.Column{Name: name, Type: "float64", Digest: tracker.Digest("sha256:" + content)}
	}
	for v, cols := range [][]tracker.Column{{column("x", "1"), column("y", "1")}, {column("x", "2"), column("y", "1")}} {
		if _, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "wine", Digest: tracker.Digest(fmt.Sprintf("sha256:%064d", v)), Rows: 10, Columns: cols}); err != nil {
			t.Fatal(err)
		}
	}
	var runs []tracker.Run
	for i, of := range []struct {
		data, code string
		loss       float64
	}{{"wine@v1", "depth := 1", 1}, {"wine@v2", "depth := 1", 3}, {"wine@v2", "depth := 2", 3.1}, {"wine@v1", "depth := 1", 1.2}, {"wine@v2", "depth := 2", 3.2}} {
		r := run(fmt.Sprintf("r%d", i), int64(1+i/3), params("data", of.data), map[string]float64{"loss": of.loss})
		r.Source.Cells = []tracker.Cell{{Count: 4, CellID: "c", Code: of.code}}
		r = kept(t, s, r)[0]
		edge := tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: of.data}, To: tracker.Node{Kind: tracker.KindRun, ID: r.ID}, Role: "train"}
		if err := s.AddEdges(t.Context(), edge); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, r)
	}
	c, w := why(t, s, runs[0], runs[2])
	var lines []string
	for _, f := range w.Facets {
		lines = append(lines, fmt.Sprintf("%s %.3g %s", f.What(), f.Effect, f.Basis))
	}
	want := []string{"data wine, column x (changed) 2 alone", "cell [4] (changed) 0.1 alone"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("findings mismatch (-want +got):\n%s", diff)
	}
	if len(c.Data) != 1 || c.Data[0].String() != "wine@v1 to wine@v2: 10 rows; changed x, 1 columns the same" {
		t.Errorf("data: %v", c.Data)
	}
	if len(c.Code) != 1 || c.Code[0].Text() != "--- cell [4]\n+++ cell [4]\n@@ -1 +1 @@\n-depth := 1\n+depth := 2" {
		t.Errorf("code: %q", c.Code[0].Text())
	}
}

func TestExplainRefuses(t *testing.T) {
	s := mem.New(mem.Options{})
	runs := kept(t, s, run("a", 1, params("lr", 1.0), map[string]float64{"x": 1}), run("b", 1, nil, map[string]float64{"loss": 2}))
	c := compare.Of(runs, compare.Options{})
	if err := compare.Explain(t.Context(), s, c, "loss"); err == nil || !strings.Contains(err.Error(), "a has no metric loss") {
		t.Errorf("Explain of a metric that the baseline lacks: %v", err)
	}
}
