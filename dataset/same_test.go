package dataset_test

import (
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// Equal rows give equal chunks, in whatever records they come.
func TestEqualRowsGiveEqualChunks(t *testing.T) {
	var first *dataset.Manifest
	for _, size := range []int64{1 << 16, 1 << 16, 50_000, 777} {
		s := mem.New(mem.Options{})
		v, err := dataset.RegisterStream(t.Context(), s, "big", array.NewTableReader(big(upTo(300_000), false), size), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := dataset.ManifestOf(t.Context(), s, v)
		if err != nil || m == nil {
			t.Fatalf("ManifestOf = %v, %v", m, err)
		}
		if first == nil {
			first = m
		}
		if diff := cmp.Diff(first, m); diff != "" {
			t.Errorf("records of %d rows: manifest mismatch (-want +got):\n%s", size, diff)
		}
	}
}
