package lineage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
)

// sweep is n runs on one dataset, each with a model; explained are those of them
// whose model was explained.
func sweep(n int) []tracker.Edge {
	list := []tracker.Edge{edge("file", "/data/wine.csv", "dataset", "wine@v1")}
	for i := range n {
		run, model := fmt.Sprintf("r%d", i), fmt.Sprintf("m@v%d", i)
		list = append(list, edge("dataset", "wine@v1", "run", run), edge("run", run, "model", model))
	}
	return append(list, edge("model", "m@v3", "run", "e3"), edge("dataset", "wine@v1", "run", "e3"))
}

// Of many alike the newest stand, the others together, and so does what came of
// those; a model with an alias stands by itself.
func TestFold(t *testing.T) {
	g := lineage.Of(sweep(100), tracker.Node{Kind: tracker.KindDataset, ID: "wine@v1"})
	g.Models = []tracker.Model{{Name: "m", Version: 3, Aliases: []string{"champion"}}}
	f := g.Fold(12)
	want := `What made it:
● dataset wine@v1
└─ file wine.csv

What depends on it:
● dataset wine@v1
├─ 97 earlier runs
│  ├─ 96 earlier models
│  └─ model m@v3 @champion
│     └─ run e3
├─ run r97
│  └─ model m@v97
├─ run r98
│  └─ model m@v98
├─ run r99
│  └─ model m@v99
└─ run e3`
	if diff := cmp.Diff(want, f.Trees(false, false)); diff != "" {
		t.Errorf("Fold(12) of 203 nodes mismatch (-want +got):\n%s", diff)
	}
	if len(f.Nodes) > 12 {
		t.Errorf("Fold(12) has %d nodes", len(f.Nodes))
	}
	ends(t, f)
	if diff := cmp.Diff(g.Trees(false, false), g.Fold(len(g.Nodes)).Trees(false, false)); diff != "" {
		t.Errorf("Fold of a graph that is small enough changes it (-want +got):\n%s", diff)
	}
	if tree := lineage.Of(sweep(100)).Fold(12).Tree(); !strings.Contains(tree, "97 earlier runs") {
		t.Errorf("Fold of everything = \n%s\nwant 97 earlier runs", tree)
	}
}

// What many things made is folded upwards, and the thing itself never.
func TestFoldUp(t *testing.T) {
	var list []tracker.Edge
	for i := range 50 {
		list = append(list, edge("file", fmt.Sprintf("/f%d", i), "dataset", "all@v1"), edge("dataset", "all@v1", "run", fmt.Sprintf("r%d", i)))
	}
	f := lineage.Of(list, tracker.Node{Kind: tracker.KindRun, ID: "r7"}).Fold(5)
	want := "What made it:\n● run r7\n└─ dataset all@v1\n   ├─ 48 earlier files\n   ├─ file f48\n   └─ file f49"
	if diff := cmp.Diff(want, f.Trees(true, false)); diff != "" {
		t.Errorf("Fold(5) mismatch (-want +got):\n%s", diff)
	}
	ends(t, f)
}

func TestFoldCircle(t *testing.T) {
	var list []tracker.Edge
	for i := range 30 {
		list = append(list, edge("run", fmt.Sprint(i), "run", fmt.Sprint((i+1)%30)), edge("run", fmt.Sprint(i), "file", fmt.Sprintf("/%d", i)))
	}
	ends(t, lineage.Of(list).Fold(5))
	ends(t, lineage.Of(list, tracker.Node{Kind: tracker.KindRun, ID: "3"}).Fold(5))
}

// ends holds that every end of an edge is a node, once.
func ends(t *testing.T, g lineage.Graph) {
	t.Helper()
	seen := map[tracker.Node]int{}
	for _, n := range g.Nodes {
		if seen[n]++; seen[n] > 1 {
			t.Errorf("node %+v is there %d times", n, seen[n])
		}
	}
	for _, e := range g.Edges {
		if seen[e.From] == 0 || seen[e.To] == 0 {
			t.Errorf("edge %+v has an end that is no node", e)
		}
	}
}
