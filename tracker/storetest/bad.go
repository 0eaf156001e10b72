package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// badTests are what nobody should send and somebody does.
var badTests = []test{
	{"LongNames", func(t *testing.T, s tracker.Store) {
		long, most := strings.Repeat("n", 1<<20), strings.Repeat("é", tracker.MaxName/2)
		r := must(t, s, tracker.Run{ID: "r", Name: most, Experiment: most, Params: map[string]any{most: 1}, Tags: map[string]string{most: long}})
		ok(t, s.Log(t.Context(), r.ID, point(most, 1, 1)))
		d, n, err := s.Blobs().Put(t.Context(), strings.NewReader("x"))
		ok(t, err)
		ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: r.ID, Name: most, Digest: d, Size: n}))
		try := func(what string, f func(context.Context) error) {
			t.Helper()
			err := f(t.Context())
			if err == nil || len(err.Error()) > 500 || !strings.Contains(err.Error(), "1048576 bytes") || hint.Of(err) == "" {
				t.Errorf("%s with a name of 1 MB = %.600v (hint: %s); want a short error with the length", what, err, hint.Of(err))
			}
		}
		create := func(r tracker.Run) func(context.Context) error {
			return func(ctx context.Context) error { _, err := s.CreateRun(ctx, r); return err }
		}
		try("CreateRun(name)", create(tracker.Run{Name: long}))
		try("CreateRun(id)", create(tracker.Run{ID: long}))
		try("CreateRun(experiment)", create(tracker.Run{Experiment: long}))
		try("CreateRun(param)", create(tracker.Run{Params: map[string]any{long: 1}}))
		try("CreateRun(tag)", create(tracker.Run{Tags: map[string]string{long: "1"}}))
		try("Log", func(ctx context.Context) error { return s.Log(ctx, r.ID, point("short", 1, 1), point(long, 1, 1)) })
		try("SetParams", func(ctx context.Context) error {
			return s.SetParams(ctx, r.ID, map[string]any{"a": 1, long: 1})
		})
		try("SetTags", func(ctx context.Context) error {
			return s.SetTags(ctx, r.ID, map[string]string{"a": "1", long: "1"})
		})
		try("AddArtifact", func(ctx context.Context) error {
			return s.AddArtifact(ctx, tracker.Artifact{Run: r.ID, Name: long, Digest: d})
		})
		try("PutDataset", func(ctx context.Context) error {
			_, err := s.PutDataset(ctx, tracker.DatasetVersion{Name: long, Digest: d})
			return err
		})
		try("PutModel", func(ctx context.Context) error {
			_, err := s.PutModel(ctx, tracker.Model{Name: long, Digest: d})
			return err
		})
		got, err := s.Run(t.Context(), "r")
		ok(t, err)
		same(t, "params", map[string]any{most: int64(1)}, got.Params)
		same(t, "metrics", map[string]float64{most: 1}, got.Metrics)
		same(t, "tags", map[string]string{most: long}, got.Tags)
	}},
	{"LongParameter", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		long := strings.Repeat("0123456789\n\"é", 1<<20) // 14 MB; bench/tracker/wide tries 100 MB
		ok(t, s.SetParams(t.Context(), r.ID, map[string]any{"config": long}))
		got, err := s.Run(t.Context(), r.ID)
		ok(t, err)
		if got.Params["config"] != long {
			t.Error("a parameter of 14 MB is read back as another")
		}
	}},
	{"ManyMetrics", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		const n = 7001 // more than one transaction closes or removes
		var pts []tracker.Point
		for i := range n {
			pts = append(pts, point(fmt.Sprintf("m%d", i), 1, float64(i)))
		}
		pts = append(pts, point("", 1, -1))
		ok(t, s.Log(t.Context(), r.ID, pts...))
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		got, err := s.Run(t.Context(), r.ID)
		ok(t, err)
		if len(got.Metrics) != n+1 || got.Metrics["m6999"] != 6999 || got.Metrics[""] != -1 {
			t.Errorf("the run has %d metrics, want %d", len(got.Metrics), n+1)
		}
		same(t, "found by the last", r.ID, ids(t, s, parsed(t, "metrics.m7000 = 7000 and metrics.m0 < 1")))
		found, err := s.Check(t.Context(), nil)
		ok(t, err)
		same(t, "problems", []tracker.Problem(nil), found)
		ok(t, s.DeleteRun(t.Context(), r.ID))
		ok(t, s.PurgeRun(t.Context(), r.ID))
		same(t, "runs after PurgeRun", "", ids(t, s, tracker.Query{View: tracker.AllRuns}))
	}},
	{"ClosedAndUnknownRuns", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		for id, want := range map[string]error{r.ID: tracker.ErrFinished, "nobody": tracker.ErrNotFound} {
			for call, err := range map[string]error{
				"Log":       s.Log(t.Context(), id, point("m", 1, 1)),
				"SetParams": s.SetParams(t.Context(), id, map[string]any{"a": 1}),
				"FinishRun": s.FinishRun(t.Context(), id, tracker.Finished, ""),
			} {
				wantErr(t, call+"("+id+")", err, want)
				if err == nil || !strings.Contains(err.Error(), id) || hint.Of(err) == "" {
					t.Errorf("%s(%s) = %v (hint: %s), want the run and what to do", call, id, err, hint.Of(err))
				}
			}
		}
		pts, err := s.Points(t.Context(), r.ID, "m")
		ok(t, err)
		same(t, "points of the closed run", []tracker.Point(nil), pts)
	}},
}
