package schema

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
)

// An Action is what a door does with a batch.
type Action int

// The actions, the mildest first.
const (
	Pass   Action = iota // nothing is wrong
	Count                // a fault at level info: it is counted
	Warn                 // at level warning: it is counted, and the caller says so
	Reject               // at level error: the batch is not to be used
)

func (a Action) String() string { return []string{"pass", "count", "warn", "reject"}[a] }

type (
	// A Door checks batches one by one as they come in, for serving: all that can be
	// told of a row alone (type, missing where none may be, range, set, pattern,
	// length, foreign) and which columns there are. It keeps counts and no values,
	// and is safe for concurrent use.
	Door struct {
		columns []Column
		ctx     context.Context
		other   Other
		most    Action
		bound   atomic.Pointer[bound]
		rows    atomic.Int64
		counts  [][]atomic.Int64 // rows that failed, by column and expectation
		absent  []atomic.Int64   // batches without the column
	}

	// DoorOptions say how a door is kept.
	DoorOptions struct {
		Other   Other    // for foreign; nil leaves foreign out
		Without []string // columns that need not be there, such as the target
		// Most is the hardest action that is taken: Warn or Count let everything
		// through and still say and count what is wrong. 0 means Reject.
		Most Action
	}

	// A Verdict is what a door says of a batch.
	Verdict struct {
		Action Action
		Faults []Fault
	}

	// A Fault is an expectation that a batch breaks.
	Fault struct {
		Column string `json:"column"`
		Kind   string `json:"kind"`
		Want   string `json:"want"`
		Level  Level  `json:"level"`
		Rows   []int  `json:"rows,omitempty"` // within the batch, from 0
		Value  string `json:"value"`          // of the first of them
	}

	// bound is a door for batches of one Arrow schema.
	bound struct {
		schema  *arrow.Schema
		columns []boundColumn
		faults  []Fault // of the columns themselves
		absent  []int
	}

	boundColumn struct {
		at, column int
		want       string
		rules      []boundRule
		unchecked  []Fault // of rules that cannot be of the column's type
	}

	boundRule struct {
		state state // nil: the type
		at    int   // in the column's Expect
	}
)

// NewDoor makes a door of a schema. An error is of an expectation that cannot be
// of its column's type, or of a dataset that cannot be looked up in; foreign is
// looked up as it is now.
func NewDoor(ctx context.Context, s *Schema, o DoorOptions) (*Door, error) {
	d := &Door{ctx: ctx, other: o.Other, most: o.Most}
	if d.most == Pass {
		d.most = Reject
	}
	fields := []arrow.Field{}
	for _, c := range s.Columns {
		if c.Absent == "" {
			c.Absent = Error
		}
		if slices.Contains(o.Without, c.Name) {
			c.Absent = Allow
		}
		c.Expect = slices.DeleteFunc(slices.Clone(c.Expect), func(e Expectation) bool { return !d.tells(e.Rule) })
		d.columns = append(d.columns, c)
		d.counts = append(d.counts, make([]atomic.Int64, len(c.Expect)))
		if a, ok := arrowType(c.typed()); ok {
			fields = append(fields, arrow.Field{Name: c.Name, Type: a, Nullable: true})
		}
	}
	d.absent = make([]atomic.Int64, len(d.columns))
	b, err := d.bind(arrow.NewSchema(fields, nil))
	if err != nil {
		return nil, fmt.Errorf("open a door: %w", err)
	}
	d.bound.Store(b)
	return d, nil
}

// tells reports whether a rule can be told of a row alone.
func (d *Door) tells(r Rule) bool {
	switch r := r.(type) {
	case Type, Range, Set, Pattern, Length:
		return true
	case Missing:
		return r.Max == 0
	case Foreign:
		return d.other != nil
	}
	return false
}

// bind starts the rules for batches of one Arrow schema.
func (d *Door) bind(s *arrow.Schema) (*bound, error) {
	b := &bound{schema: s}
	var wrong []error
	for i, c := range d.columns {
		at := s.FieldIndices(c.Name)
		if len(at) == 0 {
			if c.Absent != Allow {
				b.absent = append(b.absent, i)
				b.faults = append(b.faults, Fault{Column: c.Name, Kind: "absent", Want: "a column of this name", Level: c.Absent, Value: "none"})
			}
			continue
		}
		cc := newColumn(s.Field(at[0]), at[0], c.typed())
		bc := boundColumn{at: at[0], column: i, want: cc.want}
		types := []arrow.DataType{cc.effective(s.Field(at[0]).Type)}
		for j, e := range c.Expect {
			var st state
			if _, ok := e.Rule.(Type); !ok {
				var err error
				if st, err = e.Rule.start(&opener{ctx: d.ctx, other: d.other, door: true, column: c.Name}, types); err != nil {
					wrong = append(wrong, fmt.Errorf("column %q: %s: %w", c.Name, e.Rule.Kind(), err))
					bc.unchecked = append(bc.unchecked, Fault{Column: c.Name, Kind: e.Rule.Kind(), Want: e.Rule.String(), Level: e.level(), Value: "cannot be checked: " + err.Error()})
					continue
				}
			}
			bc.rules = append(bc.rules, boundRule{st, j})
		}
		b.columns = append(b.columns, bc)
	}
	return b, errors.Join(wrong...)
}

