package storetest

import (
	"math"
	"testing"

	"github.com/cellar-ml/cellar/tracker"
)

func cell(n int) tracker.Origin {
	return tracker.Origin{Session: "s", Count: n, CellID: "id", SHA256: "ab"}
}

var originTests = []test{
	{"OriginsOfEverything", func(t *testing.T, s tracker.Store) {
		one, two := tracker.From(t.Context(), cell(1)), tracker.From(t.Context(), cell(2))
		r, err := s.CreateRun(one, tracker.Run{Params: map[string]any{"a": 1}})
		ok(t, err)
		ok(t, s.SetParams(two, r.ID, map[string]any{"b": 1, "a": 1}))
		ok(t, s.SetParams(t.Context(), r.ID, map[string]any{"c": 1}))
		ok(t, s.Log(one, r.ID, point("loss", 1, 1), point("loss", 2, 2), point("acc", 1, 1)))
		ok(t, s.Log(two, r.ID, point("loss", 3, 3)))
		ok(t, s.Log(t.Context(), r.ID, point("loss", 4, 4), point("plain", 1, 1)))
		ok(t, s.Log(two, r.ID, point("plain", 2, 2)))
		got, err := s.Origins(t.Context(), r.ID)
		ok(t, err)
		want := tracker.Origins{Params: map[string]tracker.Origin{"a": cell(1), "b": cell(2)}, Metrics: map[string][]tracker.Span{
			"loss": {{First: 0, Origin: cell(1)}, {First: 2, Origin: cell(2)}, {First: 3}}, "acc": {{First: 0, Origin: cell(1)}},
			"plain": {{}, {First: 1, Origin: cell(2)}},
		}}
		same(t, "Origins", want, got)
		same(t, "Last", cell(2), got.Last())

		ok(t, s.AddArtifact(one, tracker.Artifact{Run: r.ID, Name: "x", Digest: digest('a')}))
		ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: r.ID, Name: "y", Digest: digest('a')}))
		arts, err := s.Artifacts(t.Context(), r.ID)
		ok(t, err)
		same(t, "origins of artifacts", []tracker.Origin{cell(1), {}}, []tracker.Origin{arts[0].Origin, arts[1].Origin})
		edge := tracker.Edge{From: tracker.Node{Kind: "file", ID: "f"}, To: tracker.Node{Kind: "run", ID: r.ID}, Role: "load"}
		ok(t, s.AddEdges(two, edge))
		ok(t, s.AddEdges(one, edge))
		edges, err := s.Edges(t.Context())
		ok(t, err)
		same(t, "origin of an edge", cell(2), edges[0].Origin)
		_, err = s.Origins(t.Context(), "nobody")
		wantErr(t, "Origins(nobody)", err, tracker.ErrNotFound)
	}},
	{"Reopen", func(t *testing.T, s tracker.Store) {
		r := made(t, s, tracker.Run{Name: "r"}, false, map[string]float64{"loss": 1})
		p := tracker.Process{PID: 7, Start: 8, Boot: "b"}
		got, err := s.ReopenRun(t.Context(), r.ID, p)
		ok(t, err)
		same(t, "status", tracker.Running, got.Status)
		same(t, "process", p, got.Source.Process)
		same(t, "end", true, got.Ended.IsZero())
		ok(t, s.Log(t.Context(), r.ID, point("loss", 9, 3)))
		same(t, "found by the new value", []string{"r"}, names(t, s, parsed(t, "metrics.loss = 3 and status = 'running'")))
		same(t, "not by the old", []string{}, names(t, s, parsed(t, "metrics.loss = 1")))
		got, err = s.ReopenRun(t.Context(), r.ID, tracker.Process{})
		ok(t, err)
		same(t, "an open one stays with its process", p, got.Source.Process)
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Failed, "x"))
		_, err = s.ReopenRun(t.Context(), "nobody", p)
		wantErr(t, "ReopenRun(nobody)", err, tracker.ErrNotFound)
	}},
	{"Rewind", func(t *testing.T, s tracker.Store) {
		one, two := tracker.From(t.Context(), cell(1)), tracker.From(t.Context(), cell(2))
		r := must(t, s, tracker.Run{Name: "r", Params: map[string]any{"lr": 0.1}, Tags: map[string]string{"team": "x"}})
		var stay, tail, batch []tracker.Point
		for i := range 9000 { // chunks, rows, and steps out of order
			p := point("loss", int64(i%6000), float64(i))
			if i == 17 {
				p.Value = math.Inf(1)
			}
			if p.Step > 2000 {
				tail = append(tail, p)
			} else {
				stay = append(stay, p)
			}
			ctx := one
			if i >= 4000 {
				ctx = two
			}
			if batch = append(batch, p); i%700 >= 300 || i == 8999 {
				ok(t, s.Log(ctx, r.ID, batch...))
				batch = nil
			}
		}
		ok(t, s.Log(one, r.ID, point("late", 2001, 5), point("early", 2000, 6)))
		_, _, err := tracker.Rewind(t.Context(), s, "r", 2000)
		wantErr(t, "Rewind of an open run", err, tracker.ErrInUse)
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Failed, "why"))
		run, branch, err := tracker.Rewind(t.Context(), s, "r", 2000)
		ok(t, err)
		same(t, "status", tracker.Running, run.Status)
		same(t, "metrics", map[string]float64{"loss": stay[len(stay)-1].Value, "early": 6}, run.Metrics)
		same(t, "metrics of the branch", map[string]float64{"loss": tail[len(tail)-1].Value, "late": 5}, branch.Metrics)
		same(t, "tags of the branch", map[string]string{"team": "x", tracker.TagBranchOf: r.ID, tracker.TagBranchStep: "2000"}, branch.Tags)
		same(t, "params of the branch", run.Params, branch.Params)
		same(t, "status of the branch", tracker.Failed, branch.Status)
		same(t, "parent of the branch", r.ID, branch.Parent)
		got, err := s.Points(t.Context(), r.ID, "loss")
		ok(t, err)
		same(t, "points that stay", stay, got)
		got, err = s.Points(t.Context(), branch.ID, "loss")
		ok(t, err)
		same(t, "points that go", tail, got)
		origins, err := s.Origins(t.Context(), r.ID)
		ok(t, err)
		same(t, "origins", []tracker.Span{{Origin: cell(1)}, {First: 2001, Origin: cell(2)}}, origins.Metrics["loss"])
		origins, err = s.Origins(t.Context(), branch.ID)
		ok(t, err)
		same(t, "origins of the branch", []tracker.Span{{Origin: cell(1)}, {First: 1999, Origin: cell(2)}}, origins.Metrics["loss"])

		ok(t, s.Log(two, r.ID, point("loss", 2001, 7)))
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		run, branch, err = tracker.Rewind(t.Context(), s, r.ID, 9000)
		ok(t, err)
		same(t, "no branch", "", branch.ID)
		same(t, "metrics", map[string]float64{"loss": 7, "early": 6}, run.Metrics)
		_, err = s.MovePoints(t.Context(), r.ID, 0, r.ID)
		wantErr(t, "MovePoints to itself", err, tracker.ErrConflict)
	}},
}
