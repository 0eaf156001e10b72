package storetest

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/tracker"
)

// must makes a run or ends the test.
func must(t *testing.T, s tracker.Store, r tracker.Run) tracker.Run {
	t.Helper()
	got, err := s.CreateRun(t.Context(), r)
	if err != nil {
		t.Fatalf("CreateRun(%+v) = %v", r, err)
	}
	return got
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, call string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s = %v, want an error that is %v", call, err, want)
	}
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", what, diff)
	}
}

var full = tracker.Run{
	Experiment: "wine", Kind: "train",
	Params: map[string]any{"epochs": int64(5), "rate": 1.0, "family": "mlp", "hidden": []any{int64(8), int64(4)}, "deep": map[string]any{"x": nil}},
	Tags:   map[string]string{"note": "first <b>"},
	Source: tracker.Source{
		Command: "%train mlp", Seed: -7, Go: "go1.26", Modules: map[string]string{"m": "v1"}, Env: map[string]string{"TZ": "UTC"},
		Git: tracker.Git{Commit: "abc", Branch: "main", Dirty: true}, Host: "here", Machine: tracker.Machine{OS: "linux/amd64", CPU: "x", Cores: 2, Memory: 1 << 40, GPUs: []string{"g"}}, Process: tracker.Process{PID: 4, Start: 5, Boot: "b"},
		Cells: []tracker.Cell{
			{Session: "s", Count: 1, CellID: "c1", Code: "x := 1", SHA256: "d1"},
			{Session: "s", Count: 3, CellID: "c2", Code: strings.Repeat("y", 100_000), SHA256: "d2"},
			{Session: "s", Count: 4, CellID: "c1", Code: "x := 1", SHA256: "d1"},
		},
	},
}

var runTests = []test{
	{"CreateCompletes", func(t *testing.T, s tracker.Store) {
		a, b := must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		if a.ID == "" || a.ID == b.ID || a.Name == "" || a.Name == b.Name {
			t.Errorf("CreateRun twice = ids %q, %q, names %q, %q; want all to differ", a.ID, b.ID, a.Name, b.Name)
		}
		same(t, "first run", tracker.Run{ID: a.ID, Name: a.Name, Experiment: "default", Status: tracker.Running, Started: Epoch}, a)
	}},
	{"RunReadsBack", func(t *testing.T, s tracker.Store) {
		made := must(t, s, full)
		want := full
		want.ID, want.Name, want.Status, want.Started = made.ID, made.Name, tracker.Running, Epoch
		got, err := s.Run(t.Context(), made.ID)
		ok(t, err)
		same(t, "CreateRun(full)", want, made)
		same(t, "Run(full)", want, got)
		want.Source.Cells = nil
		runs, err := s.Runs(t.Context(), tracker.Query{})
		ok(t, err)
		same(t, "Runs()", []tracker.Run{want}, runs)
	}},
	{"ReturnedMapsAreTheCallers", func(t *testing.T, s tracker.Store) {
		made := must(t, s, full)
		made.Params["epochs"], made.Tags["note"], made.Source.Modules["m"] = 0, "", ""
		got, err := s.Run(t.Context(), made.ID)
		ok(t, err)
		got.Params["rate"] = 2
		got, err = s.Run(t.Context(), made.ID)
		ok(t, err)
		same(t, "params", full.Params, got.Params)
		same(t, "tags", full.Tags, got.Tags)
		same(t, "modules", map[string]string{"m": "v1"}, got.Source.Modules)
	}},
	{"CreateRefuses", func(t *testing.T, s tracker.Store) {
		_, err := s.CreateRun(t.Context(), tracker.Run{Parent: "nobody"})
		wantErr(t, "CreateRun(unknown parent)", err, tracker.ErrNotFound)
		a := must(t, s, tracker.Run{})
		_, err = s.CreateRun(t.Context(), tracker.Run{ID: a.ID})
		wantErr(t, "CreateRun(taken id)", err, tracker.ErrConflict)
		for _, r := range []tracker.Run{{Experiment: "a\nb"}, {Name: "a\nb"}, {Params: map[string]any{"f": func() {}}}} {
			if _, err := s.CreateRun(t.Context(), r); err == nil {
				t.Errorf("CreateRun(%+v) = nil, want an error", r)
			}
		}
		runs, err := s.Runs(t.Context(), tracker.Query{})
		ok(t, err)
		if len(runs) != 1 {
			t.Errorf("after refused runs there are %d, want 1", len(runs))
		}
	}},
	{"FinishOnce", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		if err := s.FinishRun(t.Context(), r.ID, tracker.Running, ""); err == nil {
			t.Errorf("FinishRun(running) = nil, want an error")
		}
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Failed, "no rows"))
		wantErr(t, "FinishRun again", s.FinishRun(t.Context(), r.ID, tracker.Finished, ""), tracker.ErrFinished)
		wantErr(t, "FinishRun(unknown)", s.FinishRun(t.Context(), "nobody", tracker.Finished, ""), tracker.ErrNotFound)
		got, err := s.Run(t.Context(), r.ID)
		ok(t, err)
		if got.Status != tracker.Failed || got.Reason != "no rows" || !got.Ended.Equal(Epoch.Add(time.Second)) {
			t.Errorf("after FinishRun: %s, %q, %s; want failed, \"no rows\", %s", got.Status, got.Reason, got.Ended, Epoch.Add(time.Second))
		}
	}},
	{"FinishAfterCancel", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantErr(t, "Log(cancelled)", s.Log(ctx, r.ID, tracker.Point{Metric: "m"}), context.Canceled)
		ok(t, s.FinishRun(ctx, r.ID, tracker.Interrupted, ""))
	}},
	{"RunsSelects", func(t *testing.T, s tracker.Store) {
		a := must(t, s, tracker.Run{Experiment: "x", Kind: "train"})
		b := must(t, s, tracker.Run{Experiment: "x", Kind: "explain", Parent: a.ID})
		c := must(t, s, tracker.Run{Experiment: "y", Kind: "train", Parent: a.ID})
		ok(t, s.FinishRun(t.Context(), c.ID, tracker.Finished, ""))
		for _, tt := range []struct {
			q    tracker.Query
			want []string
		}{
			{tracker.Query{}, []string{c.ID, b.ID, a.ID}},
			{tracker.Query{Limit: 2}, []string{c.ID, b.ID}},
			{tracker.Query{Experiment: "x"}, []string{b.ID, a.ID}},
			{tracker.Query{Kind: "train"}, []string{c.ID, a.ID}},
			{tracker.Query{Kind: "train", Limit: 1}, []string{c.ID}},
			{tracker.Query{Status: tracker.Running}, []string{b.ID, a.ID}},
			{tracker.Query{Parent: a.ID}, []string{c.ID, b.ID}},
			{tracker.Query{Parent: a.ID, Experiment: "y"}, []string{c.ID}},
			{tracker.Query{Experiment: "z"}, nil},
		} {
			runs, err := s.Runs(t.Context(), tt.q)
			ok(t, err)
			var got []string
			for _, r := range runs {
				got = append(got, r.ID)
			}
			same(t, "Runs order", tt.want, got)
		}
		es, err := s.Experiments(t.Context())
		ok(t, err)
		if len(es) != 2 || es[0].Name != "x" || es[1].Name != "y" || es[0].ID == es[1].ID || !es[0].Created.Equal(a.Started) {
			t.Errorf("Experiments() = %+v, want x and y with different ids", es)
		}
	}},
	{"LastMetricsInRuns", func(t *testing.T, s tracker.Store) {
		a, b := must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		ok(t, s.Log(t.Context(), a.ID, point("loss", 2, 0.5), point("loss", 1, math.Inf(-1)), point("acc", 1, math.NaN())))
		ok(t, s.Log(t.Context(), b.ID, point("loss", 1, 3)))
		runs, err := s.Runs(t.Context(), tracker.Query{})
		ok(t, err)
		same(t, "metrics of b", map[string]float64{"loss": 3}, runs[0].Metrics)
		same(t, "metrics of a", map[string]float64{"loss": math.Inf(-1), "acc": math.NaN()}, runs[1].Metrics)
	}},
}

