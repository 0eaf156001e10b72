package lineage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
)

func edge(fromKind, from, toKind, to string) tracker.Edge {
	return tracker.Edge{From: tracker.Node{Kind: fromKind, ID: from}, To: tracker.Node{Kind: toKind, ID: to}}
}

func edges() []tracker.Edge {
	return []tracker.Edge{
		edge(tracker.KindFile, "/data/wine.csv", tracker.KindDataset, "wine@v1"),
		edge(tracker.KindDataset, "wine@v1", tracker.KindRun, "r1"),
		edge(tracker.KindRun, "r1", tracker.KindModel, "m@v1"),
		edge(tracker.KindDataset, "wine@v1", tracker.KindRun, "r2"),
		edge(tracker.KindRun, "r2", tracker.KindModel, "m@v2"),
		edge(tracker.KindModel, "m@v1", tracker.KindRun, "e1"),
		edge(tracker.KindDataset, "wine@v1", tracker.KindRun, "e1"),
	}
}

func TestTree(t *testing.T) {
	g := lineage.Of(edges())
	g.Runs = []tracker.Run{{ID: "r1", Name: "calm-heron-1", Kind: "train", Status: tracker.Finished}}
	want := `file wine.csv
└─ dataset wine@v1
   ├─ run calm-heron-1 (train, finished)
   │  └─ model m@v1
   │     └─ run e1
   ├─ run r2
   │  └─ model m@v2
   └─ run e1`
	if diff := cmp.Diff(want, g.Tree()); diff != "" {
		t.Errorf("Tree() mismatch (-want +got):\n%s", diff)
	}
}

// Ancestors and descendants, not the other children of an ancestor.
func TestOfSeed(t *testing.T) {
	g := lineage.Of(edges(), tracker.Node{Kind: tracker.KindModel, ID: "m@v1"})
	want := `file wine.csv
└─ dataset wine@v1
   └─ run r1
      └─ model m@v1
         └─ run e1`
	if diff := cmp.Diff(want, g.Tree()); diff != "" {
		t.Errorf("Tree() mismatch (-want +got):\n%s", diff)
	}
	alone := lineage.Of(nil, tracker.Node{Kind: tracker.KindRun, ID: "r9"})
	if diff := cmp.Diff("run r9", alone.Tree()); diff != "" {
		t.Errorf("Tree() of a node without edges mismatch (-want +got):\n%s", diff)
	}
}

func TestCircle(t *testing.T) {
	g := lineage.Of([]tracker.Edge{edge("run", "a", "run", "b"), edge("run", "b", "run", "a")})
	want := "run a\n└─ run b\n   └─ run a (above)"
	if diff := cmp.Diff(want, g.Tree()); diff != "" {
		t.Errorf("Tree() mismatch (-want +got):\n%s", diff)
	}
}
