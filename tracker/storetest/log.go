package storetest

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

func point(metric string, step int64, v float64) tracker.Point {
	return tracker.Point{Metric: metric, Step: step, Time: Epoch.Add(time.Duration(step)), Value: v}
}

var logTests = []test{
	{"PointsInOrder", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		want := []tracker.Point{point("loss", 3, 1), point("loss", 1, 2), point("loss", 1, 3), point("loss", -5, 4)}
		ok(t, s.Log(t.Context(), r.ID, want[0], point("acc", 9, 9), want[1]))
		ok(t, s.Log(t.Context(), r.ID, want[2]))
		ok(t, s.Log(t.Context(), r.ID))
		ok(t, s.Log(t.Context(), r.ID, want[3]))
		got, err := s.Points(t.Context(), r.ID, "loss")
		ok(t, err)
		same(t, "Points(loss)", want, got)
		columns, err := s.Curve(t.Context(), r.ID, "loss")
		ok(t, err)
		var all series.Stretch
		for _, p := range want {
			all.Append(p.Step, p.Time.UnixNano(), p.Value)
		}
		same(t, "Curve(loss)", all, columns)
		got, err = s.Points(t.Context(), r.ID, "nothing")
		ok(t, err)
		same(t, "Points(nothing)", []tracker.Point(nil), got)
		_, err = s.Points(t.Context(), "nobody", "loss")
		wantErr(t, "Points(nobody)", err, tracker.ErrNotFound)
	}},
	{"ValuesAreKeptExactly", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		values := []float64{0, math.Copysign(0, -1), 1, -1, 1.5, 0.1, math.Pi, 1e300, math.MaxFloat64, math.SmallestNonzeroFloat64,
			math.Inf(1), math.Inf(-1), math.NaN(), math.Float64frombits(0x7ff8dead00000001), 1 << 53, 1<<53 + 2, math.MaxInt64}
		for i, v := range values {
			ok(t, s.Log(t.Context(), r.ID, point("v", int64(i), v)))
		}
		got, err := s.Points(t.Context(), r.ID, "v")
		ok(t, err)
		for i, v := range values {
			if math.Float64bits(got[i].Value) != math.Float64bits(v) {
				t.Errorf("logged %v (%x), read %v (%x)", v, math.Float64bits(v), got[i].Value, math.Float64bits(got[i].Value))
			}
		}
	}},
	{"StepsAndTimesAreKeptExactly", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		east := time.FixedZone("east", 3600)
		at := time.Date(2026, 1, 2, 3, 4, 5, 999999999, east)
		ok(t, s.Log(t.Context(), r.ID, tracker.Point{Metric: "m", Step: math.MaxInt64, Time: at, Value: 1},
			tracker.Point{Metric: "m", Step: math.MinInt64, Value: 1}))
		got, err := s.Points(t.Context(), r.ID, "m")
		ok(t, err)
		same(t, "points", []tracker.Point{
			{Metric: "m", Step: math.MaxInt64, Time: at.UTC(), Value: 1},
			{Metric: "m", Step: math.MinInt64, Time: Epoch.Add(time.Second).Truncate(time.Microsecond), Value: 1},
		}, got)
		if got[0].Time.Location() != time.UTC {
			t.Errorf("time is in %s, want UTC", got[0].Time.Location())
		}
	}},
	{"LongBatch", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		var pts []tracker.Point
		for i := range 2345 {
			pts = append(pts, point(fmt.Sprintf("m%d", i%7), int64(i), float64(i)))
		}
		ok(t, s.Log(t.Context(), r.ID, pts...))
		n := 0
		for m := range 7 {
			got, err := s.Points(t.Context(), r.ID, fmt.Sprintf("m%d", m))
			ok(t, err)
			for i, p := range got {
				if want := int64(i*7 + m); p.Step != want {
					t.Fatalf("point %d of m%d has step %d, want %d", i, m, p.Step, want)
				}
			}
			n += len(got)
		}
		if n != len(pts) {
			t.Errorf("logged %d points, read %d", len(pts), n)
		}
	}},
	{"LogRefuses", func(t *testing.T, s tracker.Store) {
		wantErr(t, "Log(nobody)", s.Log(t.Context(), "nobody", point("m", 1, 1)), tracker.ErrNotFound)
		r := must(t, s, tracker.Run{})
		ok(t, s.Log(t.Context(), r.ID, point("m", 1, 1)))
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		wantErr(t, "Log(closed)", s.Log(t.Context(), r.ID, point("m", 2, 2)), tracker.ErrFinished)
		got, err := s.Points(t.Context(), r.ID, "m")
		ok(t, err)
		same(t, "points after a refused Log", []tracker.Point{point("m", 1, 1)}, got)
	}},
	{"OddMetricNames", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		for _, name := range []string{"", "validation/loss", "é 漢 \x00 'quote'", "Loss", "loss"} {
			ok(t, s.Log(t.Context(), r.ID, point(name, 1, 1)))
			got, err := s.Points(t.Context(), r.ID, name)
			ok(t, err)
			same(t, "Points("+name+")", []tracker.Point{point(name, 1, 1)}, got)
		}
	}},
}

