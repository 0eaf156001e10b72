package storetest

import (
	"math"
	"testing"

	"github.com/cellar-ml/cellar/tracker"
)

// frontTests are what front doors to other tools need beside the rest.
var frontTests = []test{
	{"ExperimentsOfTheirOwn", func(t *testing.T, s tracker.Store) {
		e, err := s.CreateExperiment(t.Context(), tracker.Experiment{Name: "b", Tags: map[string]string{"team": "x", "none": ""}})
		ok(t, err)
		if e.ID == "" || e.Created.IsZero() {
			t.Errorf("CreateExperiment(b) = %+v, want an id and a time", e)
		}
		_, err = s.CreateExperiment(t.Context(), tracker.Experiment{Name: "b"})
		wantErr(t, "CreateExperiment(b) again", err, tracker.ErrConflict)
		if _, err := s.CreateExperiment(t.Context(), tracker.Experiment{Name: ""}); err == nil {
			t.Errorf("CreateExperiment without a name = nil, want an error")
		}
		r := must(t, s, tracker.Run{Experiment: "b"})
		must(t, s, tracker.Run{Experiment: "c"})
		wantErr(t, "RenameExperiment to one that is taken", s.RenameExperiment(t.Context(), e.ID, "c"), tracker.ErrConflict)
		wantErr(t, "RenameExperiment(unknown)", s.RenameExperiment(t.Context(), "77", "d"), tracker.ErrNotFound)
		wantErr(t, "SetExperimentTags(unknown)", s.SetExperimentTags(t.Context(), "77", map[string]string{"a": "b"}), tracker.ErrNotFound)
		ok(t, s.RenameExperiment(t.Context(), e.ID, "b"))
		ok(t, s.RenameExperiment(t.Context(), e.ID, "a b"))
		ok(t, s.SetExperimentTags(t.Context(), e.ID, map[string]string{"team": "", "note": "long"}))
		all, err := s.Experiments(t.Context())
		ok(t, err)
		e.Name, e.Tags = "a b", map[string]string{"note": "long"}
		same(t, "first of Experiments", e, all[0])
		same(t, "tags of the other", map[string]string(nil), all[1].Tags)
		runs, err := s.Runs(t.Context(), tracker.Query{Experiment: "a b"})
		ok(t, err)
		if len(runs) != 1 || runs[0].ID != r.ID || runs[0].Experiment != "a b" {
			t.Errorf("Runs of the renamed experiment = %+v, want %s", runs, r.ID)
		}
	}},
	{"RenameRun", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{Name: "first"})
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		ok(t, s.RenameRun(t.Context(), r.ID, "second"))
		got, err := s.Run(t.Context(), "second")
		ok(t, err)
		same(t, "id of second", r.ID, got.ID)
		wantErr(t, "RenameRun(unknown)", s.RenameRun(t.Context(), "nobody", "x"), tracker.ErrNotFound)
		if err := s.RenameRun(t.Context(), r.ID, ""); err == nil {
			t.Errorf("RenameRun to nothing = nil, want an error")
		}
	}},
	{"NewestPoints", func(t *testing.T, s tracker.Store) {
		a, b, none := must(t, s, tracker.Run{}), must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		ok(t, s.Log(t.Context(), a.ID, point("loss", 2, 0.5), point("loss", 1, math.NaN()), point("acc", 7, math.Inf(1))))
		var many []tracker.Point
		for i := range int64(3000) {
			many = append(many, point("loss", i, float64(i)))
		}
		ok(t, s.Log(t.Context(), b.ID, many...))
		ok(t, s.FinishRun(t.Context(), b.ID, tracker.Finished, ""))
		got, err := s.Newest(t.Context(), a.ID, b.ID, none.ID, "nobody")
		ok(t, err)
		same(t, "Newest", map[string][]tracker.Point{
			a.ID: {point("acc", 7, math.Inf(1)), point("loss", 1, math.NaN())},
			b.ID: {many[len(many)-1]},
		}, got)
	}},
	{"RemoveArtifacts", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		for _, n := range []string{"a", "b", "c/d"} {
			ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: r.ID, Name: n, Digest: digest('a')}))
		}
		ok(t, s.RemoveArtifacts(t.Context(), r.ID, "a", "c/d", "no such"))
		got, err := s.Artifacts(t.Context(), r.ID)
		ok(t, err)
		same(t, "Artifacts", []tracker.Artifact{{Run: r.ID, Name: "b", Digest: digest('a')}}, got)
		wantErr(t, "RemoveArtifacts(unknown)", s.RemoveArtifacts(t.Context(), "nobody", "a"), tracker.ErrNotFound)
	}},
	{"Records", func(t *testing.T, s tracker.Store) {
		record := func(kind, id, json string) tracker.Record {
			return tracker.Record{Kind: kind, ID: id, JSON: []byte(json)}
		}
		for _, r := range []tracker.Record{record("k", "b", `{"a":1}`), record("k", "a", `[]`), record("other", "a", `0`), record("k", "b", `{"a":2}`)} {
			ok(t, s.PutRecord(t.Context(), r))
		}
		for _, r := range []tracker.Record{record("", "b", `1`), record("k", "", `1`), record("k", "c", `{`)} {
			if err := s.PutRecord(t.Context(), r); err == nil {
				t.Errorf("PutRecord(%+v) = nil, want an error", r)
			}
		}
		all, err := s.Records(t.Context(), "k")
		ok(t, err)
		same(t, "all of k", []tracker.Record{record("k", "a", `[]`), record("k", "b", `{"a":2}`)}, all)
		some, err := s.Records(t.Context(), "k", "b", "no such")
		ok(t, err)
		same(t, "b of k", []tracker.Record{record("k", "b", `{"a":2}`)}, some)
	}},
}
