package compare_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/tracker/compare"
)

// reference is testdata/intervals.json, which testdata/intervals.py wrote with
// scipy 1.17.1.
type reference struct {
	Two []struct {
		A, B          []float64
		Welch, Paired *struct{ Low, High, DF float64 }
	}
	Ranks []struct {
		X, Y   []float64
		Rho, P float64
	}
	Anova struct{ P float64 }
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/intervals.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestIntervals(t *testing.T) {
	near := cmpopts.EquateApprox(1e-9, 0)
	for i, c := range readReference(t).Two {
		got, ok := compare.WelchInterval(c.A, c.B)
		if !ok {
			t.Fatalf("WelchInterval(case %d) gives none", i)
		}
		if diff := cmp.Diff([]float64{c.Welch.Low, c.Welch.High, c.Welch.DF}, []float64{got.Low, got.High, got.DF}, near); diff != "" {
			t.Errorf("WelchInterval(case %d) low, high, df (-scipy +got):\n%s", i, diff)
		}
		if c.Paired == nil {
			continue
		}
		if got, ok = compare.PairedInterval(c.A, c.B); !ok {
			t.Fatalf("PairedInterval(case %d) gives none", i)
		}
		if diff := cmp.Diff([]float64{c.Paired.Low, c.Paired.High, c.Paired.DF}, []float64{got.Low, got.High, got.DF}, near); diff != "" {
			t.Errorf("PairedInterval(case %d) low, high, df (-scipy +got):\n%s", i, diff)
		}
	}
}

// Where nothing spreads, or too little was measured, there is no interval
// rather than one without width.
func TestNoInterval(t *testing.T) {
	for _, c := range []struct{ a, b []float64 }{
		{[]float64{1}, []float64{2, 3}}, {nil, []float64{2, 3}}, {[]float64{1, 1}, []float64{2, 2}}, {[]float64{1, math.Inf(1)}, []float64{2, 3}},
	} {
		if got, ok := compare.WelchInterval(c.a, c.b); ok {
			t.Errorf("WelchInterval(%v, %v) = %v, want none", c.a, c.b, got)
		}
	}
	if got, ok := compare.PairedInterval([]float64{1, 2}, []float64{2, 3}); ok {
		t.Errorf("PairedInterval of equal differences = %v, want none", got)
	}
}

func TestSpearman(t *testing.T) {
	for _, c := range readReference(t).Ranks {
		rho, p := compare.Spearman(c.X, c.Y)
		if diff := cmp.Diff([]float64{c.Rho, c.P}, []float64{rho, p}, cmpopts.EquateApprox(1e-9, 1e-12)); diff != "" {
			t.Errorf("Spearman(%v, %v) rho, p (-scipy +got):\n%s", c.X, c.Y, diff)
		}
	}
	if rho, _ := compare.Spearman([]float64{1, 1, 1}, []float64{1, 2, 3}); !math.IsNaN(rho) {
		t.Errorf("Spearman of what does not vary = %v, want NaN", rho)
	}
}

// Between and within are those of [1 2 3], [2 3 4], [5 6 7]: 26 and 6.
func TestFTest(t *testing.T) {
	want := readReference(t).Anova.P
	if got := compare.FTest(26, 6, 2, 6); math.Abs(got-want) > 1e-12 {
		t.Errorf("FTest(26, 6, 2, 6) = %v, scipy's f_oneway %v", got, want)
	}
}

// The sample sizes are those of the usual approximation by the normal
// distribution, 2(1.96+0.84)²(sd/diff)² = 16 (sd/diff)², and a little above.
func TestSeedsNeeded(t *testing.T) {
	for _, c := range []struct {
		diff, sd float64
		from, to int
	}{{1, 1, 16, 18}, {-0.5, 1, 63, 65}, {3, 1, 3, 4}, {1e-9, 1, 0, 0}} {
		if got := compare.SeedsNeeded(c.diff, c.sd); got < c.from || got > c.to {
			t.Errorf("SeedsNeeded(%v, %v) = %d, want %d to %d", c.diff, c.sd, got, c.from, c.to)
		}
	}
}
