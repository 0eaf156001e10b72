package compare_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// curveStore has a run with points of each metric every 10 steps and half a
// second.
func curveStore(t *testing.T, params map[string]any, metrics map[string][]float64) (tracker.Store, tracker.Run) {
	t.Helper()
	s := mem.New(mem.Options{Now: func() time.Time { return began }})
	r, err := s.CreateRun(t.Context(), tracker.Run{Name: "r", Params: params})
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range metrics {
		for i, v := range values {
			p := tracker.Point{Metric: name, Step: int64(10 * (i + 1)), Time: began.Add(time.Duration(i+1) * time.Second / 2), Value: v}
			if err := s.Log(t.Context(), r.ID, p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r, err = s.Run(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	return s, r
}

func curves(t *testing.T, s tracker.Store, r tracker.Run, metric string, o compare.CurveOptions) []compare.Curve {
	t.Helper()
	got, err := compare.Curves(t.Context(), s, []tracker.Run{r}, metric, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCurves(t *testing.T) {
	s, r := curveStore(t, nil, map[string][]float64{"loss": {4, 2, 1}, "loss{subset=val}": {5, 3}, "epoch": {0.5, 1, 2}, "one": {1}})
	loss := func(x ...float64) compare.Curve { return compare.Curve{Metric: "loss", X: x, Y: []float64{4, 2, 1}} }
	val := func(x ...float64) compare.Curve {
		return compare.Curve{Metric: "loss{subset=val}", X: x, Y: []float64{5, 3}}
	}
	for _, c := range []struct {
		metric, x string
		want      []compare.Curve
	}{
		{"loss", "", []compare.Curve{loss(10, 20, 30), val(10, 20)}},
		{"loss", compare.Time, []compare.Curve{loss(0.5, 1, 1.5), val(0.5, 1)}},
		{"loss", compare.Epoch, []compare.Curve{loss(0.5, 1, 2), val(0.5, 1)}},
		{"loss{subset=val}", compare.Step, []compare.Curve{val(10, 20)}},
		{"one", "", nil}, {"none", "", nil},
	} {
		if diff := cmp.Diff(c.want, curves(t, s, r, c.metric, compare.CurveOptions{X: c.x})); diff != "" {
			t.Errorf("Curves(%s over %s) mismatch (-want +got):\n%s", c.metric, c.x, diff)
		}
	}
}

// The values are those of TensorBoard's line chart (resmooth in
// tf_line_chart_data_loader): last = last*w + (1-w)*v; shown = last/(1-w^n),
// worked out by hand for w = 0.6; what is not finite is shown as it is.
func TestSmooth(t *testing.T) {
	s, r := curveStore(t, nil, map[string][]float64{"loss": {1, 2, math.NaN(), 4}})
	got := curves(t, s, r, "loss", compare.CurveOptions{Smooth: 0.6})[0]
	want := []float64{1, (0.24 + 0.8) / (1 - 0.36), math.NaN(), (0.6*(0.24+0.8) + 1.6) / (1 - 0.216)}
	if diff := cmp.Diff(want, got.Smooth, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("smooth mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{1, 2, math.NaN(), 4}, got.Y, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("the raw curve is not behind it:\n%s", diff)
	}
}

// Of very many points a place shows its extremes, over steps and over time.
func TestCurveOfManyPoints(t *testing.T) {
	values := make([]float64, 1000)
	values[500], values[501] = 9, -9
	s, r := curveStore(t, nil, map[string][]float64{"loss": values})
	for _, x := range []string{compare.Step, compare.Time} {
		got := curves(t, s, r, "loss", compare.CurveOptions{X: x, Places: 20})[0]
		low, high := 0.0, 0.0
		for _, y := range got.Y {
			low, high = min(low, y), max(high, y)
		}
		if len(got.X) > 60 || low != -9 || high != 9 {
			t.Errorf("over %s: %d points from %v to %v, want at most 60 with both extremes", x, len(got.X), low, high)
		}
	}
}

func TestEpochOfSteps(t *testing.T) {
	s, r := curveStore(t, map[string]any{"epochs": int64(30)}, map[string][]float64{"loss": {3, 2, 1}})
	if got := curves(t, s, r, "loss", compare.CurveOptions{X: compare.Epoch})[0].X; !cmp.Equal(got, []float64{10, 20, 30}) {
		t.Errorf("epochs of a run that steps by epochs: %v", got)
	}
	s, r = curveStore(t, map[string]any{"epochs": int64(2)}, map[string][]float64{"loss": {3, 2, 1}})
	_, err := compare.Curves(t.Context(), s, []tracker.Run{r}, "loss", compare.CurveOptions{X: compare.Epoch})
	if err == nil || !strings.Contains(hint.Of(err), "log a metric named epoch") {
		t.Errorf("epochs of a run that has none: %v, hint %q", err, hint.Of(err))
	}
}

func TestCurveOptions(t *testing.T) {
	for _, o := range []compare.CurveOptions{{X: "steps"}, {Smooth: 1}, {Smooth: -0.1}, {Smooth: math.NaN()}} {
		if err := o.Check(); err == nil || hint.Of(err) == "" {
			t.Errorf("Check(%+v) = %v, want an error with a hint", o, err)
		}
	}
}
