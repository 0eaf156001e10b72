package dataset_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
)

func TestCheckoutKeepsEdits(t *testing.T) {
	s := folder(t)
	v, err := dataset.Register(t.Context(), s, "big", big(upTo(300_000), false), "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "big.parquet")
	for range 2 { // the second finds what it would write
		if _, err := dataset.Checkout(t.Context(), s, "big", path, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(v.Columns, dataset.Columns(read(t, path))); diff != "" {
		t.Errorf("Checkout mismatch (-want +got):\n%s", diff)
	}
	if err := os.WriteFile(path, []byte("edited"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = dataset.Checkout(t.Context(), s, "big", path, false)
	if body, _ := os.ReadFile(path); err == nil || !strings.Contains(err.Error(), "not this version") || string(body) != "edited" {
		t.Errorf("Checkout over an edited file = %v, file has %d bytes", err, len(body))
	}
	if _, err := dataset.Checkout(t.Context(), s, "big", path, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dataset.Open(t.Context(), s, "big"); err != nil {
		t.Errorf("Open after the checkout was edited = %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".cellar*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCommitHasItsEdge(t *testing.T) {
	s := folder(t)
	for _, p := range []float64{1, 2} {
		if _, err := dataset.Commit(t.Context(), s, "prices", prices([]string{"a"}, []float64{p}), ""); err != nil {
			t.Fatal(err)
		}
	}
	edges, err := s.Edges(t.Context())
	if err != nil || len(edges) != 1 {
		t.Fatalf("Edges = %+v, %v, want one", edges, err)
	}
	want := &tracker.Transform{Step: "commit", RowsIn: 1, RowsOut: 1, Columns: map[string][]string{"price": {"price"}}}
	if diff := cmp.Diff(want, edges[0].Transform); diff != "" || edges[0].From.ID != "prices@v1" || edges[0].To.ID != "prices@v2" {
		t.Errorf("edge %+v, mismatch (-want +got):\n%s", edges[0], diff)
	}
}
