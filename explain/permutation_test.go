package explain_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/explain"
	"github.com/cellar-ml/cellar/internal/hint"
)

const rows = 2000

// table has y = 3a - b + 2·[kind is odd], which does not depend on c.
func table(t *testing.T) arrow.Table {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.PrimitiveTypes.Float64}, {Name: "b", Type: arrow.PrimitiveTypes.Float64},
		{Name: "c", Type: arrow.PrimitiveTypes.Float64}, {Name: "kind", Type: arrow.BinaryTypes.String},
		{Name: "y", Type: arrow.PrimitiveTypes.Float64}, {Name: "big", Type: arrow.FixedWidthTypes.Boolean},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range rows {
		a, m, c := r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
		y := 3*a - m + 2*float64(i%2)
		for k, v := range []float64{a, m, c} {
			b.Field(k).(*array.Float64Builder).Append(v)
		}
		b.Field(3).(*array.StringBuilder).Append([]string{"even", "odd"}[i%2])
		b.Field(4).(*array.Float64Builder).Append(y)
		b.Field(5).(*array.BooleanBuilder).Append(y > 1)
	}
	return array.NewTableFromRecords(schema, []arrow.Record{b.NewRecord()})
}

func model(t *testing.T, tab arrow.Table, s engine.Spec) *engine.Model {
	t.Helper()
	r, err := engine.Fit(t.Context(), tab, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.Model
}

// TestPermutationKnown holds the importances of a linear function against their
// expectation: shuffling a column of variance v with weight w gives a root mean
// squared error of |w|·sqrt(2v).
func TestPermutationKnown(t *testing.T) {
	tab := table(t)
	m := model(t, tab, engine.Spec{Family: "linear", Target: "y", Features: []string{"c", "b", "kind", "a"}, Validation: -1})
	got, err := explain.Permutation(t.Context(), m, tab, explain.PermutationOptions{Repeats: 10, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	if got.Metric != "rmse" || got.Score > 0.01 || got.Rows != rows {
		t.Errorf("metric %s, score %g, %d rows; want rmse near 0 on %d", got.Metric, got.Score, got.Rows, rows)
	}
	want := []struct {
		column string
		mean   float64
	}{{"a", 3 * math.Sqrt2}, {"kind", 2 * math.Sqrt(2*0.25)}, {"b", math.Sqrt2}, {"c", 0}}
	// kind and b are equally important.
	if got.Columns[1].Column == "b" {
		want[1], want[2] = want[2], want[1]
	}
	for i, w := range want {
		if c := got.Columns[i]; c.Column != w.column || math.Abs(c.Mean-w.mean) > 0.04*max(w.mean, 1) {
			t.Errorf("column %d: %s %.3f, want %s %.3f", i, c.Column, c.Mean, w.column, w.mean)
		}
	}
	again, err := explain.Permutation(t.Context(), m, tab, explain.PermutationOptions{Repeats: 10, Seed: 4})
	if diff := cmp.Diff(got, again); diff != "" || err != nil {
		t.Errorf("the same seed gives another result (%v):\n%s", err, diff)
	}
}

func TestPermutationClassification(t *testing.T) {
	tab := table(t)
	m := model(t, tab, engine.Spec{Family: "logistic", Target: "big", Features: []string{"a", "b", "c"}})
	for _, metric := range []string{"", "auc", "log_loss"} {
		got, err := explain.Permutation(t.Context(), m, tab, explain.PermutationOptions{Metric: metric})
		if err != nil {
			t.Fatal(err)
		}
		if got.Columns[0].Column != "a" || got.Columns[2].Column != "c" || !(got.Columns[0].Mean > 0.05) || got.Repeats != 5 {
			t.Errorf("metric %q: %+v; want a on top and c last", metric, got.Columns)
		}
	}
}

func TestPermutationErrors(t *testing.T) {
	tab := table(t)
	m := model(t, tab, engine.Spec{Family: "logistic", Target: "big", Features: []string{"a"}, Epochs: 2})
	_, err := explain.Permutation(t.Context(), m, tab, explain.PermutationOptions{Metric: "acuracy"})
	if err == nil || !strings.Contains(err.Error(), "log_loss") || !strings.Contains(hint.Of(err), "accuracy") {
		t.Errorf("wrong metric: %v (hint %q), want the list and the nearest", err, hint.Of(err))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := explain.Permutation(ctx, m, tab, explain.PermutationOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v, want context.Canceled", err)
	}
	without := array.NewTable(arrow.NewSchema(tab.Schema().Fields()[:5], nil), columns(tab, 5), tab.NumRows())
	if _, err := explain.Permutation(t.Context(), m, without, explain.PermutationOptions{}); err == nil || !strings.Contains(err.Error(), `"big"`) {
		t.Errorf("no target: %v, want it named", err)
	}
}

func columns(t arrow.Table, n int) []arrow.Column {
	var out []arrow.Column
	for i := range n {
		out = append(out, *t.Column(i))
	}
	return out
}

func TestDisplay(t *testing.T) {
	i := &explain.Importance{Model: "mlp of y", Metric: "accuracy", Score: 0.9, Rows: 50, Repeats: 3,
		Columns: []explain.ColumnImportance{{"<b>", 0.25, 0.01}, {"c", 0, 0.02}}}
	b := i.Display()
	text, markup := b.Data[display.MIMEText].(string), b.Data[display.MIMEHTML].(string)
	for _, want := range []string{"<b>", "0.25", "drop of accuracy", "50 rows"} {
		if !strings.Contains(text, want) {
			t.Errorf("text lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(markup, "<b>") {
		t.Error("a column's name is not escaped in the HTML")
	}
}
