package schema_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset/schema"
	"github.com/cellar-ml/cellar/tracker"
)

// column is a table of one column x of numbers or words.
func column(values []any) arrow.Table {
	var a arrow.Array
	if _, ok := values[0].(string); ok {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		for _, v := range values {
			b.Append(v.(string))
		}
		a = b.NewArray()
	} else {
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		for _, v := range values {
			b.Append(v.(float64))
		}
		a = b.NewArray()
	}
	f := arrow.Field{Name: "x", Type: a.DataType(), Nullable: true}
	return array.NewTable(arrow.NewSchema([]arrow.Field{f}, nil), []arrow.Column{*arrow.NewColumn(f, arrow.NewChunked(f.Type, []arrow.Array{a}))}, int64(a.Len()))
}

// otherTable is an Other that knows one table.
func otherTable(t arrow.Table) schema.Other {
	return func(context.Context, string, string) (*arrow.Chunked, tracker.DatasetVersion, error) {
		return t.Column(0).Data(), tracker.DatasetVersion{Name: "ref", Version: 1}, nil
	}
}

// Distances are those of scipy 1.17.1 (ks_2samp, wasserstein_distance,
// jensenshannon) and of numpy on the same bins: testdata/distances.py.
func TestDistances(t *testing.T) {
	data, err := os.ReadFile("testdata/distances.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			A, B []any
			Want map[string]float64
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for i, c := range file.Cases {
		for _, m := range schema.Measures() {
			want, ok := c.Want[m.Name]
			if !ok && !m.Numbers {
				t.Errorf("case %d has no %s", i, m.Name)
			}
			if !ok {
				continue
			}
			s := &schema.Schema{Columns: []schema.Column{{Name: "x", Expect: []schema.Expectation{{Rule: schema.Distance{To: "ref", Measure: m.Name, Max: want - 1e-6}}}}}}
			r, err := schema.Check(t.Context(), column(c.B), s, schema.Options{Other: otherTable(column(c.A))})
			if err != nil {
				t.Fatal(err)
			}
			o := r.Outcomes[0]
			if o.Value == nil || math.Abs(*o.Value-want) > 1e-9*max(1, want) {
				t.Errorf("case %d: %s = %v, want %v (%+v)", i, m.Name, show(o.Value), want, o)
			}
			if !o.Failed {
				t.Errorf("case %d: %s at most %v does not fail at %v", i, m.Name, want-1e-6, show(o.Value))
			}
		}
	}
}

func show(v *float64) string {
	if v == nil {
		return "nothing"
	}
	return fmt.Sprint(*v)
}

// A distance between other things than there are is not met, and says why.
func TestDistanceOfOtherTypes(t *testing.T) {
	words, numbers := column([]any{"a", "b"}), column([]any{1.0, 2.0})
	for _, c := range []struct {
		table, other arrow.Table
		measure      string
		want         string
	}{
		{words, words, "ks", "error x distance problem: ks is between numbers or times, not between string: use js, psi or linf"},
		{words, numbers, "js", "error x distance problem: the values are string, those of ref@v1 are float64"},
	} {
		s := &schema.Schema{Columns: []schema.Column{{Name: "x", Expect: []schema.Expectation{{Rule: schema.Distance{To: "ref", Measure: c.measure}}}}}}
		r, err := schema.Check(t.Context(), c.table, s, schema.Options{Other: otherTable(c.other)})
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(r); len(got) != 1 || got[0] != c.want {
			t.Errorf("Check = %q, want %q", got, c.want)
		}
	}
}
