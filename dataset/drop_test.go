package dataset_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// What goes is old, without a tag and used by nothing; it comes back with its
// content.
func TestDrop(t *testing.T) {
	s := folder(t)
	register := func(n int64) tracker.DatasetVersion {
		t.Helper()
		v, err := dataset.Register(t.Context(), s, "big", big(upTo(n), false), "")
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, n := range []int64{300_000, 300_001, 300_002, 300_003} {
		register(n)
	}
	if _, err := dataset.SetTag(t.Context(), s, "big@v2", "clean", false); err != nil {
		t.Fatal(err)
	}
	run := tracker.Node{Kind: tracker.KindRun, ID: "r"}
	if err := s.AddEdges(t.Context(), tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: "big@v3"}, To: run, Role: "train"}); err != nil {
		t.Fatal(err)
	}
	p, err := dataset.PlanDrop(t.Context(), s, "big", 1)
	if err != nil || len(p.Drop) != 1 || p.Drop[0].Version != 1 || p.Bytes == 0 {
		t.Fatalf("PlanDrop = %+v, %v, want version 1 and some bytes", p, err)
	}
	if diff := cmp.Diff([]dataset.KeptVersion{{"big@v2", "it has the tag clean"}, {"big@v3", "run r was made from it"}}, p.Kept); diff != "" {
		t.Errorf("kept mismatch (-want +got):\n%s", diff)
	}
	if err := p.Do(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dataset.Open(t.Context(), s, "big@v1"); err == nil || !strings.Contains(err.Error(), "open dataset big@v1: its content is not here since") || hint.Of(err) == "" {
		t.Errorf("Open of what went = %v, %q", err, hint.Of(err))
	}
	if p, err := dataset.PlanDrop(t.Context(), s, "", 1); err != nil || len(p.Drop) != 0 {
		t.Errorf("PlanDrop after it = %+v, %v, want nothing", p, err)
	}
	if v := register(300_000); v.Version != 1 || !v.Dropped.IsZero() {
		t.Errorf("Register of the content again = %+v, want version 1", v)
	}
	if _, _, err := dataset.Open(t.Context(), s, "big@v1"); err != nil {
		t.Errorf("Open of what is back = %v", err)
	}
}
