package dataset_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
)

// An older version becomes the newest again, small or in chunks, as often as is
// asked; what is the newest already stays.
func TestRestore(t *testing.T) {
	for _, c := range []struct {
		name     string
		one, two arrow.Table
	}{
		{"small", prices([]string{"a"}, []float64{1}), prices([]string{"a"}, []float64{2})},
		{"big", big(upTo(300_000), false), big(upTo(300_001), false)},
	} {
		s := folder(t)
		register := func(table arrow.Table) tracker.DatasetVersion {
			t.Helper()
			v, err := dataset.Register(t.Context(), s, c.name, table, "")
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		register(c.one)
		register(c.two)
		for i, ref := range []string{"@v1", "@v1", "@v2", "@v3"} {
			v, err := dataset.Restore(t.Context(), s, c.name+ref, "")
			if want := []int{3, 3, 4, 5}[i]; err != nil || v.Version != want {
				t.Errorf("Restore(%s) = %s, %v, want version %d", ref, v.Ref(), err, want)
			}
		}
		got, v, err := dataset.Open(t.Context(), s, c.name)
		if err != nil || v.Version != 5 {
			t.Fatalf("Open = %s, %v", v.Ref(), err)
		}
		if diff := cmp.Diff(dataset.Columns(c.one), dataset.Columns(got)); diff != "" {
			t.Errorf("%s: restored table mismatch (-want +got):\n%s", c.name, diff)
		}
		if v := register(c.one); v.Version != 5 {
			t.Errorf("%s: Register of what is restored = %s, want the newest that has it", c.name, v.Ref())
		}
		edges, err := s.EdgesTo(t.Context(), tracker.Node{Kind: tracker.KindDataset, ID: c.name + "@v3"})
		if err != nil || len(edges) != 1 || edges[0].From.ID != c.name+"@v1" || edges[0].Role != "restore" {
			t.Errorf("%s: edges to v3 = %+v, %v, want one from v1", c.name, edges, err)
		}
	}
}

// What is done on a branch is not seen by the dataset until it is restored there.
func TestBranch(t *testing.T) {
	s := folder(t)
	register := func(name string, p float64) (tracker.DatasetVersion, error) {
		return dataset.Register(t.Context(), s, name, prices([]string{"a"}, []float64{p}), "")
	}
	must := func(v tracker.DatasetVersion, err error) tracker.DatasetVersion {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if _, err := register("wine:exp", 1); err == nil || !strings.Contains(err.Error(), "no such branch") {
		t.Errorf("Register on a branch that is not there = %v", err)
	}
	one := must(register("wine", 1))
	if v := must(dataset.Branch(t.Context(), s, "wine", "exp")); v.Ref() != "wine:exp@v1" || v.Digest != one.Digest {
		t.Errorf("Branch = %+v, want wine:exp@v1 with the bytes of wine@v1", v)
	}
	if _, err := dataset.Branch(t.Context(), s, "wine", "exp"); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("Branch of the same name = %v", err)
	}
	if _, err := dataset.Branch(t.Context(), s, "wine", "v2"); err == nil {
		t.Error("Branch with a version's name = nil")
	}
	must(register("wine:exp", 2))
	if v := must(s.Dataset(t.Context(), "wine")); v.Version != 1 {
		t.Errorf("wine is %s after a commit to its branch", v.Ref())
	}
	if v := must(dataset.Restore(t.Context(), s, "wine:exp", "wine")); v.Ref() != "wine@v2" {
		t.Errorf("Restore of the branch = %s, want wine@v2", v.Ref())
	}
}
