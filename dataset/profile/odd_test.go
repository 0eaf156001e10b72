package profile_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset/profile"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

// whole holds that a report can be shown in all ways, 80 columns wide as text.
func whole(t *testing.T, name string, r interface {
	Display() display.Bundle
	String() string
}) {
	t.Helper()
	for _, line := range strings.Split(r.String(), "\n") {
		if display.Width(line) > 80 {
			t.Errorf("%s: a line of text is %d columns wide: %s", name, display.Width(line), line)
		}
	}
	html, _ := r.Display().Data[display.MIMEHTML].(string)
	if html == "" || strings.Contains(html, "<script") || strings.Contains(html, "<svg") || strings.Contains(strings.ReplaceAll(html, "NaN, null", ""), "NaN") {
		t.Errorf("%s: html is empty, or has a script, a bare picture or a NaN:\n%.2000s", name, html)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Errorf("%s: Marshal = %v", name, err)
	}
}

// odd are tables that a profile must take.
var odd = map[string]string{
	"no rows":        "a,b\n",
	"all missing":    "a,b\n,\n,\n",
	"one row":        "a,b,c\n1,x,2024-01-01\n",
	"constant":       "a,b\n1,x\n1,x\n1,x\n",
	"infinite":       "a,b\n1.5,2\ninf,3\n-inf,4\n2.5,5\n",
	"only infinite":  "a,b\ninf,1\ninf,2\n",
	"largest":        "a,b\n1.7e308,1\n-1.7e308,2\n1e-320,3\n",
	"escape":         "<script>alert(1)</script>,n\n<script>alert(1)</script>,1\n<b>,2\n",
	"long text":      "a,b\n" + strings.Repeat("x", 1<<20) + ",1\n" + strings.Repeat("\U0001f377", 1000) + ",2\n",
	"long names":     strings.Repeat("a very long name ", 20) + "," + strings.Repeat("名", 100) + "\n1,2\n3,5\n4,4\n",
	"far apart":      "d\n0001-01-01\n9999-12-31\n2024-01-01\n",
	"past 2^53":      "id\n9007199254740993\n9007199254740992\n",
	"missing target": "a,b\n1,x\n2,\n3,y\n4,x\n",
}

func TestOddTables(t *testing.T) {
	for name, text := range odd {
		table := parse(t, text)
		whole(t, name, of(t, table, profile.Options{}))
		whole(t, name+", brief", of(t, table, profile.Options{Brief: true}))
		whole(t, name+", test", of(t, table, profile.Options{Test: table, TestName: "itself"}))
		if name != "no rows" && name != "all missing" {
			last := table.Schema().Field(int(table.NumCols()) - 1).Name
			whole(t, name+", target", of(t, table, profile.Options{Target: last}))
		}
		for other, text := range odd {
			c, err := profile.Compare(t.Context(), profile.Side{Name: name, Table: table}, profile.Side{Name: other, Table: parse(t, text)})
			if err != nil {
				t.Fatal(err)
			}
			whole(t, name+" with "+other, c)
		}
	}
}

func TestOddFigures(t *testing.T) {
	c := of(t, parse(t, odd["infinite"]), profile.Options{}).Columns[0]
	if c.Numbers.Infinite != 2 || c.Numbers.Mean != 2 || c.Distinct != 4 || c.Missing != 0 {
		t.Errorf("infinite: %+v of %d distinct, want 2 infinite, a mean of 2, 4 distinct", c.Numbers, c.Distinct)
	}
	c = of(t, parse(t, odd["past 2^53"]), profile.Options{}).Columns[0]
	if c.Distinct != 2 || c.Top[1].Value != "9007199254740993" {
		t.Errorf("past 2^53: %d distinct, top %v, want two, told apart", c.Distinct, c.Top)
	}
	c = of(t, parse(t, odd["largest"]), profile.Options{}).Columns[0]
	if math.IsInf(c.Numbers.Std, 0) || math.Abs(c.Numbers.Std-1.7e308) > 1e300 {
		t.Errorf("largest: std %v, want 1.7e308", c.Numbers.Std)
	}
	c = of(t, parse(t, odd["far apart"]), profile.Options{}).Columns[0]
	if diff := cmp.Diff([]string{"0001-01-01", "9999-12-31"}, []string{c.Times.First, c.Times.Last}); diff != "" || c.Times.Ascending {
		t.Errorf("far apart: %+v (-want +got):\n%s", c.Times, diff)
	}
}

// floats is a table of one column with a NaN and a null.
func floats(values ...float64) arrow.Table {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.AppendValues(values, nil)
	b.AppendNull()
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	return array.NewTableFromSlice(schema, [][]arrow.Array{{b.NewArray()}})
}

func TestNaNAgainstNull(t *testing.T) {
	r := of(t, floats(1, 2, math.NaN(), 2), profile.Options{})
	if c := r.Columns[0]; c.Missing != 2 || c.NaN != 1 || c.Distinct != 2 {
		t.Errorf("missing %d, NaN %d, distinct %d, want 2, 1, 2", c.Missing, c.NaN, c.Distinct)
	}
	if r.Repeated != 2 { // 2 again, and the NaN is the null
		t.Errorf("%d duplicates, want 2", r.Repeated)
	}
	if !strings.Contains(r.String(), "1 null and 1 NaN") {
		t.Errorf("nothing is said of NaN and null:\n%s", r)
	}
}