// Check looks at a batch. A batch of another type than the last costs a little
// more. Values are read as the types expected: JSON's float64 is good for int64
// where the numbers are whole, and so is text that reads as one.
func (d *Door) Check(rec arrow.Record) Verdict {
	b := d.bound.Load()
	if rec.Schema() != b.schema && !rec.Schema().Equal(b.schema) {
		b, _ = d.bind(rec.Schema()) // what is wrong is among its faults
		d.bound.Store(b)
	}
	d.rows.Add(rec.NumRows())
	v := Verdict{Faults: slices.Clip(b.faults)}
	for _, i := range b.absent {
		d.absent[i].Add(1)
	}
	w := &look{door: d, verdict: &v}
	w.batch = batch{arrays: make([]arrow.Array, 1), fail: w.fail}
	for i := range b.columns {
		w.column(&b.columns[i], rec)
	}
	for _, f := range v.Faults {
		v.Action = max(v.Action, min(d.most, Action(grave(f.Level))))
	}
	return v
}

// A look is one batch at a door. It goes from column to column, so that a good
// batch costs next to no memory.
type look struct {
	door    *Door
	verdict *Verdict
	batch   batch
	of      *boundColumn
	rule    int // in the column's Expect
	rows    []int
}

func (w *look) column(bc *boundColumn, rec arrow.Record) {
	raw := rec.Column(bc.at)
	if raw.NullN() < raw.Len() {
		w.verdict.Faults = append(w.verdict.Faults, bc.unchecked...)
	}
	converted, bad := dataset.Convert(raw, bc.want)
	w.of, w.batch.arrays[0], w.batch.raw, w.batch.rows = bc, converted, raw, raw.Len()
	for _, r := range bc.rules {
		w.rule, w.rows = r.at, nil
		if r.state == nil {
			w.rows = bad
		} else {
			r.state.batch(&w.batch)
		}
		if len(w.rows) > 0 {
			w.fault()
		}
	}
}

func (w *look) fail(i int, _ func() string) { w.rows = append(w.rows, i) }

func (w *look) fault() {
	column := &w.door.columns[w.of.column]
	e := column.Expect[w.rule]
	w.door.counts[w.of.column][w.rule].Add(int64(len(w.rows)))
	w.verdict.Faults = append(w.verdict.Faults, Fault{Column: column.Name, Kind: e.Rule.Kind(), Want: e.Rule.String(),
		Level: e.level(), Rows: w.rows, Value: valueAt(w.batch.raw, w.rows[0])})
}

// Err is nil unless the batch is rejected.
func (v Verdict) Err() error {
	if v.Action != Reject {
		return nil
	}
	for _, f := range v.Faults {
		if f.Level == Error {
			text := fmt.Sprintf("%s: %s %s: %s", f.Column, f.Kind, f.Want, f.Value)
			if len(f.Rows) > 0 {
				text += fmt.Sprintf(" in row %d", f.Rows[0]+1)
			}
			if more := len(v.Faults) - 1; more > 0 {
				text += fmt.Sprintf(", and %s more", plural(int64(more), "fault"))
			}
			return errors.New("check batch: " + text)
		}
	}
	return nil
}

// Counted is what has come in so far, an outcome for each expectation. The Count
// of an absent column is of batches.
func (d *Door) Counted() *Result {
	r := &Result{Rows: d.rows.Load()}
	for i, c := range d.columns {
		if n := d.absent[i].Load(); n > 0 {
			r.Outcomes = append(r.Outcomes, Outcome{Column: c.Name, Kind: "absent", Want: "a column of this name", Level: c.Absent, Failed: true, Count: n})
		}
		for j, e := range c.Expect {
			n := d.counts[i][j].Load()
			r.Outcomes = append(r.Outcomes, Outcome{Column: c.Name, Kind: e.Rule.Kind(), Want: e.Rule.String(), Level: e.level(), Failed: n > 0, Count: n})
		}
	}
	return r
}

// arrowType is the type that values of a named type are looked at as.
func arrowType(name string) (arrow.DataType, bool) {
	empty := array.NewNull(0)
	defer empty.Release()
	a, _ := dataset.Convert(empty, name)
	return a.DataType(), slices.Contains(dataset.Types(), name)
}
