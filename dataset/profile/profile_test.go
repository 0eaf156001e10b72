package profile_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/profile"
)

const penguins = "../../notebooks/data/penguins.csv"

// reference is what pandas, scipy and scikit-learn say: testdata/reference.py.
type reference struct {
	Penguins, Numbers tableReference
	Duplicates        int64
	Targets           map[string]map[string]map[string]float64
	Distances         map[string]map[string]float64
}

type tableReference struct {
	Rows    int64
	Columns map[string]struct {
		Missing, Distinct int64
		Top               []profile.Count
		Numbers           *profile.Numbers
		Histogram         []int64
		Lengths, Gaps     []float64
	}
	Relations struct {
		Pearson, Spearman [][]*float64
		CramersV          [][]any `json:"cramers_v"`
		Nats              [][]any `json:"mutual_information"`
		Normalized        [][]any `json:"normalized"`
	}
}

// Skewness of numbers near a million differs by 4e-9: pandas sums in one pass.
var near = cmp.Options{cmpopts.EquateApprox(1e-8, 1e-12), cmpopts.EquateNaNs()}

func load(t *testing.T) (r reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t *testing.T, path string) arrow.Table {
	t.Helper()
	table, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// parse is the table of a CSV text.
func parse(t *testing.T, text string) arrow.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func of(t *testing.T, table arrow.Table, o profile.Options) *profile.Report {
	t.Helper()
	r, err := profile.Of(t.Context(), table, o)
	if err != nil {
		t.Fatalf("Of(%+v) = %v", o, err)
	}
	return r
}

func TestColumnsAgainstPandas(t *testing.T) {
	all := load(t)
	for path, want := range map[string]tableReference{penguins: all.Penguins, "testdata/numbers.csv": all.Numbers} {
		got := of(t, read(t, path), profile.Options{})
		if got.Rows != want.Rows || len(got.Columns) != len(want.Columns) {
			t.Errorf("%s: %d rows, %d columns, want %d, %d", path, got.Rows, len(got.Columns), want.Rows, len(want.Columns))
		}
		for _, c := range got.Columns {
			w := want.Columns[c.Name]
			if c.Missing != w.Missing || c.Distinct != w.Distinct {
				t.Errorf("%s %s: missing %d, distinct %d, want %d, %d", path, c.Name, c.Missing, c.Distinct, w.Missing, w.Distinct)
			}
			if diff := cmp.Diff(w.Numbers, c.Numbers, near); diff != "" {
				t.Errorf("%s %s: numbers mismatch (-pandas +got):\n%s", path, c.Name, diff)
			}
			if diff := cmp.Diff(w.Top, c.Top); w.Top != nil && diff != "" {
				t.Errorf("%s %s: top mismatch (-pandas +got):\n%s", path, c.Name, diff)
			}
			if diff := cmp.Diff(w.Histogram, counts(c.Bins)); len(c.Bins) == 20 && c.Numbers != nil && diff != "" {
				t.Errorf("%s %s: histogram mismatch (-numpy +got):\n%s", path, c.Name, diff)
			}
			if l := c.Lengths; l != nil {
				if diff := cmp.Diff(w.Lengths, []float64{float64(l.Min), l.Median, l.Mean, float64(l.Max)}, near); diff != "" {
					t.Errorf("%s %s: lengths mismatch (-pandas +got):\n%s", path, c.Name, diff)
				}
			}
			if x := c.Times; x != nil {
				if diff := cmp.Diff(w.Gaps, []float64{x.Typical.Seconds(), x.Longest.Seconds(), float64(x.Wide)}, near); diff != "" {
					t.Errorf("%s %s: gaps mismatch (-pandas +got):\n%s", path, c.Name, diff)
				}
			}
		}
	}
}

func counts(bins []profile.Bin) (n []int64) {
	for _, b := range bins {
		n = append(n, b.Count)
	}
	return n
}

func TestRelationsAgainstReferences(t *testing.T) {
	all := load(t)
	for path, want := range map[string]tableReference{penguins: all.Penguins, "testdata/numbers.csv": all.Numbers} {
		got := of(t, read(t, path), profile.Options{}).Relations
		for name, pair := range map[string]struct {
			want [][]*float64
			got  profile.Matrix
		}{"Pearson": {want.Relations.Pearson, got.Pearson}, "Spearman": {want.Relations.Spearman, got.Spearman}} {
			if len(pair.want) != len(pair.got.Columns) {
				t.Fatalf("%s %s has columns %v, want %d", path, name, pair.got.Columns, len(pair.want))
			}
			for i := range pair.want {
				for j, w := range pair.want[i] {
					if g := pair.got.Values[i][j]; i != j && math.Abs(g-*w) > 1e-10 {
						t.Errorf("%s %s(%s, %s) = %v, pandas has %v", path, name, pair.got.Columns[i], pair.got.Columns[j], g, *w)
					}
				}
			}
		}
		for name, pair := range map[string]struct {
			want [][]any
			got  profile.Matrix
		}{"Cramér's V": {want.Relations.CramersV, got.CramersV}, "mutual information": {want.Relations.Nats, got.Nats}, "normalized": {want.Relations.Normalized, got.Normalized}} {
			for _, w := range pair.want {
				i, j := slices.Index(pair.got.Columns, w[0].(string)), slices.Index(pair.got.Columns, w[1].(string))
				if i < 0 || j < 0 {
					t.Errorf("%s %s has columns %v, want %v and %v", path, name, pair.got.Columns, w[0], w[1])
				} else if g := pair.got.Values[i][j]; math.Abs(g-w[2].(float64)) > 1e-10 {
					t.Errorf("%s %s(%v, %v) = %v, the reference has %v", path, name, w[0], w[1], g, w[2])
				}
			}
		}
	}
}

func TestTargetsAgainstReferences(t *testing.T) {
	table := read(t, penguins)
	for target, columns := range load(t).Targets {
		got := of(t, table, profile.Options{Target: target}).Target
		if len(got.Relations) != len(columns) {
			t.Errorf("target %s has %d relations, want %d", target, len(got.Relations), len(columns))
		}
		for _, r := range got.Relations {
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var named map[string]any
			if err := json.Unmarshal(data, &named); err != nil {
				t.Fatal(err)
			}
			for measure, want := range columns[r.Column] {
				tolerance := 1e-9
				if measure == "alone" && strings.HasPrefix(r.Column, "bill_") {
					tolerance = 0.01 // scikit-learn rounds to float32, and values lie on its thresholds; of whole numbers it is exact
				}
				if got, ok := named[measure].(float64); !ok || math.Abs(got-want) > tolerance {
					t.Errorf("target %s, %s: %s = %v, the reference has %v", target, r.Column, measure, named[measure], want)
				}
			}
		}
	}
}

func TestDuplicatesAgainstPandas(t *testing.T) {
	table := read(t, penguins)
	var fields []arrow.Field
	var columns []arrow.Column
	for _, name := range []string{"species", "island", "sex", "year"} {
		i, err := dataset.ColumnIndex(table, name)
		if err != nil {
			t.Fatal(err)
		}
		fields, columns = append(fields, table.Schema().Field(i)), append(columns, *table.Column(i))
	}
	got := of(t, array.NewTable(arrow.NewSchema(fields, nil), columns, table.NumRows()), profile.Options{})
	if want := load(t).Duplicates; got.Repeated != want {
		t.Errorf("%d duplicate rows, pandas has %d", got.Repeated, want)
	}
}

// where takes the rows of penguins of one year, or of the others.
func where(t *testing.T, table arrow.Table, year int64, same bool) arrow.Table {
	t.Helper()
	i, err := dataset.ColumnIndex(table, "year")
	if err != nil {
		t.Fatal(err)
	}
	var rows []int
	at := 0
	for _, chunk := range table.Column(i).Data().Chunks() {
		for _, y := range chunk.(*array.Int64).Int64Values() {
			if (y == year) == same {
				rows = append(rows, at)
			}
			at++
		}
	}
	part, err := dataset.Take(table, rows)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

func TestDistancesAgainstScipy(t *testing.T) {
	table := read(t, penguins)
	a, b := where(t, table, 2007, true), where(t, table, 2007, false)
	got, err := profile.Compare(t.Context(), profile.Side{Name: "a", Table: a}, profile.Side{Name: "b", Table: b})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range got.Columns {
		for name, want := range load(t).Distances[d.Name] {
			x := map[string]*float64{"psi": d.PSI, "js": d.JS, "ks": d.KS}[name]
			if x == nil || math.Abs(*x-want) > 1e-10 {
				t.Errorf("%s: %s = %v, scipy has %v", d.Name, name, show(x), want)
			}
		}
	}
	if got.RowsA+got.Both != a.NumRows() || got.RowsB+got.Both != b.NumRows() || got.Both != 0 {
		t.Errorf("rows: %d both, %d only a, %d only b; want 0 and all", got.Both, got.RowsA, got.RowsB)
	}
}

func show(x *float64) string {
	if x == nil {
		return "none"
	}
	return fmt.Sprint(*x)
}
