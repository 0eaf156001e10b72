package dataset_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// A version without rows can be restored, and then read in both ways.
func TestRestoreOfNoRows(t *testing.T) {
	s := mem.New(mem.Options{})
	for _, text := range []string{"a,b\n", "a,b\n1,2\n"} {
		if _, err := dataset.Register(t.Context(), s, "t", read(t, write(t, "t.csv", text)), ""); err != nil {
			t.Fatal(err)
		}
	}
	v, err := dataset.Restore(t.Context(), s, "t@v1", "")
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := dataset.Open(t.Context(), s, v.Ref())
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := dataset.Scan(t.Context(), s, v.Ref())
	if err != nil {
		t.Fatal(err)
	}
	scanned, err := dataset.Collect(r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a:utf8 b:utf8"}
	if diff := cmp.Diff([][]string{want, want}, [][]string{dump(got), dump(scanned)}); diff != "" {
		t.Errorf("a restored version without rows (-want +got):\n%s", diff)
	}
}
