package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// ids are the runs of a list.
func ids(t *testing.T, s tracker.Store, q tracker.Query) string {
	t.Helper()
	runs, err := s.Runs(t.Context(), q)
	ok(t, err)
	var out []string
	for _, r := range runs {
		out = append(out, r.ID)
	}
	return strings.Join(out, " ")
}

// experiments are the names of the live ones and of those that are deleted.
func experiments(t *testing.T, s tracker.Store) (live, deleted string) {
	t.Helper()
	names := func(list []tracker.Experiment, err error) string {
		ok(t, err)
		var out []string
		for _, e := range list {
			out = append(out, e.Name)
		}
		return strings.Join(out, " ")
	}
	return names(s.Experiments(t.Context())), names(s.DeletedExperiments(t.Context()))
}

func edge(from, to tracker.Node) tracker.Edge { return tracker.Edge{From: from, To: to, Role: "made"} }

func runNode(id string) tracker.Node { return tracker.Node{Kind: tracker.KindRun, ID: id} }

var deleteTests = []test{
	{"DeleteHidesAndRestoreBrings", func(t *testing.T, s tracker.Store) {
		a := must(t, s, tracker.Run{ID: "aaaa1111", Name: "red", Params: map[string]any{"lr": 1}, Tags: map[string]string{"k": "v"}})
		ok(t, s.Log(t.Context(), a.ID, point("loss", 1, 1)))
		ok(t, s.DeleteRun(t.Context(), a.ID))
		first, err := s.Run(t.Context(), a.ID)
		ok(t, err)
		if !first.Deleted.Equal(Epoch.Add(time.Second)) || first.Deleted.Location() != time.UTC {
			t.Errorf("Deleted = %s, want %s", first.Deleted, Epoch.Add(time.Second))
		}
		ok(t, s.DeleteRun(t.Context(), a.ID))
		for _, ref := range []string{"red", "aaaa"} {
			_, err := s.Run(t.Context(), ref)
			wantErr(t, "Run("+ref+") of a deleted run", err, tracker.ErrNotFound)
		}
		must(t, s, tracker.Run{ID: "aaaa2222", Name: "red"}) // the name and the prefix are free
		got, err := s.Run(t.Context(), "aaaa")
		ok(t, err)
		same(t, "Run(aaaa)", "aaaa2222", got.ID)

		// It is whole, and takes what it took before.
		ok(t, s.Log(t.Context(), a.ID, point("loss", 2, 2)))
		ok(t, s.SetParams(t.Context(), a.ID, map[string]any{"more": 2}))
		ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: a.ID, Name: "f", Digest: digest('a')}))
		ok(t, s.FinishRun(t.Context(), a.ID, tracker.Finished, ""))
		ok(t, s.SetTags(t.Context(), a.ID, map[string]string{"late": "1"}))
		got, err = s.Run(t.Context(), a.ID)
		ok(t, err)
		if !got.Deleted.Equal(first.Deleted) {
			t.Errorf("Deleted after a second DeleteRun = %s, want the first time, %s", got.Deleted, first.Deleted)
		}
		ok(t, s.RestoreRun(t.Context(), a.ID))
		ok(t, s.RestoreRun(t.Context(), a.ID))
		want := got
		want.Deleted = time.Time{}
		got, err = s.Run(t.Context(), a.ID)
		ok(t, err)
		same(t, "the restored run", want, got)
		pts, err := s.Points(t.Context(), a.ID, "loss")
		ok(t, err)
		same(t, "its points", []tracker.Point{point("loss", 1, 1), point("loss", 2, 2)}, pts)
		wantErr(t, "DeleteRun(unknown)", s.DeleteRun(t.Context(), "nobody"), tracker.ErrNotFound)
		wantErr(t, "RestoreRun(unknown)", s.RestoreRun(t.Context(), "nobody"), tracker.ErrNotFound)
	}},
	{"Views", func(t *testing.T, s tracker.Store) {
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			r := tracker.Run{ID: id, Kind: "train", Params: map[string]any{"lr": int64(id[0])}}
			if id != "a" {
				r.Parent = "a"
			}
			made(t, s, r, id == "d", map[string]float64{"loss": float64(id[0])})
		}
		queries := []struct{ filter, all string }{
			{"", "e d c b a"}, {"metrics.loss > 0", "e d c b a"}, {"not metrics.other = 1", "e d c b a"}, {"order by metrics.loss", "a b c d e"},
			{"order by params.lr desc", "e d c b a"}, {"params.lr != 97 order by start_time", "b c d e"}, {"run_id in ('b', 'c')", "c b"},
			{"order by metrics.loss desc", "e d c b a"}, {"status = 'running' or kind = 'train'", "e d c b a"},
		}
		hold := func(deleted string) {
			t.Helper()
			for _, tt := range queries {
				of := map[tracker.View][]string{}
				for _, id := range strings.Fields(tt.all) {
					of[tracker.AllRuns] = append(of[tracker.AllRuns], id)
					v := tracker.ActiveOnly
					if strings.Contains(deleted, id) {
						v = tracker.DeletedOnly
					}
					of[v] = append(of[v], id)
				}
				for _, v := range []tracker.View{tracker.ActiveOnly, tracker.DeletedOnly, tracker.AllRuns} {
					q := parsed(t, tt.filter)
					q.View = v
					if got, want := ids(t, s, q), strings.Join(of[v], " "); got != want {
						t.Errorf("with %q deleted, Runs(%s, view %q) = %q, want %q", deleted, tt.filter, v, got, want)
					}
					counted(t, s, q, len(of[v]))
					q.Limit, q.Offset = 2, 1
					want := of[v][min(1, len(of[v])):min(3, len(of[v]))]
					if got := ids(t, s, q); got != strings.Join(want, " ") {
						t.Errorf("with %q deleted, Runs(%s, view %q, limit 2, offset 1) = %q, want %q", deleted, tt.filter, v, got, want)
					}
				}
			}
		}
		hold("")
		ok(t, s.DeleteRun(t.Context(), "c"))
		ok(t, s.DeleteRun(t.Context(), "a"))
		hold("ac")
		if got := ids(t, s, tracker.Query{Parent: "a", Kind: "train"}); got != "e d b" {
			t.Errorf("live children of a deleted run = %q, want %q", got, "e d b")
		}
		if got := ids(t, s, tracker.Query{Where: parsed(t, "deleted is not null").Where, View: tracker.AllRuns, Order: parsed(t, "order by deleted").Order}); got != "c a" {
			t.Errorf("deleted is not null order by deleted = %q, want %q", got, "c a")
		}
		ok(t, s.RestoreRun(t.Context(), "a"))
		hold("c")
	}},
	{"DeleteWhateverCameFromIt", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		child := must(t, s, tracker.Run{Parent: r.ID})
		m, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Run: r.ID, Digest: digest('a')})
		ok(t, err)
		ok(t, s.DeleteRun(t.Context(), r.ID))
		got, err := s.Model(t.Context(), "m")
		ok(t, err)
		same(t, "the model of a deleted run", m, got)
		edges, err := s.Edges(t.Context())
		ok(t, err)
		if len(edges) != 1 || ids(t, s, tracker.Query{Parent: r.ID}) != child.ID {
			t.Errorf("a deleted run has edges %v, want its one, and its child", edges)
		}
		wantErr(t, "PurgeRun(used)", s.PurgeRun(t.Context(), r.ID), tracker.ErrInUse)
	}},
	{"Experiments", func(t *testing.T, s tracker.Store) {
		a, b := must(t, s, tracker.Run{Experiment: "x"}), must(t, s, tracker.Run{Experiment: "x"})
		other := must(t, s, tracker.Run{Experiment: "y"})
		ok(t, s.DeleteRun(t.Context(), a.ID))
		ok(t, s.DeleteExperiment(t.Context(), "x"))
		ok(t, s.DeleteExperiment(t.Context(), "x"))
		if live, deleted := experiments(t, s); live != "y" || deleted != "x" {
			t.Errorf("experiments = %q, deleted %q; want y, x", live, deleted)
		}
		if got := ids(t, s, tracker.Query{}); got != other.ID {
			t.Errorf("live runs = %q, want %q", got, other.ID)
		}
		ok(t, s.RestoreExperiment(t.Context(), "x"))
		ok(t, s.RestoreExperiment(t.Context(), "x"))
		if got, want := ids(t, s, tracker.Query{Experiment: "x"}), b.ID; got != want {
			t.Errorf("runs of the restored experiment = %q, want %q: the other was deleted before it", got, want)
		}
		ok(t, s.DeleteExperiment(t.Context(), "x"))
		c := must(t, s, tracker.Run{Experiment: "x"})
		if live, deleted := experiments(t, s); live != "x y" || deleted != "" || ids(t, s, tracker.Query{Experiment: "x"}) != c.ID {
			t.Errorf("after a new run in a deleted experiment: %q, deleted %q; want x y and that run", live, deleted)
		}
		ok(t, s.DeleteExperiment(t.Context(), "x"))
		ok(t, s.RestoreRun(t.Context(), b.ID))
		if live, _ := experiments(t, s); live != "x y" || ids(t, s, tracker.Query{Experiment: "x"}) != b.ID {
			t.Errorf("after RestoreRun in a deleted experiment: %q, want x y and that run", live)
		}
		wantErr(t, "DeleteExperiment(unknown)", s.DeleteExperiment(t.Context(), "z"), tracker.ErrNotFound)
		wantErr(t, "RestoreExperiment(unknown)", s.RestoreExperiment(t.Context(), "z"), tracker.ErrNotFound)
	}},
	{"PurgeRemoves", func(t *testing.T, s tracker.Store) {
		a, b := must(t, s, full), must(t, s, tracker.Run{})
		ok(t, s.Log(t.Context(), a.ID, point("loss", 1, 1)))
		ok(t, s.AddEdges(t.Context(), edge(tracker.Node{Kind: tracker.KindDataset, ID: "wine@v1"}, runNode(a.ID))))
		wantErr(t, "PurgeRun(live)", s.PurgeRun(t.Context(), a.ID), tracker.ErrNotDeleted)
		ok(t, s.DeleteExperiment(t.Context(), full.Experiment))
		ok(t, s.PurgeRun(t.Context(), a.ID))
		_, err := s.Run(t.Context(), a.ID)
		wantErr(t, "Run(purged)", err, tracker.ErrNotFound)
		wantErr(t, "Log(purged)", s.Log(t.Context(), a.ID, point("loss", 2, 1)), tracker.ErrNotFound)
		wantErr(t, "PurgeRun again", s.PurgeRun(t.Context(), a.ID), tracker.ErrNotFound)
		wantErr(t, "RestoreRun(purged)", s.RestoreRun(t.Context(), a.ID), tracker.ErrNotFound)
		edges, err := s.Edges(t.Context())
		ok(t, err)
		same(t, "edges after PurgeRun", []tracker.Edge(nil), edges)
		if live, deleted := experiments(t, s); live != "default" || deleted != "" {
			t.Errorf("experiments after the last run = %q, deleted %q; want default", live, deleted)
		}
		if c := must(t, s, tracker.Run{}); c.Name == b.Name {
			t.Errorf("run after a purge is called %s, like another", c.Name)
		}
	}},
	{"PurgeRefusesUsedRuns", func(t *testing.T, s tracker.Store) {
		parent, maker, source := must(t, s, tracker.Run{}), must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		must(t, s, tracker.Run{Parent: parent.ID})
		_, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Run: maker.ID, Digest: digest('a')})
		ok(t, err)
		ok(t, s.AddEdges(t.Context(), edge(runNode(source.ID), tracker.Node{Kind: tracker.KindModel, ID: "m@v1"})))
		for _, r := range []tracker.Run{parent, maker, source} {
			ok(t, s.DeleteRun(t.Context(), r.ID))
			wantErr(t, "PurgeRun", s.PurgeRun(t.Context(), r.ID), tracker.ErrInUse)
		}
		wantErr(t, "PurgeRun(unknown)", s.PurgeRun(t.Context(), "nobody"), tracker.ErrNotFound)
	}},
}
