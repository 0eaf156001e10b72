package lineage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/storetest"
)

// made is a store with a run on wine@v2, its model, a deployment of it with a
// monitor, and a feature view; it returns the run's id.
func made(t *testing.T) (tracker.Store, string) {
	t.Helper()
	ctx, s := t.Context(), mem.New(mem.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}})
	digest := func(c string) tracker.Digest { return tracker.Digest("sha256:" + strings.Repeat(c, 64)) }
	var err error
	keep := func(e error) { err = errors.Join(err, e) }
	for _, c := range []string{"a", "b"} {
		_, e := s.PutDataset(ctx, tracker.DatasetVersion{Name: "wine", Digest: digest(c)})
		keep(e)
	}
	r, e := s.CreateRun(ctx, tracker.Run{Name: "calm-heron", Kind: "train"})
	keep(e)
	_, e = s.PutModel(ctx, tracker.Model{Name: "wine", Run: r.ID, Digest: digest("c")})
	keep(e)
	_, e = s.ChangeModel(ctx, tracker.ModelChange{Do: tracker.ActPromote, Model: "wine", Version: 1, Alias: "champion"})
	keep(e)
	keep(s.AddEdges(ctx, edge("file", "/a/wine.csv", "dataset", "wine@v1"), edge("file", "/b/wine.csv", "dataset", "wine@v2"),
		edge("dataset", "wine@v2", "features", "taste@v1"), edge("dataset", "wine@v2", "features", "taste@v2"),
		edge("features", "taste@v2", "run", r.ID), edge("model", "wine@v1", "deployment", "prod"),
		edge("deployment", "prod", "monitor", "prod-drift"), edge("monitor", "prod-drift", "alert", "2026-03-04 drift")))
	if err != nil {
		t.Fatal(err)
	}
	return s, r.ID
}

func TestOpen(t *testing.T) {
	s, run := made(t)
	for ref, want := range map[string]string{
		"wine":                   "dataset wine@v2, model wine@v1",
		"wine@v1":                "dataset wine@v1, model wine@v1",
		"wine@champion":          "model wine@v1",
		"model:wine":             "model wine@v1",
		"wine.csv":               "file /a/wine.csv, file /b/wine.csv",
		"/b/wine.csv":            "file /b/wine.csv",
		"calm-heron":             "run " + run,
		run[:6]:                  "run " + run,
		"taste":                  "features taste@v2",
		"features:taste@v1":      "features taste@v1",
		"prod":                   "deployment prod",
		"prod-drift":             "monitor prod-drift",
		"alert:2026-03-04 drift": "alert 2026-03-04 drift",
	} {
		g, err := lineage.Open(t.Context(), s, ref)
		var got []string
		for _, n := range g.Seeds {
			got = append(got, n.Kind+" "+n.ID)
		}
		if strings.Join(got, ", ") != want || err != nil {
			t.Errorf("Open(%s) is about %q, %v; want %q", ref, got, err, want)
		}
	}
	for _, ref := range []string{"beer", "model:calm-heron", "wine@v9", "wine@", "file:"} {
		if _, err := lineage.Open(t.Context(), s, ref); !errors.Is(err, tracker.ErrNotFound) {
			t.Errorf("Open(%s) = %v, want ErrNotFound", ref, err)
		}
	}
}

func TestOpenWhole(t *testing.T) {
	s, _ := made(t)
	g, err := lineage.Open(t.Context(), s, "prod")
	if err != nil {
		t.Fatal(err)
	}
	want := `What made it:
● deployment prod
└─ model wine@v1 @champion
   └─ run calm-heron (train, running)
      └─ feature view taste@v2
         └─ dataset wine@v2
            └─ file wine.csv

What depends on it:
● deployment prod
└─ monitor prod-drift
   └─ alert 2026-03-04 drift`
	if diff := cmp.Diff(want, g.Trees(false, false)); diff != "" {
		t.Errorf("Open(prod) mismatch (-want +got):\n%s", diff)
	}
	all, err := lineage.Open(t.Context(), s, "")
	if err != nil || len(all.Nodes) != 11 || len(all.Seeds) != 0 {
		t.Errorf("Open of everything = %d nodes, %v; want 11", len(all.Nodes), err)
	}
}

func TestNames(t *testing.T) {
	s, _ := made(t)
	edges, err := s.Edges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := "[wine.csv wine.csv taste@v1 taste@v2 prod prod-drift 2026-03-04 drift]"
	if got := fmt.Sprint(lineage.Names(edges)); got != want {
		t.Errorf("Names = %s, want %s", got, want)
	}
}