func TestUnknownTarget(t *testing.T) {
	_, err := profile.Of(t.Context(), parse(t, "price,b\n1,2\n"), profile.Options{Target: "prise"})
	if err == nil || hint.Of(err) != "did you mean price?" {
		t.Errorf("Of(target prise) = %v, hint %q", err, hint.Of(err))
	}
	if _, err = profile.Of(t.Context(), parse(t, "a,b\n,1\n,2\n"), profile.Options{Target: "a"}); err == nil || hint.Of(err) == "" {
		t.Errorf("Of(target without values) = %v, hint %q", err, hint.Of(err))
	}
}

func TestWideTable(t *testing.T) {
	const wide = 10_000
	names, row := make([]string, wide), make([]string, wide)
	for i := range names {
		names[i], row[i] = fmt.Sprintf("c%d", i), "%[1]d"
	}
	line := strings.Join(row, ",")
	text := strings.Join(names, ",") + "\n"
	for i := range 5 {
		text += strings.ReplaceAll(line, "%[1]d", fmt.Sprint(i*i%7)) + "\n"
	}
	r := of(t, parse(t, text), profile.Options{Target: "c9999"})
	whole(t, "wide", r)
	if len(r.Relations.LeftOut) != wide-100 || len(r.Columns) != wide {
		t.Errorf("%d columns, %d not compared, want %d, %d", len(r.Columns), len(r.Relations.LeftOut), wide, wide-100)
	}
	if html := r.Display().Data[display.MIMEHTML].(string); len(html) > 2<<20 {
		t.Errorf("html has %d bytes", len(html))
	}
}

// TestLeaks holds that what leaks is found and what does not is not.
func TestLeaks(t *testing.T) {
	text := "id,noise,copy,threshold,useful,rare,price\n"
	for i := range 400 {
		noise := i * 7919 % 101
		price := i * 104729 % 1009
		rare := 0
		if price > 980 {
			rare = 1
		}
		text += fmt.Sprintf("r%d,%d,%d,%t,%d,%d,%d\n", i, noise, price*3+1, price > 980, price/300*10+noise%10, rare, price)
	}
	table := parse(t, text)
	find := func(target string) map[string]bool {
		found := map[string]bool{}
		for _, f := range of(t, table, profile.Options{Target: target}).Findings {
			if f.Level == profile.LevelLeak {
				found[f.Kind+" "+f.Column] = true
			}
		}
		return found
	}
	if diff := cmp.Diff(map[string]bool{"id id": true, "predicts copy": true}, find("price")); diff != "" {
		t.Errorf("leaks of price mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"id id": true, "predicts copy": true, "predicts threshold": true, "predicts price": true}, find("rare")); diff != "" {
		t.Errorf("leaks of rare mismatch (-want +got):\n%s", diff)
	}
}

func TestTrainAndTest(t *testing.T) {
	train := "id,x,y\n"
	for i := range 30 {
		train += fmt.Sprintf("%d,%d,%d\n", i, i*i, i%2)
	}
	// One row is the same, one has other id and target, one an id of the training rows, one a type that differs.
	test := parse(t, "id,x,y\n3,9,1\n100,16,1\n5,7.5,0\n101,8,0\n")
	o := of(t, parse(t, train), profile.Options{Target: "y", Test: test, TestName: "test"}).Test
	want := &profile.Overlap{Name: "test", Rows: 4, Columns: 3, Common: 1, Features: 2, IDs: []profile.Count{{Value: "id", Count: 2}}}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("Test mismatch (-want +got):\n%s", diff)
	}
}

func TestCompareSchemas(t *testing.T) {
	a, b := parse(t, "x,gone,kind\n1,2,a\n2,3,b\n3,4,b\n"), parse(t, "new,kind,x\n1,b,1.0\n2,c,2.5\n3,c,3.0\n")
	c, err := profile.Compare(t.Context(), profile.Side{Name: "a", Table: a}, profile.Side{Name: "b", Table: b})
	if err != nil {
		t.Fatal(err)
	}
	whole(t, "schemas", c)
	if diff := cmp.Diff([]any{[]profile.Field{{Name: "gone", Type: "int64"}}, []profile.Field{{Name: "new", Type: "int64"}}, true, int64(0)},
		[]any{c.OnlyA, c.OnlyB, c.Moved, c.Both}); diff != "" {
		t.Errorf("Compare mismatch (-want +got):\n%s", diff)
	}
	kind := c.Columns[1]
	if diff := cmp.Diff([][]profile.Count{{{Value: "c", Count: 2}}, {{Value: "a", Count: 1}}}, [][]profile.Count{kind.New, kind.Lost}); diff != "" {
		t.Errorf("new and lost values mismatch (-want +got):\n%s", diff)
	}
	same, err := profile.Compare(t.Context(), profile.Side{Name: "a", Table: a}, profile.Side{Name: "a", Table: a})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range same.Columns {
		if !d.Same || *d.PSI != 0 || *d.JS != 0 || d.KS != nil && *d.KS != 0 {
			t.Errorf("%s differs from itself: %+v", d.Name, d)
		}
	}
	if same.Both != 3 {
		t.Errorf("a table has %d rows in common with itself, want 3", same.Both)
	}
}
