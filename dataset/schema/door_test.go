package schema_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset/schema"
)

const doorSchema = `
rows: {min: 1000}
columns:
  i: {type: int64, range: {min: 0, level: info}, unique: true}
  i8: {range: [-100, 100], missing: 0}
  f: {type: float64, range: {min: -1, max: 1, level: warning}, missing: 0.5}
  s: {set: [a, '1.5'], pattern: '.*', length: [1, 3], missing: {max: 0, level: warning}}
  target: {type: string}
`

func record(t arrow.Table) arrow.Record {
	r := array.NewTableReader(t, 0)
	if !r.Next() {
		return array.NewRecordBuilder(memory.DefaultAllocator, t.Schema()).NewRecord()
	}
	return r.Record()
}

// The door finds in a batch what a check of the table finds, of what it can tell.
func TestDoorAgreesWithCheck(t *testing.T) {
	s := parse(t, doorSchema)
	d, err := schema.NewDoor(t.Context(), s, schema.DoorOptions{Without: []string{"target"}})
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(40) {
		table := random(rand.New(rand.NewPCG(seed, 5)))
		r, err := schema.Check(t.Context(), table, s, schema.Options{Without: []string{"target"}})
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]int64{}, map[string]int64{}
		for _, o := range r.Outcomes {
			if o.Count > 0 && o.Kind != "unique" && !(o.Column == "f" && o.Kind == "missing") {
				want[o.Column+" "+o.Kind] = o.Count
			}
		}
		for _, f := range d.Check(record(table)).Faults {
			got[f.Column+" "+f.Kind] = int64(len(f.Rows))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d: door mismatch (-check +door):\n%s", seed, diff)
		}
	}
}

func TestDoor(t *testing.T) {
	batch := func(text string) arrow.Record { return record(read(t, text)) }
	for _, c := range []struct {
		name, data string
		most       schema.Action
		want       schema.Action
		err        string
	}{
		{"good", "i,i8,f,s\n1,1,0.5,a\n", 0, schema.Pass, ""},
		{"counted", "i,i8,f,s\n-1,1,0.5,a\n", 0, schema.Count, ""},
		{"warned", "i,i8,f,s\n1,1,5.5,a\n", 0, schema.Warn, ""},
		{"rejected", "i,i8,f,s\n1,1,0.5,a\n1,101,0.5,a\n", 0, schema.Reject, "check batch: i8: range -100 to 100: 101 in row 2"},
		{"missing", "i,i8,f,s\n1,,0.5,a\n", 0, schema.Reject, "i8: missing none: missing in row 1"},
		{"wrong type", "i,i8,f,s\noops,1,0.5,a\n", 0, schema.Reject, `i: type int64: "oops" in row 1`},
		{"a column away", "i8,f,s\n1,0.5,a\n", 0, schema.Reject, "i: absent a column of this name: none"},
		{"let through", "i,i8,f,s\n1,101,0.5,a\n", schema.Count, schema.Count, ""},
		{"whole floats", "i,i8,f,s\n1.0,1,0.5,a\n", 0, schema.Pass, ""},
		{"no rows", "i,i8,f,s\n", 0, schema.Pass, ""},
	} {
		d, err := schema.NewDoor(t.Context(), parse(t, doorSchema), schema.DoorOptions{Without: []string{"target"}, Most: c.most})
		if err != nil {
			t.Fatal(err)
		}
		v := d.Check(batch(c.data))
		if v.Action != c.want {
			t.Errorf("%s: Check = %v (%+v), want %v", c.name, v.Action, v.Faults, c.want)
		}
		if err := v.Err(); (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: Err = %v, want %q", c.name, err, c.err)
		}
	}
	if _, err := schema.NewDoor(t.Context(), &schema.Schema{Columns: []schema.Column{{Name: "x", Expect: []schema.Expectation{
		{Rule: schema.Type{Name: "string"}}, {Rule: schema.Range{Min: "1"}}}}}}, schema.DoorOptions{}); err == nil {
		t.Error("NewDoor with a range of text = nil, want an error")
	}
	// What cannot be checked does not come in unchecked.
	d, err := schema.NewDoor(t.Context(), parse(t, "columns: {x: {range: [0, 1]}}"), schema.DoorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if v := d.Check(batch("x,y\na,1\n")); v.Action != schema.Reject || !strings.Contains(v.Err().Error(), "cannot be checked: a range is of numbers or times") {
			t.Errorf("Check(text in place of numbers) = %+v", v)
		}
	}
}

// Many goroutines count each fault once.
func TestDoorCounts(t *testing.T) {
	d, err := schema.NewDoor(t.Context(), parse(t, "columns: {x: {range: {max: 5, level: warning}}, y: {absent: info}}"), schema.DoorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rec := record(read(t, "x,k\n1,0\n9,0\n8,0\n"))
	var wait sync.WaitGroup
	for range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range 100 {
				d.Check(rec)
			}
		}()
	}
	wait.Wait()
	r := d.Counted()
	if r.Rows != 2400 || r.Outcomes[0].Count != 1600 || r.Outcomes[1].Kind != "absent" || r.Outcomes[1].Count != 800 {
		t.Errorf("Counted = %+v, want 2400 rows, 1600 out of range, 800 batches without y", r)
	}
}

// BenchmarkDoor is the cost at the door of a good batch of 20 columns.
func BenchmarkDoor(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	var fields []arrow.Field
	var yaml strings.Builder
	yaml.WriteString("columns:\n")
	for i := range 20 {
		name := string(rune('a' + i))
		f := arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Float64}
		rules := "{type: float64, missing: 0, range: [0, 1]}"
		switch {
		case i%5 == 3:
			f.Type, rules = arrow.PrimitiveTypes.Int64, "{type: int64, missing: 0, range: [0, 1000]}"
		case i%5 == 4:
			f.Type, rules = arrow.BinaryTypes.String, "{type: string, missing: 0, set: [red, white, rose]}"
		}
		fields = append(fields, f)
		yaml.WriteString("  " + name + ": " + rules + "\n")
	}
	d, err := schema.NewDoor(b.Context(), parse(b, yaml.String()), schema.DoorOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, rows := range []int{1, 100, 10000} {
		rb := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
		for range rows {
			for _, f := range rb.Fields() {
				switch f := f.(type) {
				case *array.Float64Builder:
					f.Append(rng.Float64())
				case *array.Int64Builder:
					f.Append(rng.Int64N(1000))
				case *array.StringBuilder:
					f.Append([]string{"red", "white", "rose"}[rng.IntN(3)])
				}
			}
		}
		rec := rb.NewRecord()
		b.Run(map[int]string{1: "1", 100: "100", 10000: "10000"}[rows], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v := d.Check(rec); v.Action != schema.Pass {
					b.Fatal(v)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
		})
	}
}