var refTests = []test{
	{"References", func(t *testing.T, s tracker.Store) {
		a := must(t, s, tracker.Run{ID: "aaaa1111bbbb2222", Name: "red"})
		b := must(t, s, tracker.Run{ID: "aaaa1111cccc3333", Name: "blue"})
		c := must(t, s, tracker.Run{ID: "dddd1111cccc3333", Name: "red"})
		d := must(t, s, tracker.Run{ID: "ffff1111cccc3333", Name: "dddd1"})
		for _, tt := range []struct{ ref, want string }{
			{a.ID, a.ID}, {"aaaa1111b", a.ID}, {"aaaa1111c", b.ID}, {"dddd", c.ID},
			{"blue", b.ID}, {"red", c.ID}, {"dddd1", d.ID},
		} {
			got, err := s.Run(t.Context(), tt.ref)
			ok(t, err)
			if got.ID != tt.want {
				t.Errorf("Run(%s) = %s, want %s", tt.ref, got.ID, tt.want)
			}
		}
		_, err := s.Run(t.Context(), "aaaa")
		wantErr(t, "Run(aaaa)", err, tracker.ErrAmbiguous)
		if err == nil || !strings.Contains(err.Error(), a.ID) || !strings.Contains(err.Error(), b.ID) {
			t.Errorf("Run(aaaa) = %v, want it to name both", err)
		}
		for _, ref := range []string{"", "ddd", "dddd2", "%", "____", "nobody"} {
			_, err := s.Run(t.Context(), ref)
			wantErr(t, "Run("+ref+")", err, tracker.ErrNotFound)
		}
		wantErr(t, "Log(name)", s.Log(t.Context(), "blue", point("m", 1, 1)), tracker.ErrNotFound)
	}},
	{"NewestOfAName", func(t *testing.T, s tracker.Store) {
		late := must(t, s, tracker.Run{Name: "n", Started: Epoch.Add(time.Hour)})
		must(t, s, tracker.Run{Name: "n", Started: Epoch})
		got, err := s.Run(t.Context(), "n")
		ok(t, err)
		if got.ID != late.ID {
			t.Errorf("Run(n) started %s, want the one that started last, %s", got.Started, late.Started)
		}
	}},
}
