package prep_test

import (
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
)

// table has a number with a missing value and an outlier after the training
// rows, a bool and a text, in two chunks.
func table(t *testing.T, json ...string) arrow.Table {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "mass", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		{Name: "grown", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "island", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	var records []arrow.Record
	for _, text := range json {
		r, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return array.NewTableFromRecords(schema, records)
}

const (
	first = `[{"mass":1,"grown":true,"island":"Dream"},{"mass":null,"grown":true,"island":"Biscoe"},
	          {"mass":3,"grown":null,"island":"Dream"},{"mass":5,"grown":false,"island":null}]`
	second = `[{"mass":1000,"grown":null,"island":"Anvers"}]`
)

var columns = []string{"mass", "grown", "island"}

func TestFitAndApply(t *testing.T) {
	tab := table(t, first, second)
	in, err := prep.Fit(tab, columns, []int{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	want := prep.Inputs{
		{Name: "mass", Kind: prep.Number, Type: "float32", Fill: 3, Mean: 3, Std: math.Sqrt2},
		{Name: "grown", Kind: prep.Bool, Type: "bool", Fill: 1},
		{Name: "island", Kind: prep.Category, Type: "utf8", Most: "Dream", Categories: []string{"Biscoe", "Dream"}},
	}
	if diff := cmp.Diff(want, in, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("Fit mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"mass", "grown", "island=Biscoe", "island=Dream"}, in.Names()); diff != "" {
		t.Errorf("Names mismatch (-want +got):\n%s", diff)
	}
	got, err := in.Apply(tab)
	if err != nil {
		t.Fatal(err)
	}
	s := float32(math.Sqrt2)
	wantInputs := []float32{
		-s, 1, 0, 1,
		0, 1, 1, 0, // the missing mass is the median
		0, 1, 0, 1, // the missing bool is the most frequent
		s, 0, 0, 1, // and so is the missing island
		float32(997 / math.Sqrt2), 1, 0, 0, // an island never seen sets no input
	}
	if diff := cmp.Diff(wantInputs, got, cmpopts.EquateApprox(1e-6, 1e-6)); diff != "" {
		t.Errorf("Apply mismatch (-want +got):\n%s", diff)
	}
}

func TestRareCategories(t *testing.T) {
	var rows []string
	for i := range prep.MaxCategories + 10 {
		name := "c" + strings.Repeat("x", i)
		rows = append(rows, `{"island":"`+name+`"},{"island":"`+name+`"}`)
	}
	tab := table(t, "["+strings.Join(rows, ",")+`,{"island":"rare"}]`)
	all := make([]int, tab.NumRows())
	for i := range all {
		all[i] = i
	}
	in, err := prep.Fit(tab, []string{"island"}, all)
	if err != nil {
		t.Fatal(err)
	}
	if in.Width() != prep.MaxCategories+1 || !in[0].Other {
		t.Fatalf("Width() = %d, Other %v; want %d and true", in.Width(), in[0].Other, prep.MaxCategories+1)
	}
	got, err := in.Apply(table(t, `[{"island":"rare"},{"island":"unknown"}]`))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if got[i*in.Width()+prep.MaxCategories] != 1 {
			t.Errorf("row %d does not set the input of other categories", i)
		}
	}
}

func TestErrors(t *testing.T) {
	tab := table(t, first)
	_, err := prep.Fit(tab, []string{"masss"}, []int{0})
	if err == nil || !strings.Contains(err.Error(), "mass, grown, island") || !strings.Contains(hint.Of(err), "mass") {
		t.Errorf("Fit with a wrong name = %v (hint %q), want the columns and the nearest", err, hint.Of(err))
	}
	in, err := prep.Fit(tab, columns, []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	in[0].Name, in[2].Name = "island", "mass"
	if _, err := in.Apply(tab); err == nil || !strings.Contains(err.Error(), "island") || !strings.Contains(err.Error(), "float32") {
		t.Errorf("Apply to a column that became text = %v, want an error that names it and both types", err)
	}
}
