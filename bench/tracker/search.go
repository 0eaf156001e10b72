package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// searched is how many runs the searches look among.
const searched = 100_000

// A hunt is a filter, and how many runs it may find; mlflow.py has the same.
type hunt struct{ name, filter string }

var hunts = []hunt{
	{"1,000 of 100,000 runs: one metric", "metrics.auc > 0.9"},
	{"1,000 of 100,000 runs: metric, parameter, tag", `metrics.auc > 0.5 and params.lr = "0.01" and tags.team = "x"`},
	{"1,000 of 100,000 runs: those, the best first", `metrics.auc > 0.5 and params.lr = "0.01" and tags.team = "x" order by metrics.loss`},
	{"the newest 1,000 of 100,000 runs", ""},
	{"1,000 of 100,000 runs: or, not, numbers, a null test", `(metrics.auc > 0.9 or params.lr < 0.002) and not tags.team = "x" and metrics.extra is null order by metrics.loss`},
	{"1,000 of 100,000 runs: five wide comparisons", "metrics.auc > 0.3 and metrics.loss < 0.7 and metrics.f1 > 0.3 and params.dropout > 0.3 and tags.team != 'x'"},
}

// searching fills a store with 100,000 closed runs of 5 metrics, 8 parameters
// and 2 tags and finds 1,000 of them, with all that a list of them shows.
func searching(ctx context.Context, path string, _ int, out map[string]float64) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	src := tracker.Capture(".")
	rng := rand.New(rand.NewPCG(1, 1))
	for range searched {
		if err := history(ctx, s, src, rng); err != nil {
			return err
		}
	}
	for _, h := range hunts {
		if err := median(out, h.name, func() error { return find(ctx, s, h) }); err != nil {
			return err
		}
	}
	if err := s.Close(); err != nil {
		return err
	}
	st, err := os.Stat(path)
	if err == nil {
		out["database of 100,000 runs"] = float64(st.Size()) / 1e6
	}
	return err
}

func find(ctx context.Context, s *sqlite.Store, h hunt) error {
	q, err := search.Parse(h.filter)
	if err != nil {
		return err
	}
	runs, err := s.Runs(ctx, tracker.Query{Where: q.Where, Order: q.Order, Limit: 1000})
	if err != nil {
		return err
	}
	for i, r := range runs {
		if len(runs) != 1000 || len(r.Metrics) != 5 || len(r.Params) != 8 || len(r.Tags) != 2 || !search.Match(q.Where, tracker.Facts{Run: r}) ||
			i > 0 && search.Before(q.Order, tracker.Facts{Run: runs[i-1]}, tracker.Facts{Run: r}) > 0 {
			return fmt.Errorf("search %s: %d runs, of which %d is wrong: %+v", h.filter, len(runs), i, r)
		}
	}
	return nil
}

// history is one run that has ended.
func history(ctx context.Context, s *sqlite.Store, src tracker.Source, rng *rand.Rand) error {
	r, err := s.CreateRun(ctx, tracker.Run{Source: src, Kind: "train",
		Params: map[string]any{"lr": []float64{0.1, 0.03, 0.01, 0.003, 0.001}[rng.IntN(5)], "batch": 32 << rng.IntN(3), "family": []string{"mlp", "logistic"}[rng.IntN(2)],
			"epochs": rng.IntN(100), "hidden": []int{64, 32}, "data": "wine@v3", "target": "quality", "dropout": rng.Float64()},
		Tags: map[string]string{"team": []string{"x", "y", "z"}[rng.IntN(3)], "owner": fmt.Sprint("person ", rng.IntN(50))}})
	if err != nil {
		return err
	}
	var pts []tracker.Point
	for _, m := range []string{"auc", "loss", "f1", "accuracy", "validation/loss"} {
		pts = append(pts, tracker.Point{Metric: m, Value: rng.Float64()})
	}
	if err := s.Log(ctx, r.ID, pts...); err != nil {
		return err
	}
	return s.FinishRun(ctx, r.ID, tracker.Finished, "")
}
