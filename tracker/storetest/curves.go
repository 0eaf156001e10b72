package storetest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

// curveTests log curves that are long enough for a store to pack them.
var curveTests = []test{
	{"LongCurves", func(t *testing.T, s tracker.Store) {
		for name, size := range map[string]func(r *rand.Rand) int{
			"one at a time": func(*rand.Rand) int { return 1 },
			"hundreds":      func(r *rand.Rand) int { return 100 + r.IntN(400) },
			"mixed":         func(r *rand.Rand) int { return []int{1, 1, 3, 300, 1000, 5000}[r.IntN(6)] },
			"thousands":     func(*rand.Rand) int { return 9000 },
		} {
			r := rand.New(rand.NewPCG(7, uint64(len(name))))
			run := must(t, s, tracker.Run{})
			var want []tracker.Point
			for len(want) < 11_000 {
				var call []tracker.Point
				for range size(r) {
					p := point("loss", int64(len(want))-int64(r.IntN(3)), float64(r.Float32()))
					if r.IntN(50) == 0 {
						p.Value = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0}[r.IntN(4)]
					}
					want = append(want, p)
					call = append(call, p, point("other", p.Step, 1))
				}
				ok(t, s.Log(t.Context(), run.ID, call...))
			}
			compareCurve(t, s, name, run.ID, want)
			got, err := s.Run(t.Context(), run.ID)
			ok(t, err)
			same(t, name+": last value", want[len(want)-1].Value, got.Metrics["loss"])
			ok(t, s.FinishRun(t.Context(), run.ID, tracker.Finished, ""))
			compareCurve(t, s, name+", finished", run.ID, want)
			got, err = s.Run(t.Context(), run.ID)
			ok(t, err)
			same(t, name+": last value, finished", want[len(want)-1].Value, got.Metrics["loss"])
			ok(t, s.DeleteRun(t.Context(), run.ID))
		}
	}},
	{"BucketsOfLittle", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		got, err := s.Buckets(t.Context(), r.ID, "loss", 10)
		ok(t, err)
		same(t, "Buckets of nothing", 0, len(got))
		ok(t, s.Log(t.Context(), r.ID, point("loss", 5, 2), point("loss", 6, 1)))
		got, err = s.Buckets(t.Context(), r.ID, "loss", 10)
		ok(t, err)
		same(t, "Buckets", []series.Bucket{{First: 5, Last: 5, Count: 1, Min: 2, Max: 2, End: 2}, {First: 6, Last: 6, Count: 1, Min: 1, Max: 1, End: 1}}, got)
		_, err = s.Buckets(t.Context(), "nobody", "loss", 10)
		wantErr(t, "Buckets(nobody)", err, tracker.ErrNotFound)
	}},
}

// compareCurve reads a curve whole and as buckets.
func compareCurve(t *testing.T, s tracker.Store, name, run string, want []tracker.Point) {
	t.Helper()
	got, err := s.Points(t.Context(), run, "loss")
	ok(t, err)
	same(t, name, want, got)
	for _, n := range []int{1, 10, 1000, 100_000} {
		list, err := s.Buckets(t.Context(), run, "loss", n)
		ok(t, err)
		if len(list) > n || len(list) < min(n, len(want))/2 {
			t.Errorf("%s: %d buckets where at most %d were asked for", name, len(list), n)
		}
		from := 0
		for i, b := range list {
			exact := series.Bucket{}
			for _, p := range want[min(from, len(want)):min(from+b.Count, len(want))] {
				exact.Add(p.Step, p.Value)
			}
			if from += b.Count; !equalBuckets(exact, b) {
				t.Errorf("%s: bucket %d of %d is %+v, the points say %+v", name, i, len(list), b, exact)
			}
		}
		same(t, fmt.Sprintf("%s: points in %d buckets", name, n), len(want), from)
	}
}

func equalBuckets(a, b series.Bucket) bool {
	return a.First == b.First && a.Last == b.Last && a.Count == b.Count && a.NaNs == b.NaNs &&
		cmp.Compare(a.Min, b.Min) == 0 && cmp.Compare(a.Max, b.Max) == 0 && cmp.Compare(a.End, b.End) == 0
}
