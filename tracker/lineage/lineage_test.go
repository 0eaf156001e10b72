package lineage_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
	"github.com/cellar-ml/cellar/tracker/store/mem"
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
      └─ ● model m@v1
         └─ run e1`
	if diff := cmp.Diff(want, g.Tree()); diff != "" {
		t.Errorf("Tree() mismatch (-want +got):\n%s", diff)
	}
	alone := lineage.Of(nil, tracker.Node{Kind: tracker.KindRun, ID: "r9"})
	if diff := cmp.Diff("● run r9", alone.Tree()); diff != "" {
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

// Two questions, two answers, each under the thing itself.
func TestTrees(t *testing.T) {
	g := lineage.Of(edges(), tracker.Node{Kind: tracker.KindModel, ID: "m@v1"})
	g.Models = []tracker.Model{{Name: "m", Version: 1, Aliases: []string{"best", "champion"}, Stage: tracker.Production}}
	up := `What made it:
● model m@v1 @best @champion (production)
└─ run r1
   └─ dataset wine@v1
      └─ file wine.csv`
	down := `What depends on it:
● model m@v1 @best @champion (production)
└─ run e1`
	for _, tt := range []struct {
		up, down bool
		want     string
	}{{false, false, up + "\n\n" + down}, {true, true, up + "\n\n" + down}, {true, false, up}, {false, true, down}} {
		if diff := cmp.Diff(tt.want, g.Trees(tt.up, tt.down)); diff != "" {
			t.Errorf("Trees(%v, %v) mismatch (-want +got):\n%s", tt.up, tt.down, diff)
		}
	}
	want := "What made them:\n● run r9\n  (nothing is recorded)\n● run r8\n  (nothing is recorded)"
	alone := lineage.Of(nil, tracker.Node{Kind: "run", ID: "r9"}, tracker.Node{Kind: "run", ID: "r8"})
	if diff := cmp.Diff(want, alone.Trees(true, false)); diff != "" {
		t.Errorf("Trees of nodes without edges mismatch (-want +got):\n%s", diff)
	}
}

// A line fits a terminal and moves no cursor, whatever a thing is called.
func TestTreeOfLongNames(t *testing.T) {
	long := strings.Repeat("日", 300) + "\x1b[2J\n"
	g := lineage.Of([]tracker.Edge{edge("file", "/"+long, "dataset", long+"@v1")}, tracker.Node{Kind: "dataset", ID: long + "@v1"})
	for line := range strings.Lines(g.Trees(false, false)) {
		if w := display.Width(strings.TrimSuffix(line, "\n")); w > 80 || strings.Contains(line, "\x1b") {
			t.Errorf("a line of %d columns, want at most 80 and no escapes: %q", w, line)
		}
	}
}

func TestJSON(t *testing.T) {
	g := lineage.Of(edges()[:1], tracker.Node{Kind: "dataset", ID: "wine@v1"})
	got, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"edges":[{"from":{"kind":"file","id":"/data/wine.csv"},"to":{"kind":"dataset","id":"wine@v1"},"role":"","time":"0001-01-01T00:00:00Z"}],` +
		`"nodes":[{"kind":"file","id":"/data/wine.csv","label":"wine.csv"},{"kind":"dataset","id":"wine@v1","label":"wine@v1","seed":true}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON mismatch (-want +got):\n%s", diff)
	}
	empty, err := json.Marshal(lineage.Of(nil))
	if err != nil || string(empty) != `{"edges":[],"nodes":[]}` {
		t.Errorf("JSON of nothing = %s, %v; want two empty lists", empty, err)
	}
}

func TestLabelOfEqualNames(t *testing.T) {
	g := lineage.Of([]tracker.Edge{edge("file", "/a/x.csv", "run", "r"), edge("file", "/b/x.csv", "run", "r"), edge("file", "/b/y.csv", "run", "r")})
	want := "file a/x.csv\n└─ run r\nfile b/x.csv\n└─ run r\nfile y.csv\n└─ run r"
	if diff := cmp.Diff(want, g.Tree()); diff != "" {
		t.Errorf("Tree() mismatch (-want +got):\n%s", diff)
	}
}

// A table of prices from two files, of which one is filtered and joined.
func journey(t *testing.T) (tracker.Store, lineage.Graph) {
	t.Helper()
	s := mem.New(mem.Options{})
	for name, columns := range map[string][]string{"wine": {"id", "price", "colour"}, "rates": {"colour", "rate"}, "priced": {"id", "euro", "colour"}} {
		d := tracker.DatasetVersion{Name: name, Digest: tracker.Digest("sha256:" + strings.Repeat("0", 64))}
		for _, c := range columns {
			d.Columns = append(d.Columns, tracker.Column{Name: c, Type: "utf8"})
		}
		if _, err := s.PutDataset(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	dataset := func(id string) tracker.Node { return tracker.Node{Kind: tracker.KindDataset, ID: id} }
	err := s.AddEdges(t.Context(),
		tracker.Edge{From: tracker.Node{Kind: tracker.KindFile, ID: "/data/wine.csv"}, To: dataset("wine@v1"), Role: "load", Transform: &tracker.Transform{Step: "load", RowsIn: 9, RowsOut: 9, Columns: map[string][]string{"price": {"Preis"}}}},
		tracker.Edge{From: dataset("wine@v1"), To: dataset("priced@v1"), Role: "prepare", Transform: &tracker.Transform{Step: "join", Params: map[string]string{"on": "colour"}, RowsIn: 9, RowsOut: 6, Columns: map[string][]string{"euro": {"price"}}}},
		tracker.Edge{From: dataset("rates@v1"), To: dataset("priced@v1"), Role: "prepare", Transform: &tracker.Transform{Step: "join", Params: map[string]string{"on": "colour"}, RowsIn: 2, RowsOut: 6, Columns: map[string][]string{"euro": {"rate"}}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	g, err := lineage.Open(t.Context(), s, "priced")
	if err != nil {
		t.Fatal(err)
	}
	return s, g
}

func TestTraceAColumn(t *testing.T) {
	s, g := journey(t)
	for column, want := range map[string]string{
		"euro": `euro of priced@v1
