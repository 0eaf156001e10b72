package schema_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/schema"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func openStore(t *testing.T) tracker.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite://"+t.TempDir()+"/s.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t *testing.T, s tracker.Store, name, yaml string) schema.Version {
	t.Helper()
	v, err := schema.Put(t.Context(), s, name, []byte(yaml), "", noon)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVersions(t *testing.T) {
	s := openStore(t)
	const one, two = "columns: {a: {}} # one\n", "columns: {b: {}}\n"
	for i, yaml := range []string{one, two, two, one, ""} {
		if got, want := put(t, s, "wine", yaml).Version, []int{1, 2, 2, 3, 4}[i]; got != want {
			t.Errorf("Put %d = schema %d, want %d", i, got, want)
		}
		put(t, s, "wine-red", two)
	}
	all, err := schema.Versions(t.Context(), s, "wine")
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.Version{
		{Dataset: "wine", Version: 1, Created: noon, YAML: one}, {Dataset: "wine", Version: 2, Created: noon, YAML: two},
		{Dataset: "wine", Version: 3, Created: noon, YAML: one}, {Dataset: "wine", Version: 4, Created: noon},
	}
	if diff := cmp.Diff(want, all, cmpopts.IgnoreFields(schema.Version{}, "Schema")); diff != "" {
		t.Errorf("Versions(wine) mismatch (-want +got):\n%s", diff)
	}
	if v, err := schema.Find(t.Context(), s, "wine"); v != nil || err != nil {
		t.Errorf("Find(dropped) = %v, %v, want nothing", v, err)
	}
	if v, err := schema.Find(t.Context(), s, "wine-red@v7"); err != nil || v.Version != 1 || v.Schema.Column("b") == nil {
		t.Errorf("Find(wine-red@v7) = %v, %v, want schema 1", v, err)
	}
	if _, err := schema.Need(t.Context(), s, "other@v1"); err == nil || !strings.Contains(hint.Of(err), "schema infer other") {
		t.Errorf("Need(other) = %v (hint %q)", err, hint.Of(err))
	}
	for _, c := range []struct{ name, yaml string }{{"wine@v1", one}, {"", one}, {"wine", "colums: {}"}, {"wine", "dataset: beer\ncolumns: {}"}} {
		if _, err := schema.Put(t.Context(), s, c.name, []byte(c.yaml), "", noon); err == nil || hint.Of(err) == "" {
			t.Errorf("Put(%q, %q) = %v, want an error with a hint", c.name, c.yaml, err)
		}
	}
}

// Of people who write at once nobody undoes the other.
func TestPutTogether(t *testing.T) {
	s := openStore(t)
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if _, err := schema.Put(t.Context(), s, "wine", fmt.Appendf(nil, "columns: {c%d: {}}\n", i), "", noon); err != nil {
				t.Error(err)
			}
		}()
	}
	wait.Wait()
	if all, err := schema.Versions(t.Context(), s, "wine"); err != nil || len(all) != 16 {
		t.Errorf("Versions = %d, %v, want 16", len(all), err)
	}
}

