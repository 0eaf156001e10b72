package dataset_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// prices is a table of text keys and numbers; "" is a missing key, a price below
// 0 a missing price.
func prices(sku []string, price []float64) arrow.Table {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "sku", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "price", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range sku {
		if sku[i] == "" {
			b.Field(0).AppendNull()
		} else {
			b.Field(0).(*array.StringBuilder).Append(sku[i])
		}
		if price[i] < 0 {
			b.Field(1).AppendNull()
		} else {
			b.Field(1).(*array.Float64Builder).Append(price[i])
		}
	}
	return array.NewTableFromRecords(schema, []arrow.Record{b.NewRecord()})
}

func TestDiffByKey(t *testing.T) {
	was := prices([]string{"a", "b", "c", "d"}, []float64{1, 2, -1, 4})
	is := prices([]string{"d", "c", "b", "e"}, []float64{4, 3, -1, 5})
	got, err := dataset.DiffTables(was, is, dataset.DiffOptions{Key: []string{"sku"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []dataset.RowChange{
		{Key: []string{"c"}, How: "changed", Cells: []dataset.CellChange{{Column: "price", Was: "(null)", Is: "3"}}},
		{Key: []string{"b"}, How: "changed", Cells: []dataset.CellChange{{Column: "price", Was: "2", Is: "(null)"}}},
		{Key: []string{"e"}, How: "added"},
		{Key: []string{"a"}, How: "removed"},
	}
	if diff := cmp.Diff(want, got.Changes); diff != "" || got.Added != 1 || got.Removed != 1 || got.Changed != 2 {
		t.Errorf("%d added, %d removed, %d changed; changes mismatch (-want +got):\n%s", got.Added, got.Removed, got.Changed, diff)
	}
	c := got.Columns[1]
	if c.How != "content" || c.Rows != 2 || c.Was.Missing != 1 || c.Was.Max != 4 || c.Is.Mean != 4 {
		t.Errorf("column price = %+v, was %+v, is %+v", c, c.Was, c.Is)
	}
}

// Equal columns whose keys changed places have changed rows.
func TestDiffOfMovedKeys(t *testing.T) {
	got, err := dataset.DiffTables(prices([]string{"a", "b"}, []float64{1, 2}), prices([]string{"b", "a"}, []float64{1, 2}), dataset.DiffOptions{Key: []string{"sku"}})
	if err != nil || got.Changed != 2 {
		t.Errorf("DiffTables(keys swapped) = %+v, %v, want 2 changed rows", got, err)
	}
}

func TestDiffRefusesKeys(t *testing.T) {
	good := prices([]string{"a", "b"}, []float64{1, 2})
	for _, c := range []struct {
		table arrow.Table
		key   string
		want  string
	}{
		{prices([]string{"a", "b", "a"}, []float64{1, 2, 3}), "sku", "rows 1 and 3 have a"},
		{prices([]string{"a", ""}, []float64{1, 2}), "sku", "the first of them row 2"},
		{good, "skv", "skv"},
	} {
		_, err := dataset.DiffTables(good, c.table, dataset.DiffOptions{Key: []string{c.key}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("DiffTables(key %s) = %v, want %q", c.key, err, c.want)
		}
	}
}

func TestTags(t *testing.T) {
	s := mem.New(mem.Options{})
	for _, p := range []float64{1, 2} {
		if _, err := dataset.Register(t.Context(), s, "prices", prices([]string{"a"}, []float64{p}), ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := dataset.SetTag(t.Context(), s, "prices@v1", "clean", false); err != nil {
		t.Fatal(err)
	}
	_, v, err := dataset.Open(t.Context(), s, "prices@clean")
	if err != nil || v.Version != 1 {
		t.Errorf("Open(prices@clean) = version %d, %v, want 1", v.Version, err)
	}
	for tag, want := range map[string]string{"v2": "a version's name", "2": "a version's name", "a b": "not a name", "clean": "is version 1"} {
		if _, err := dataset.SetTag(t.Context(), s, "prices@v2", tag, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("SetTag(%q) = %v, want %s", tag, err, want)
		}
	}
	if _, err := dataset.SetTag(t.Context(), s, "prices@v2", "clean", true); err != nil {
		t.Fatal(err)
	}
	if v, err := dataset.Find(t.Context(), s, "prices@clean"); err != nil || v.Version != 2 {
		t.Errorf("Find(prices@clean) = version %d, %v, want 2 after the move", v.Version, err)
	}
}