├─ price of wine@v1  (join, 9 → 6 rows on=colour)
│  └─ Preis of wine.csv  (load, 9 rows)
└─ rate of rates@v1  (join, 2 → 6 rows on=colour)`,
		"id": `id of priced@v1
└─ id of wine@v1  (join, 9 → 6 rows on=colour)
   └─ id of wine.csv  (load, 9 rows)`,
	} {
		found, err := g.Trace(t.Context(), s, column)
		if err != nil || len(found) != 1 {
			t.Fatalf("Trace(%s) = %v, %v", column, found, err)
		}
		if diff := cmp.Diff(want, found[0].String()); diff != "" {
			t.Errorf("Trace(%s) mismatch (-want +got):\n%s", column, diff)
		}
	}
	if _, err := g.Trace(t.Context(), s, "eurro"); !errors.Is(err, tracker.ErrNotFound) || !strings.Contains(hint.Of(err), "euro") {
		t.Errorf("Trace(eurro) = %v (hint: %s)", err, hint.Of(err))
	}
}

func TestSteps(t *testing.T) {
	_, g := journey(t)
	var got [][]any
	for _, r := range g.Steps().Rows {
		got = append(got, r[:5])
	}
	want := [][]any{
		{"load", "wine.csv", "wine@v1", "9 rows", ""},
		{"join", "wine@v1", "priced@v1", "9 → 6 rows", "on=colour"},
		{"join", "rates@v1", "priced@v1", "2 → 6 rows", "on=colour"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Steps() mismatch (-want +got):\n%s", diff)
	}
	tree := `What made it:
● dataset priced@v1
├─ dataset wine@v1  (join, 9 → 6 rows)
│  └─ file wine.csv  (load, 9 rows)
└─ dataset rates@v1  (join, 2 → 6 rows)`
	if diff := cmp.Diff(tree, g.Trees(true, false)); diff != "" {
		t.Errorf("Trees() mismatch (-want +got):\n%s", diff)
	}
}