func register(t *testing.T, s tracker.Store, name string, table arrow.Table) tracker.DatasetVersion {
	t.Helper()
	v, err := dataset.Register(t.Context(), s, name, table, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestForeign(t *testing.T) {
	s := openStore(t)
	register(t, s, "customers", read(t, "id,name\n1,ann\n2,bob\n3,\n"))
	orders := read(t, "id,name\n1,ann\n2,rob\n4,\n,bob\n")
	for _, c := range []struct {
		yaml string
		want []string
	}{
		{"columns: {id: {foreign: customers}}", []string{"error id foreign (looked up in customers@v1) row 3 4"}},
		{"columns: {id: {type: float64, foreign: {dataset: customers@v1, column: id}}}", []string{"error id foreign (looked up in customers@v1) row 3 4"}},
		{"columns: {name: {foreign: {dataset: customers, level: warning}}}", []string{`warning name foreign (looked up in customers@v1) row 2 "rob"`}},
		{"columns: {name: {foreign: {dataset: customers, column: id}}}", []string{"error name foreign problem: the values are string, those of customers@v1 are int64"}},
		{"columns: {id: {foreign: {dataset: customers, column: idd}}}", []string{`error id foreign problem: customers@v1: column "idd": not in the table, which has id, name`}},
		{"columns: {id: {foreign: custmers}}", []string{"error id foreign problem: open dataset custmers: find dataset custmers: not found"}},
	} {
		r, err := schema.Check(t.Context(), orders, parse(t, c.yaml), schema.Options{Other: schema.Of(s)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, faults(r)); diff != "" {
			t.Errorf("Check(%s) mismatch (-want +got):\n%s", c.yaml, diff)
		}
	}
}

func TestGate(t *testing.T) {
	s := openStore(t)
	gate := func(table arrow.Table) (*schema.Result, error) {
		return schema.Gate(t.Context(), s, "d", array.NewTableReader(table, -1))
	}
	table := read(t, "zip,x\n123,1\n456,2\n")
	if r, err := gate(table); r != nil || err != nil {
		t.Errorf("Gate without a schema = %v, %v", r, err)
	}
	v := put(t, s, "d", "columns: {zip: {type: string, pattern: '\\d{3}'}, x: {range: {max: 1, level: warning}}}")
	if _, err := gate(table); err == nil || !strings.Contains(err.Error(), "check d: 1 expectation fails: zip: type string: is int64, though all values can be read as string") {
		t.Errorf("Gate of another type = %v", err)
	}
	table, err := schema.Conform(table, v.Schema)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := gate(table); err != nil || len(r.Failed(schema.Warning)) != 1 || table.Schema().Field(0).Type.ID() != arrow.STRING {
		t.Errorf("Gate of %v = %v, %v", table.Schema(), r, err)
	}
}

func TestQuarantine(t *testing.T) {
	s := openStore(t)
	table := read(t, "id,x\n1,5\n2,oops\n2,99\n3,7\n4,\n")
	from := register(t, s, "d", table)
	v := put(t, s, "d", "columns:\n  id: {unique: true}\n  x: {type: int64, range: [0, 9], missing: {max: 0, level: warning}}\n")
	k, err := schema.Quarantine(t.Context(), s, "d", table, dataset.Node(from), &v, schema.Error)
	if err != nil {
		t.Fatal(err)
	}
	good, _, err := dataset.Open(t.Context(), s, k.Good.Ref())
	if err != nil {
		t.Fatal(err)
	}
	bad, _, err := dataset.Open(t.Context(), s, k.Bad.Ref())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1|5", "3|7", "4|(null)"}, dump(good)); diff != "" || good.Schema().Field(1).Type.ID() != arrow.INT64 {
		t.Errorf("good rows (%v) mismatch (-want +got):\n%s", good.Schema(), diff)
	}
	if diff := cmp.Diff([]string{"2|x type int64|2|oops", "3|id unique no value twice; x range 0 to 9|2|99"}, dump(bad)); diff != "" {
		t.Errorf("bad rows mismatch (-want +got):\n%s", diff)
	}
	edges, err := s.EdgesFrom(t.Context(), dataset.Node(from))
	if err != nil {
		t.Fatal(err)
	}
	how := func(part string, rows int64, columns map[string][]string) *tracker.Transform {
		return &tracker.Transform{Step: "quarantine", Params: map[string]string{"schema": "1", "level": "error", "part": part}, RowsIn: 5, RowsOut: rows, Columns: columns}
	}
	want := []tracker.Edge{
		{From: dataset.Node(from), To: dataset.Node(k.Bad), Role: "quarantine", Transform: how("bad", 2, map[string][]string{schema.RowColumn: {}, schema.ReasonColumn: {"id", "x"}})},
		{From: dataset.Node(from), To: dataset.Node(k.Good), Role: "quarantine", Transform: how("good", 3, nil)},
	}
	if diff := cmp.Diff(want, edges, cmpopts.IgnoreFields(tracker.Edge{}, "Time", "Origin"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("edges mismatch (-want +got):\n%s", diff)
	}
	if again, err := schema.Quarantine(t.Context(), s, "d", good, dataset.Node(k.Good), &v, schema.Error); err != nil || again.Good.Ref() != k.Good.Ref() || again.Bad.Version != 0 {
		t.Errorf("Quarantine of the good rows = %+v, %v, want nothing put aside", again, err)
	}
	if _, err := schema.Quarantine(t.Context(), s, "d-quarantine", bad, dataset.Node(k.Bad), &v, schema.Error); err == nil || hint.Of(err) == "" {
		t.Errorf("Quarantine of the bad rows = %v, want an error with a hint", err)
	}
}

// dump is the rows of a table.
func dump(t arrow.Table) []string {
	var out []string
	r := array.NewTableReader(t, 0)
	defer r.Release()
	for r.Next() {
		for i := range int(r.Record().NumRows()) {
			var cells []string
			for _, c := range r.Record().Columns() {
				cells = append(cells, c.ValueStr(i))
			}
			out = append(out, strings.Join(cells, "|"))
		}
	}
	return out
}

// The rows that stay meet every expectation of rows, and no row is lost.
func TestPartProperties(t *testing.T) {
	s := parse(t, `
unique: [[i8, b]]
columns:
  i: {type: int64, range: {min: 0}, unique: true, order: increasing}
  i8: {range: [-100, 100], missing: 0}
  f: {type: float64, range: [-1, 1], order: decreasing}
  s: {type: float64, set: [1.5]}
  d: {order: strictly increasing}
`)
	for seed := range uint64(40) {
		table := random(rand.New(rand.NewPCG(seed, 3)))
		good, bad, r, err := schema.Part(t.Context(), table, s, schema.Error, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if good.NumRows()+bad.NumRows() != table.NumRows() {
			t.Errorf("seed %d: %d good and %d bad rows of %d", seed, good.NumRows(), bad.NumRows(), table.NumRows())
		}
		again, err := schema.Check(t.Context(), good, s, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range again.Outcomes {
			if o.Count > 0 || o.Failed && o.Kind == "type" {
				t.Errorf("seed %d: good rows fail: %v", seed, faults(again))
			}
		}
		rows := dump(table)
		at := bad.Schema().FieldIndices(schema.RowColumn)[0]
		for i, line := range dump(bad) {
			row := bad.Column(at).Data().Chunk(0).(*array.Int64).Value(i)
			if cells := strings.SplitN(line, "|", 3); len(cells) < 3 || cells[2] != rows[row-1] || cells[1] == "" {
				t.Errorf("seed %d: bad row %d is %q, want %q with a reason", seed, row, line, rows[row-1])
			}
		}
		if slices.ContainsFunc(r.Outcomes, func(o schema.Outcome) bool { return o.Count > 0 }) != (bad.NumRows() > 0) {
			t.Errorf("seed %d: %d bad rows of %v", seed, bad.NumRows(), faults(r))
		}
	}
}
