package recipe_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset/recipe"
)

type reference struct {
	Data struct {
		X, Z, Y          []float64
		Gap              []*float64
		Cat, Label, Text []string
	}
	Columns, Served map[string]map[string][]float64
	Scores, PValues map[string][]float64
}

func readReference(t *testing.T) (reference, arrow.Table) {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	var r reference
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	gap := make([]float64, len(r.Data.Gap))
	for i, v := range r.Data.Gap {
		if gap[i] = math.NaN(); v != nil {
			gap[i] = *v
		}
	}
	return r, table(column{"x", r.Data.X}, column{"z", r.Data.Z}, column{"gap", gap}, column{"cat", r.Data.Cat},
		column{"y", r.Data.Y}, column{"label", r.Data.Label}, column{"text", r.Data.Text})
}

type column struct {
	name   string
	values any
}

// table makes columns of []float64, []string or []arrow.Timestamp; NaN and "-"
// are missing.
func table(columns ...column) arrow.Table {
	var fields []arrow.Field
	var cols []arrow.Column
	for _, c := range columns {
		var a arrow.Array
		switch v := c.values.(type) {
		case []float64:
			b := array.NewFloat64Builder(memory.DefaultAllocator)
			for _, x := range v {
				if math.IsNaN(x) {
					b.AppendNull()
				} else {
					b.Append(x)
				}
			}
			a = b.NewArray()
		case []string:
			b := array.NewStringBuilder(memory.DefaultAllocator)
			for _, x := range v {
				if x == "-" {
					b.AppendNull()
				} else {
					b.Append(x)
				}
			}
			a = b.NewArray()
		case []arrow.Timestamp:
			b := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Microsecond})
			b.AppendValues(v, nil)
			a = b.NewArray()
		}
		f := arrow.Field{Name: c.name, Type: a.DataType(), Nullable: true}
		fields = append(fields, f)
		cols = append(cols, *arrow.NewColumn(f, arrow.NewChunked(a.DataType(), []arrow.Array{a})))
	}
	return array.NewTable(arrow.NewSchema(fields, nil), cols, -1)
}

func values(t *testing.T, tab arrow.Table, name string) []float64 {
	t.Helper()
	for i := range int(tab.NumCols()) {
		if c := tab.Column(i); c.Name() == name {
			v, err := recipe.Numbers(c)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no column %q in %v", name, tab.Schema())
	return nil
}

func parse(t *testing.T, text string) recipe.Recipe {
	t.Helper()
	r, err := recipe.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return r
}

// The reference is scikit-learn: testdata/reference.py.
func TestStepsAgainstScikitLearn(t *testing.T) {
	ref, tab := readReference(t)
	near := cmpopts.EquateApprox(1e-12, 1e-12)
	for line, want := range ref.Columns {
		fitted, trained, err := parse(t, line).Fit(tab, "y", recipe.Tools{})
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		for name, w := range want {
			if diff := cmp.Diff(w, values(t, trained, name), near, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("%s: %s mismatch (-sklearn +got):\n%s", line, name, diff)
			}
		}
		served, err := fitted.Apply(tab, recipe.Tools{})
		if err != nil {
			t.Fatalf("%s: Apply: %v", line, err)
		}
		if s := ref.Served[line]; s != nil {
			want = s
		}
		for name, w := range want {
			if diff := cmp.Diff(w, values(t, served, name), near); diff != "" {
				t.Errorf("%s: served %s mismatch (-sklearn +got):\n%s", line, name, diff)
			}
		}
	}
}

func TestSelectionAgainstScikitLearn(t *testing.T) {
	ref, tab := readReference(t)
	for name, want := range ref.Scores {
		method, target, _ := strings.Cut(name, " ")
		s, err := recipe.Select(only(tab, "x", "z", "cat", target), recipe.SelectOptions{Method: method, Target: target}, recipe.Tools{})
		if err != nil {
			t.Fatal(err)
		}
		for i, column := range []string{"x", "z", "cat"}[:len(want)] {
			at := slices.IndexFunc(s.Scores, func(s recipe.Score) bool { return s.Column == column })
			// scikit-learn's distance is sqrt(d²), which is an ulp off at times, so that
			// a neighbour at the radius itself may count there: 1/17 of 1/120 here.
			tolerance := 1e-9
			if method == "mi" {
				tolerance = 1e-3
			}
			if got := s.Scores[at].Score; math.Abs(got-want[i]) > tolerance*max(1, want[i]) {
				t.Errorf("%s of %s = %.12g, sklearn has %.12g", name, column, got, want[i])
			}
			if s.Scores[at].Why == "" {
				t.Errorf("%s of %s has no reason", name, column)
			}
		}
	}
}

func only(t arrow.Table, names ...string) arrow.Table {
	var fields []arrow.Field
	var cols []arrow.Column
	for i := range int(t.NumCols()) {
		if c := t.Column(i); slices.Contains(names, c.Name()) {
			fields, cols = append(fields, c.Field()), append(cols, *c)
		}
	}
	return array.NewTable(arrow.NewSchema(fields, nil), cols, t.NumRows())
}
