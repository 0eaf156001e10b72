package schema_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/schema"
)

// read is the table of CSV text.
func read(t testing.TB, text string) arrow.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func parse(t testing.TB, text string) *schema.Schema {
	t.Helper()
	s, err := schema.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// faults are the outcomes that failed, a line each, with their rows.
func faults(r *schema.Result) []string {
	list := []string{}
	for _, o := range r.Outcomes {
		if !o.Failed {
			continue
		}
		line := fmt.Sprintf("%s %s %s", o.Level, o.Column, o.Kind)
		if o.Problem != "" {
			line += " problem: " + o.Problem
		}
		if o.Got != "" {
			line += " (" + o.Got + ")"
		}
		for _, e := range o.Examples {
			line += " " + e.String()
		}
		list = append(list, line)
	}
	return list
}

// Each kind of rule, on values of which some fail.
// Long: a table of cases.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, column, data string
		want               []string
	}{
		{"range of whole numbers", "{type: int64, range: [2, 3]}", "1 2 3 4 NA", []string{"error x range row 1 1 row 4 4"}},
		{"range past 2^53", "{range: [9007199254740993, 9007199254740993]}", "9007199254740992 9007199254740993 9007199254740994",
			[]string{"error x range row 1 9007199254740992 row 3 9007199254740994"}},
		{"range with halves on whole numbers", "{range: [1.5, 2.5]}", "1 2 3", []string{"error x range row 1 1 row 3 3"}},
		{"range of floats", "{range: {max: 2.5}}", "2.5 2.6 -inf NA", []string{"error x range row 2 2.6"}},
		{"infinite is out of a range", "{range: {max: 2.5}}", "2.5 inf", []string{"error x range row 2 +Inf"}},
		{"range of dates", "{type: date, range: [2024-01-02, 2024-01-03]}", "2024-01-01 2024-01-02 2024-01-04", []string{"error x range row 1 2024-01-01 row 3 2024-01-04"}},
		{"range of times", "{type: timestamp, range: {min: 2024-01-01 12:00:00}}", "2024-01-01T11:59:59 2024-01-01T12:00:00", []string{"error x range row 1 2024-01-01 11:59:59"}},
		{"range of text", "{range: [1, 2]}", "a b", []string{"error x range problem: a range is of numbers or times, not of string: use set, length or pattern"}},
		{"range of nothing", "{range: [1, 2]}", "NA NA", []string{}},
		{"set of text", "{set: [red, white]}", "red whit NA white", []string{`error x set row 2 "whit" (like "white")`}},
		{"set of numbers", "{set: [1, 2]}", "1 3 2", []string{"error x set row 2 3"}},
		{"set of floats", "{set: [0.5, 2]}", "0.5 2 3", []string{"error x set row 3 3"}},
		{"set of truths", "{set: ['true']}", "true false", []string{"error x set row 2 false"}},
		{"set of dates", "{set: [2024-01-01]}", "2024-01-01 2024-01-02", []string{"error x set row 2 2024-01-02"}},
		{"pattern of the whole", `{pattern: '\d{2}|x'}`, "12 x 123 xx", []string{`error x pattern row 3 "123" row 4 "xx"`}},
		{"length in characters", "{length: [2, 3]}", "ab äöü abcd a", []string{`error x length row 3 "abcd" (4 characters) row 4 "a" (1 character)`}},
		{"none missing", "{missing: 0}", "1 NA 3", []string{"error x missing row 2 missing"}},
		{"few missing", "{missing: 0.25}", "1 NA NA 4", []string{"error x missing (50 % missing)"}},
		{"few enough missing", "{missing: 0.5}", "1 NA NA 4", []string{}},
		{"unique", "{unique: true}", "1 2 1 NA NA 2", []string{"error x unique row 3 1 (as in row 1) row 6 2 (as in row 2)"}},
		{"unique text", "{unique: {level: info}}", "a b a", []string{`info x unique row 3 "a" (as in row 1)`}},
		{"unique floats", "{unique: true}", "0.5 -0.0 0 0.5", []string{"error x unique row 3 0 (as in row 2) row 4 0.5 (as in row 1)"}},
		{"increasing", "{order: increasing}", "1 1 9 2 NA 9 10", []string{"error x order row 4 2 (after 9 in row 3)"}},
		{"strictly increasing", "{order: strictly increasing}", "1 1 2", []string{"error x order row 2 1 (after 1 in row 1)"}},
		{"decreasing", "{order: decreasing}", "2024-01-03 2024-01-01 2024-01-02", []string{"error x order row 3 2024-01-02 (after 2024-01-01 in row 2)"}},
		{"strictly decreasing text", "{order: strictly decreasing}", "b a a", []string{`error x order row 3 "a" (after "a" in row 2)`}},

		// A value of the wrong type hides no fault of the others.
		{"type and range", "{type: int64, range: [0, 9], unique: true}", "5 oops 99 1.5 5",
			[]string{`error x type (is string) row 2 "oops" row 4 "1.5"`, `error x range row 3 "99"`, `error x unique row 5 "5" (as in row 1)`}},
		{"whole numbers are floats", "{type: float64}", "1 2", []string{}},
		{"but not past 2^53", "{type: float64}", "9007199254740993 1", []string{"error x type row 1 9007199254740993"}},
		{"floats that are whole", "{type: int64}", "1.0 2.5", []string{"error x type (is float64) row 2 2.5"}},
		{"another type that can be read", "{type: string}", "1 2", []string{"error x type (is int64, though all values can be read as string)"}},
		{"text for dates", "{type: date, range: {min: 2024-01-01}}", "2024-01-01 31.12.2024 2023-12-31",
			[]string{`error x type (is string) row 2 "31.12.2024"`, `error x range row 3 "2023-12-31"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := read(t, "k,x\n0,"+strings.Join(strings.Fields(c.data), "\n0,")+"\n")
			r, err := schema.Check(t.Context(), table, parse(t, "columns: {x: "+c.column+"}"), schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, faults(r)); diff != "" {
				t.Errorf("Check(%s, %s) mismatch (-want +got):\n%s", c.column, c.data, diff)
			}
		})
	}
}

func TestRulesOfTheTable(t *testing.T) {
	table := read(t, "a,b,extra\n1,x,1\n1,y,2\n1,x,3\n,x,4\n,x,5\n")
	r, err := schema.Check(t.Context(), table, parse(t, `
rows: {min: 2, max: 4, level: warning}
unique: [[a, b], {columns: [b, nope], level: info}]
other_columns: info
columns: {a: {}, b: {}, extr: {}, gone: {absent: allow}, away: {absent: warning}}
`), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`error extr absent (the table has none; it has "extra")`,
		"warning away absent (the table has none)",
		"info  other_columns (extra)",
		"warning  rows (5 rows)",
		`error  unique row 3 1, "x" (as in row 1)`,
		`info  unique problem: there is no column "nope"`,
	}
	if diff := cmp.Diff(want, faults(r)); diff != "" {
		t.Errorf("Check mismatch (-want +got):\n%s", diff)
	}
	if err := r.Err(); err == nil || !strings.Contains(err.Error(), "2 expectations fail: extr: absent") {
		t.Errorf("Err() = %v", err)
	}
}

func TestColumnsOfOneName(t *testing.T) {
	f := arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{f, f, {Name: "", Type: arrow.PrimitiveTypes.Int32}}, nil))
	b.Field(0).(*array.Int64Builder).Append(1)
	b.Field(1).(*array.Int64Builder).Append(2)
	b.Field(2).(*array.Int32Builder).Append(3)
	rec := b.NewRecord()
	r, err := schema.Check(t.Context(), array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec}), parse(t, `columns: {"": {range: [0, 2]}}`), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`error  columns (1 and 2 are both "x")`, "error  range row 1 3"}
	if diff := cmp.Diff(want, faults(r)); diff != "" {
		t.Errorf("Check mismatch (-want +got):\n%s", diff)
	}
}

// A stream in batches of any size gives what the table gives.
func TestStream(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	text.WriteString("id,word,x,day\n")
	for i := range 3000 {
		id, x := fmt.Sprint(i), fmt.Sprint(rng.IntN(100))
		switch rng.IntN(50) {
		case 0:
			id = fmt.Sprint(rng.IntN(3000))
		case 1:
			x = "?"
		case 2:
			x = ""
		}
		fmt.Fprintf(&text, "%s,w%d,%s,2024-01-%02d\n", id, rng.IntN(8), x, 1+i*28/3000+rng.IntN(2))
	}
	table := read(t, text.String())
	s := parse(t, `
rows: {max: 2999}
unique: [[word, x]]
columns:
  id: {unique: true, order: increasing}
  word: {set: [w0, w1, w2, w3, w4, w5, w6]}
  x: {type: int64, range: [5, 95], missing: 0.001}
  day: {order: increasing}
`)
	want, err := schema.Check(t.Context(), table, s, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(faults(want)) != 9 {
		t.Errorf("Check = %q, want 9 faults", faults(want))
	}
	for _, size := range []int64{1, 7, 1000, 2999} {
		got, err := schema.CheckReader(t.Context(), array.NewTableReader(table, size), s, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(schema.Outcome{}, schema.Result{})); diff != "" {
			t.Errorf("CheckReader in batches of %d mismatch (-table +stream):\n%s", size, diff)
		}
	}
}

// Uniqueness is held against a map of all values.
func TestUniqueAgainstMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, nil))
	seen, want := map[int64]bool{}, int64(0)
	for range 200_000 {
		v := rng.Int64N(300_000) - 150_000
		if v%3 == 0 {
			v <<= 40 // what a bad hash puts in one place
		}
		if seen[v] {
			want++
		}
		seen[v] = true
		b.Field(0).(*array.Int64Builder).Append(v)
	}
	rec := b.NewRecord()
	r, err := schema.Check(t.Context(), array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec}), parse(t, "columns: {x: {unique: true}}"), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Outcomes[0].Count; got != want {
		t.Errorf("unique fails for %d rows, want %d", got, want)
	}
}

func TestShown(t *testing.T) {
	table := read(t, "colour,x\nred,1\n<b>,200\nred,\n")
	r, err := schema.Check(t.Context(), table, parse(t, "columns: {colour: {set: [red]}, x: {range: [0, 9], missing: {max: 0.1, level: warning}}}"), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Dataset, r.Schema = "wine@v2", "schema 3 of wine"
	want := `wine@v2, schema 3 of wine: 3 rows, 3 expectations, 2 at level error, 1 at level
  warning not met
error   colour: set red: 1 row
          row 2 "<b>"
error   x: range 0 to 9: 1 row
          row 2 200
warning x: missing at most 10 %: 33.33 % missing`
	if diff := cmp.Diff(want, r.String()); diff != "" {
		t.Errorf("String() mismatch (-want +got):\n%s", diff)
	}
	if got := r.Faults().Faults().String(); got != want { // nothing was met that could be left out
		t.Errorf("Faults() = %s", got)
	}
	html := fmt.Sprint(r.Display().Data["text/html"])
	if strings.Contains(html, "<b>\"") || !strings.Contains(html, "&lt;b&gt;") {
		t.Errorf("the HTML does not escape a value:\n%s", html)
	}
}

// TestGuard holds that rows that pass a guard are those of the table, in the types
// that the schema expects where all can be read so, and are found wrong alike.
func TestGuard(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,word,x,day\n")
	for i := range 500 {
		fmt.Fprintf(&text, "%d,w%d,%d,2024-01-02\n", i, i%9, i)
	}
	text.WriteString("9007199254740993,w1,9007199254740993,2024-01-02\n") // no float64 has it
	table := read(t, text.String())
	s := parse(t, "columns: {id: {type: int64, unique: true}, word: {set: [w0, w1]}, x: {type: float64}, day: {type: timestamp}}")
	conformed, err := schema.Conform(table, s)
	if err != nil {
		t.Fatal(err)
	}
	want, err := schema.Check(t.Context(), conformed, s, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{1, 7, 501} {
		errAgain, stay := fmt.Errorf("again"), map[string]bool{}
		pass := func() (arrow.Table, *schema.Result, error) {
			var found *schema.Result
			r, err := schema.ConformReader(array.NewTableReader(table, size), s, stay, func(column string) error {
				stay[column] = true
				return errAgain
			})
			if err != nil {
				return nil, nil, err
			}
			out, err := dataset.Collect(schema.Guard(t.Context(), r, s, schema.Options{}, func(r *schema.Result) error {
				found = r
				return nil
			}))
			return out, found, err
		}
		if _, _, err := pass(); err != errAgain || !stay["x"] || len(stay) != 1 {
			t.Fatalf("batches of %d: %v, columns that stay %v, want x after its last value", size, err, stay)
		}
		out, found, err := pass()
		if err != nil || !array.TableEqual(out, conformed) {
			t.Errorf("batches of %d: another table, %v", size, err)
		}
		if diff := cmp.Diff(want, found, cmpopts.IgnoreUnexported(schema.Outcome{}, schema.Result{})); diff != "" {
			t.Errorf("batches of %d mismatch (-table +guard):\n%s", size, diff)
		}
	}
}
