package registry_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/registry"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/storetest"
)

var ada = registry.By{Who: "ada@here", Why: "better"}

// five is a store with five versions of m, each of a run that read wine.
func five(t *testing.T) tracker.Store {
	t.Helper()
	s := mem.New(mem.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}})
	for range 5 {
		r, err := s.CreateRun(t.Context(), tracker.Run{Name: "calm-heron"})
		if err == nil {
			err = s.Log(t.Context(), r.ID, tracker.Point{Metric: "model/auc", Value: 0.5})
		}
		if err == nil {
			_, err = s.PutModel(t.Context(), tracker.Model{Name: "m", Run: r.ID, Digest: tracker.Digest("sha256:" + strings.Repeat("a", 64))})
		}
		if err == nil {
			err = s.AddEdges(t.Context(), tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: "wine@v1"}, To: tracker.Node{Kind: tracker.KindRun, ID: r.ID}, Role: "train"})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Rollbacks go back one promotion after the other, past what was deleted, and
// then there is nothing left.
func TestRollback(t *testing.T) {
	s := five(t)
	ctx := t.Context()
	for _, ref := range []string{"m@v1", "m@v2", "m@v3", "m@champion", "m@v4"} {
		if _, err := registry.Promote(ctx, s, ref, "champion", ada); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := registry.Promote(ctx, s, "m@v5", "challenger", ada); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeModel(ctx, tracker.ModelChange{Do: tracker.ActDelete, Model: "m", Version: 2}); err != nil {
		t.Fatal(err)
	}
	for _, want := range [][2]int{{4, 3}, {3, 1}} {
		e, err := registry.Rollback(ctx, s, "m", "champion", ada)
		if err != nil || [2]int{e.From, e.To} != want || e.Why != "better" {
			t.Fatalf("Rollback = %+v, %v; want from and to %v", e, err, want)
		}
	}
	if e, err := registry.Rollback(ctx, s, "m", "champion", ada); !errors.Is(err, tracker.ErrNotFound) {
		t.Errorf("Rollback of the first promotion = %+v, %v; want ErrNotFound", e, err)
	}
	// after a new promotion it goes back to what had it then
	if _, err := registry.Promote(ctx, s, "m", "champion", ada); err != nil {
		t.Fatal(err)
	}
	if e, err := registry.Rollback(ctx, s, "m", "champion", ada); err != nil || e.From != 5 || e.To != 1 {
		t.Errorf("Rollback = %+v, %v; want from 5 to 1", e, err)
	}
	for _, tt := range [][2]string{{"m", "nobody"}, {"n", "champion"}} {
		if _, err := registry.Rollback(ctx, s, tt[0], tt[1], ada); !errors.Is(err, tracker.ErrNotFound) {
			t.Errorf("Rollback(%s, %s) = %v, want ErrNotFound", tt[0], tt[1], err)
		}
	}
	if _, err := registry.Rollback(ctx, s, "m", "v3", ada); err == nil || errors.Is(err, tracker.ErrNotFound) {
		t.Errorf("Rollback(m, v3) = %v, want that v3 is no alias", err)
	}
}

// An alias that was taken away comes back to who had it last but one: unalias is
// a step like others.
func TestBefore(t *testing.T) {
	all := map[int]bool{1: true, 2: true, 3: true}
	event := func(do tracker.Action, from, to int) tracker.ModelEvent {
		return tracker.ModelEvent{Do: do, Alias: "a", From: from, To: to}
	}
	promote, back, away := tracker.ActPromote, tracker.ActRollback, tracker.ActUnalias
	for _, tt := range []struct {
		events []tracker.ModelEvent
		want   int
	}{
		{nil, 0},
		{[]tracker.ModelEvent{event(promote, 0, 1)}, 0},
		{[]tracker.ModelEvent{event(promote, 0, 1), event(away, 1, 0)}, 1},
		{[]tracker.ModelEvent{event(promote, 0, 1), event(promote, 1, 2), event(promote, 2, 1)}, 2},
		{[]tracker.ModelEvent{event(promote, 0, 1), event(promote, 1, 2), event(promote, 2, 3), event(back, 3, 2)}, 1},
		{[]tracker.ModelEvent{event(promote, 0, 1), event(promote, 1, 2), event(back, 2, 1), event(promote, 1, 3)}, 1},
	} {
		if got := registry.Before(tt.events, "a", all); got != tt.want {
			t.Errorf("Before(%+v) = v%d, want v%d", tt.events, got, tt.want)
		}
	}
}

func TestOpen(t *testing.T) {
	s := five(t)
	ctx := t.Context()
	m, err := s.Model(ctx, "m@v2")
	if err != nil {
		t.Fatal(err)
	}
	d, n, err := s.Blobs().Put(ctx, strings.NewReader("# A card\n\xff"))
	if err == nil {
		err = s.AddArtifact(ctx, tracker.Artifact{Run: m.Run, Name: "model/README.md", Digest: d, Size: n})
	}
	if err == nil {
		_, err = registry.Promote(ctx, s, "m@v2", registry.Champion, ada)
	}
	if err != nil {
		t.Fatal(err)
	}
	whole, err := registry.Open(ctx, s, "m")
	if err != nil || len(whole.Versions) != 5 || whole.Versions[0].Version != 5 || len(whole.History) != 6 || whole.History[0].Do != tracker.ActPromote {
		t.Fatalf("Open(m) = %+v, %v; want five versions and six events, newest first", whole, err)
	}
	one, err := registry.Open(ctx, s, "m@champion")
	if err != nil || len(one.Versions) != 1 || len(one.History) != 2 {
		t.Fatalf("Open(m@champion) = %+v, %v; want one version with two events", one, err)
	}
	v := one.Versions[0]
	if diff := cmp.Diff([]any{2, "calm-heron", tracker.Number(0.5), []string{"wine@v1"}, "# A card\n\uFFFD", []string{"champion"}},
		[]any{v.Version, v.RunName, v.Metrics["model/auc"], v.Data, v.Card, v.Aliases}); diff != "" {
		t.Errorf("Open(m@champion) mismatch (-want +got):\n%s", diff)
	}
	for _, ref := range []string{"n", "m@v9", "m@nobody", "m@"} {
		if _, err := registry.Open(ctx, s, ref); !errors.Is(err, tracker.ErrNotFound) {
			t.Errorf("Open(%s) = %v, want ErrNotFound", ref, err)
		}
	}
}