var concurrencyTests = []test{
	{"ManyLoggers", func(t *testing.T, s tracker.Store) {
		const loggers, calls = 8, 50
		open, closed := must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		ok(t, s.FinishRun(t.Context(), closed.ID, tracker.Finished, ""))
		var wg sync.WaitGroup
		for g := range loggers {
			wg.Go(func() {
				for i := range calls {
					if err := s.Log(t.Context(), open.ID, point(fmt.Sprintf("m%d", g), int64(i), float64(i)), point("all", int64(i), 1)); err != nil {
						t.Errorf("Log = %v", err)
					}
					wantErr(t, "Log(closed)", s.Log(t.Context(), closed.ID, point("m", 1, 1)), tracker.ErrFinished)
				}
			})
		}
		wg.Wait()
		for g := range loggers {
			got, err := s.Points(t.Context(), open.ID, fmt.Sprintf("m%d", g))
			ok(t, err)
			if len(got) != calls || got[calls-1].Step != calls-1 {
				t.Errorf("logger %d: %d points, want %d in order", g, len(got), calls)
			}
		}
		if all, err := s.Points(t.Context(), open.ID, "all"); err != nil || len(all) != loggers*calls {
			t.Errorf("Points(all) = %d points, %v; want %d", len(all), err, loggers*calls)
		}
	}},
	{"ManyOfEverything", func(t *testing.T, s tracker.Store) {
		var wg sync.WaitGroup
		for g := range 6 {
			wg.Go(func() {
				r, err := s.CreateRun(t.Context(), full)
				if err == nil {
					err = s.SetTags(t.Context(), r.ID, map[string]string{"g": fmt.Sprint(g)})
				}
				if err == nil {
					_, err = s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "d", Digest: digest(byte('0' + g))})
				}
				if err == nil {
					_, err = s.Runs(t.Context(), tracker.Query{})
				}
				if err == nil {
					err = s.FinishRun(t.Context(), r.ID, tracker.Finished, "")
				}
				if err != nil {
					t.Errorf("worker %d: %v", g, err)
				}
			})
		}
		wg.Wait()
		runs, err := s.Runs(t.Context(), tracker.Query{Status: tracker.Finished})
		ok(t, err)
		ds, err := s.Datasets(t.Context())
		ok(t, err)
		if len(runs) != 6 || len(ds) != 6 || ds[5].Version != 6 {
			t.Errorf("%d runs and %d versions, want 6 of each", len(runs), len(ds))
		}
	}},
	{"CloseTwice", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		ok(t, s.Close())
		ok(t, s.Close())
		if err := s.Log(t.Context(), r.ID, point("m", 1, 1)); err == nil {
			t.Errorf("Log after Close = nil, want an error")
		}
		if _, err := s.Runs(t.Context(), tracker.Query{}); err == nil {
			t.Errorf("Runs after Close = nil, want an error")
		}
	}},
}
