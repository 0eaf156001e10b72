package schema_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/schema"
	"github.com/cellar-ml/cellar/internal/hint"
)

const penguins = "../../notebooks/data/penguins.csv"

// The schema of the penguins is what testdata has: a person looks at it when it
// changes (CELLAR_SCHEMA_WRITE=1 writes it anew).
func TestInferPenguins(t *testing.T) {
	table, err := dataset.Read(t.Context(), penguins, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Infer(t.Context(), table, schema.InferOptions{Dataset: "penguins", From: "penguins@v1", Distance: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	const path = "testdata/penguins.yaml"
	if os.Getenv("CELLAR_SCHEMA_WRITE") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("Infer(penguins) mismatch (-want +got):\n%s", diff)
	}
}

// inferred is the schema of CSV text, column x, as its YAML lines.
func inferred(t *testing.T, text string) []string {
	t.Helper()
	s, err := schema.Infer(t.Context(), read(t, text), schema.InferOptions{Dataset: "d"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	_, x, _ := strings.Cut(string(data), "\n  x:\n")
	x, _, _ = strings.Cut(x, "\n  y:")
	lines := strings.Split(strings.TrimSpace(x), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

func TestInfer(t *testing.T) {
	rows := func(n int, value func(i int) string) string {
		var b strings.Builder
		b.WriteString("x,y\n")
		for i := range n {
			fmt.Fprintf(&b, "%s,1\n", value(i))
		}
		return b.String()
	}
	for _, c := range []struct {
		name, data string
		want       []string
	}{
		{"codes", rows(200, func(i int) string { return fmt.Sprintf("AB-%04d", 1000+i%150) }),
			[]string{"type: string", "missing: 0 # none in 200 rows", `pattern: {is: '[A-Z]{2}-\d{4}', level: warning} # all values have this form`}},
		{"an order of days", rows(30, func(i int) string { return fmt.Sprintf("2024-01-%02d", i+1) }),
			[]string{"type: date", "missing: {max: 0, level: warning} # none in 30 rows", "range: {min: 2024-01-01, level: warning} # the first seen; later ones are welcome",
				"order: {is: strictly increasing, level: warning} # so it was in all rows"}},
		{"past 2^53", rows(3, func(i int) string { return fmt.Sprint(9007199254740993 + i) }),
			[]string{"type: int64", "missing: {max: 0, level: warning} # none in 3 rows",
				"range: {min: 9007199254740993, max: 9007199254740995, level: warning} # seen 9007199254740993 to 9007199254740995; 10 % slack"}},
		{"below zero stays", rows(30, func(i int) string { return fmt.Sprint(-0.25 - float64(i%7)) }),
			[]string{"type: float64", "missing: {max: 0, level: warning} # none in 30 rows", "range: {min: -6.85, max: 0, level: warning} # seen -6.25 to -0.25; 10 % slack"}},
		{"all the same", rows(30, func(int) string { return "7" }),
			[]string{"type: int64", "missing: {max: 0, level: warning} # none in 30 rows", "range: {min: 6, max: 8, level: warning} # seen 7 to 7; 10 % slack"}},
		{"nothing there", rows(3, func(int) string { return "" }), []string{"missing: 1 # nothing but missing values was seen"}},
		{"words that look like others", rows(40, func(i int) string { return []string{"yes", "no", "~", "1"}[i%4] }),
			[]string{"type: string", "missing: {max: 0, level: warning} # none in 40 rows", "set: [1, no, yes, '~'] # the rarest 10 times"}},
		{"free text", rows(30, func(i int) string { return strings.Repeat("word ", 1+i%5) + fmt.Sprint(i) }),
			[]string{"type: string", "missing: {max: 0, level: warning} # none in 30 rows", "length: {min: 1, max: 54, level: warning} # seen 6 to 27; twice as long is fine",
				"unique: {level: warning} # no value was there twice"}},
	} {
		if diff := cmp.Diff(c.want, inferred(t, c.data)); diff != "" {
			t.Errorf("%s: Infer mismatch (-want +got):\n%s", c.name, diff)
		}
	}
}

// A table meets the schema that was made from it, also through its YAML.
func TestInferredIsMet(t *testing.T) {
	for seed := range uint64(60) {
		table := random(rand.New(rand.NewPCG(seed, 9)))
		s, err := schema.Infer(t.Context(), table, schema.InferOptions{Dataset: "d", From: "d@v1", Slack: 1e-9, Distance: false})
		if err != nil {
			t.Fatal(err)
		}
		data, err := s.YAML()
		if err != nil {
			t.Fatal(err)
		}
		r, err := schema.Check(t.Context(), table, parse(t, string(data)), schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(r); len(got) > 0 {
			t.Errorf("seed %d: the table does not meet its own schema: %q\n%s", seed, got, data)
		}
	}
}

// random is a table of columns of all types, with extremes and missing values.
func random(rng *rand.Rand) arrow.Table {
	fields := []arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int64}, {Name: "i8", Type: arrow.PrimitiveTypes.Int8}, {Name: "u64", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "f", Type: arrow.PrimitiveTypes.Float64}, {Name: "f32", Type: arrow.PrimitiveTypes.Float32}, {Name: "b", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "s", Type: arrow.BinaryTypes.String}, {Name: "d", Type: arrow.FixedWidthTypes.Date32}, {Name: "t: #", Type: arrow.FixedWidthTypes.Timestamp_ns},
		{Name: "bin", Type: arrow.BinaryTypes.Binary}, {Name: "true", Type: arrow.FixedWidthTypes.Timestamp_s},
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	scale := math.Pow(10, float64(rng.IntN(30)-12))
	missing := rng.Float64() * 0.3 * float64(rng.IntN(2))
	for range 1 + rng.IntN(300) {
		for _, field := range b.Fields() {
			if rng.Float64() < missing {
				field.AppendNull()
				continue
			}
			switch f := field.(type) {
			case *array.Int64Builder:
				f.Append(int64(rng.Uint64()) >> rng.IntN(63))
			case *array.Int8Builder:
				f.Append(int8(rng.Uint64()))
			case *array.Uint64Builder:
				f.Append(rng.Uint64() >> 1)
			case *array.Float64Builder:
				f.Append([]float64{rng.NormFloat64() * scale, rng.NormFloat64() * scale, math.NaN(), 0}[rng.IntN(4)])
			case *array.Float32Builder:
				f.Append(float32(rng.NormFloat64() * scale))
			case *array.BooleanBuilder:
				f.Append(rng.IntN(2) == 0)
			case *array.StringBuilder:
				f.Append([]string{"", "a", "ä: #", "1.5", "null", "- x", "'", "\n", "\t"}[rng.IntN(9)])
			case *array.Date32Builder:
				f.Append(arrow.Date32(rng.IntN(80000) - 40000))
			case *array.TimestampBuilder:
				f.Append(arrow.Timestamp(rng.Int64N(1e9) - 5e8))
			case *array.BinaryBuilder:
				f.Append([]byte{byte(rng.Uint64())})
			}
		}
	}
	rec := b.NewRecord()
	return array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec})
}

func TestInferErrors(t *testing.T) {
	empty := read(t, "x,y\n")
	one := read(t, "x,y\n1,2\n")
	for _, c := range []struct {
		table arrow.Table
		o     schema.InferOptions
	}{
		{empty, schema.InferOptions{}},
		{one, schema.InferOptions{Slack: -1}},
		{one, schema.InferOptions{Slack: math.NaN()}},
		{one, schema.InferOptions{Distance: true}},
	} {
		if _, err := schema.Infer(t.Context(), c.table, c.o); err == nil || hint.Of(err) == "" {
			t.Errorf("Infer(%d rows, %+v) = %v, want an error with a hint", c.table.NumRows(), c.o, err)
		}
	}
}

// A table of 10,000 columns is a table like others.
func TestManyColumns(t *testing.T) {
	const n = 10_000
	names, values := make([]string, n), make([]string, n)
	for i := range n {
		names[i], values[i] = fmt.Sprintf("c%d", i), fmt.Sprint(i%7)
	}
	line := strings.Join(values, ",") + "\n"
	table := read(t, strings.Join(names, ",")+"\n"+line+line)
	s, err := schema.Infer(t.Context(), table, schema.InferOptions{Dataset: "wide"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	s = parse(t, string(data))
	out, err := schema.Conform(table, s)
	if err != nil {
		t.Fatal(err)
	}
	r, err := schema.Check(t.Context(), out, s, schema.Options{})
	if err != nil || len(faults(r)) > 0 {
		t.Errorf("Check = %q, %v", faults(r), err)
	}
	other := read(t, strings.Join(names, "x,")+"\n"+line)
	if r, err = schema.Check(t.Context(), other, s, schema.Options{}); err != nil || len(r.Failed(schema.Error)) != n-1 {
		t.Errorf("Check with other names: %d errors, %v, want %d", len(r.Failed(schema.Error)), err, n-1)
	}
	if text := r.String(); len(text) > 1<<20 {
		t.Errorf("the result has %d bytes of text", len(text))
	}
}
