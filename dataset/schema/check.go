package schema

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/display"
)

// Options of a check.
type Options struct {
	// Other opens columns of other datasets, for foreign and distance; nil makes
	// these fail as not checked. Of is one for a store.
	Other Other
	// Keep remembers every row that fails, for Result.Bad.
	Keep bool
	// Without are columns that may be absent whatever the schema says: the target,
	// of rows that are to be predicted.
	Without []string
}

// batchRows is how many rows of a table are looked at in one go.
const batchRows = 1 << 16

// Check holds a table against s.
func Check(ctx context.Context, t arrow.Table, s *Schema, o Options) (*Result, error) {
	r := array.NewTableReader(t, batchRows)
	defer r.Release()
	return CheckReader(ctx, r, s, o)
}

// CheckReader holds a stream against s, to its end. It keeps no batch; what it
// remembers is 24 to 48 bytes a row of each unique, and what Distance says. The
// error is of the stream or of ctx: what is wrong with the rows is in the Result.
func CheckReader(ctx context.Context, r array.RecordReader, s *Schema, o Options) (*Result, error) {
	c := open(ctx, r.Schema(), s, o)
	rows := int64(0)
	for r.Next() {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		c.batch(r.Record(), rows)
		rows += r.Record().NumRows()
	}
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("check: after %s: %w", plural(rows, "row"), err)
	}
	return c.end(s, rows), nil
}

// Guard gives the rows of r, which it owns, and holds them against s as they pass, as
// CheckReader does. Behind the last of them done is told what was found; its error
// is the reader's.
func Guard(ctx context.Context, r array.RecordReader, s *Schema, o Options, done func(*Result) error) array.RecordReader {
	c, rows := open(ctx, r.Schema(), s, o), int64(0)
	return dataset.NewReader(r.Schema(), func() (arrow.Record, error) {
		switch {
		case r.Next():
			c.batch(r.Record(), rows)
			rows += r.Record().NumRows()
			return r.Record(), nil
		case r.Err() != nil:
			return nil, r.Err()
		}
		return nil, cmp.Or(done(c.end(s, rows)), io.EOF)
	}, r.Release)
}

type (
	// A checker is a schema at work on one stream.
	checker struct {
		keep     bool
		outcomes []*Outcome
		columns  []*columnCheck
		table    []*run
	}

	// A columnCheck is the expectations of one column.
	columnCheck struct {
		at        int
		want      string // the type that values are read as
		types     *Outcome
		came      string // the type they have, where it is another
		runs      []*run
		unchecked []*Outcome // of rules that cannot be of the column's type
		values    int        // that are there
		raw       arrow.Array
		converted arrow.Array
	}

	// A run is one rule at work.
	run struct {
		*Outcome
		state   state
		columns []*columnCheck
	}
)

// open binds s to the columns of a stream.
func open(ctx context.Context, a *arrow.Schema, s *Schema, o Options) *checker {
	c := &checker{keep: o.Keep}
	c.names(a, s, o)
	byName := map[string]*columnCheck{}
	var ofColumns []*Outcome
	table := c.outcomes
	c.outcomes = nil
	for i := range s.Columns {
		if at := a.FieldIndices(s.Columns[i].Name); len(at) > 0 {
			byName[s.Columns[i].Name] = c.column(ctx, a.Field(at[0]), at[0], &s.Columns[i], o)
		}
	}
	ofColumns, c.outcomes = c.outcomes, table
	for _, e := range s.Table {
		c.ofTable(ctx, a, e, byName)
	}
	c.outcomes = append(c.outcomes, ofColumns...)
	return c
}

func (c *checker) outcome(column string, e Expectation) *Outcome {
	o := &Outcome{Column: column, Kind: e.Rule.Kind(), Want: e.Rule.String(), Level: e.level()}
	c.outcomes = append(c.outcomes, o)
	return o
}

// column starts what is expected of a column that is there.
func (c *checker) column(ctx context.Context, f arrow.Field, at int, column *Column, o Options) *columnCheck {
	cc := newColumn(f, at, column.typed())
	typ := cc.effective(f.Type)
	for _, e := range column.Expect {
		out := c.outcome(column.Name, e)
		if _, ok := e.Rule.(Type); ok {
			if cc.types = out; !dataset.Fits(f.Type, cc.want) {
				cc.came = typeText(f.Type)
			}
			continue
		}
		state, err := e.Rule.start(&opener{ctx: ctx, other: o.Other, column: column.Name}, []arrow.DataType{typ})
		if err != nil {
			out.Problem, out.Failed = err.Error(), true
			cc.unchecked = append(cc.unchecked, out)
			continue
		}
		cc.runs = append(cc.runs, &run{Outcome: out, state: state, columns: []*columnCheck{cc}})
	}
	c.columns = append(c.columns, cc)
	return cc
}

func newColumn(f arrow.Field, at int, want string) *columnCheck {
	cc := &columnCheck{at: at, want: want}
	for _, name := range dataset.Types() {
		if cc.want == "" && dataset.Fits(f.Type, name) {
			cc.want = name
		}
	}
	if cc.want == "" {
		cc.want = dataset.TypeName(f.Type)
	}
	return cc
}

// effective is the type that the values are looked at as.
func (cc *columnCheck) effective(d arrow.DataType) arrow.DataType {
	b := array.NewBuilder(memory.DefaultAllocator, d)
	defer b.Release()
	out, _ := dataset.Convert(b.NewArray(), cc.want)
	return out.DataType()
}

// ofTable starts an expectation of the table as a whole.
func (c *checker) ofTable(ctx context.Context, a *arrow.Schema, e Expectation, byName map[string]*columnCheck) {
	r := &run{Outcome: c.outcome("", e)}
	u, _ := e.Rule.(Unique)
	var types []arrow.DataType
	for _, name := range u.Columns {
		cc := byName[name]
		if at := a.FieldIndices(name); cc == nil && len(at) > 0 {
			cc = newColumn(a.Field(at[0]), at[0], "")
			byName[name] = cc
			c.columns = append(c.columns, cc)
		}
		if cc == nil {
			r.Problem, r.Outcome.Failed = fmt.Sprintf("there is no column %q", name), true
			return
		}
		r.columns = append(r.columns, cc)
		types = append(types, cc.effective(a.Field(cc.at).Type))
	}
	var err error
	if r.state, err = e.Rule.start(&opener{ctx: ctx}, types); err != nil {
		r.Problem, r.Outcome.Failed = err.Error(), true
		return
	}
	c.table = append(c.table, r)
}

// batch looks at the columns side by side, then at the table.
func (c *checker) batch(rec arrow.Record, base int64) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(c.columns)) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := int(next.Add(1)) - 1; i < len(c.columns); i = int(next.Add(1)) - 1 {
				c.columns[i].batch(rec, base, c.keep)
			}
		}()
	}
	wait.Wait()
	for _, r := range c.table {
		r.batch(int(rec.NumRows()), base, c.keep)
	}
}

func (cc *columnCheck) batch(rec arrow.Record, base int64, keep bool) {
	cc.raw = rec.Column(cc.at)
	cc.values += cc.raw.Len() - cc.raw.NullN()
	var bad []int
	cc.converted, bad = dataset.Convert(cc.raw, cc.want)
	if cc.types != nil {
		for _, i := range bad {
			cc.types.fail(base+int64(i), keep, func() string { return valueAt(cc.raw, i) }, nil)
		}
	}
	for _, r := range cc.runs {
		r.batch(cc.raw.Len(), base, keep)
	}
}

func (r *run) batch(rows int, base int64, keep bool) {
	b := &batch{rows: rows, base: base}
	for _, cc := range r.columns {
		b.arrays = append(b.arrays, cc.converted)
		b.raw = r.columns[0].raw
	}
	b.fail = func(i int, note func() string) {
		r.fail(base+int64(i), keep, func() string { return r.value(i) }, note)
	}
	r.state.batch(b)
}

// value is what stands in row i of the rule's columns.
func (r *run) value(i int) string {
	var list []string
	for _, cc := range r.columns {
		list = append(list, valueAt(cc.raw, i))
	}
	return strings.Join(list, ", ")
}

func (o *Outcome) fail(row int64, keep bool, value, note func() string) {
	if o.Count++; len(o.Examples) < Shown {
		e := Example{Row: row + 1, Value: value()}
		if note != nil {
			e.Note = note()
		}
		o.Examples = append(o.Examples, e)
	}
	if keep {
		o.rows = append(o.rows, row)
	}
}

// end settles the outcomes.
func (c *checker) end(s *Schema, rows int64) *Result {
	for _, cc := range c.columns {
		if cc.types != nil && cc.came != "" {
			cc.types.Failed, cc.types.Got = true, "is "+cc.came
			if cc.types.Count == 0 {
				cc.types.Got += ", though all values can be read as " + cc.want
			}
		}
		for _, r := range cc.runs {
			r.state.end(r.Outcome)
		}
		for _, o := range cc.unchecked {
			if cc.values == 0 { // a column of nothing has whatever type it was read as
				o.Problem, o.Failed = "", false
			}
		}
	}
	for _, r := range c.table {
		r.state.end(r.Outcome)
	}
	out := &Result{Dataset: s.Dataset, Rows: rows, Outcomes: make([]Outcome, len(c.outcomes))}
	for i, o := range c.outcomes {
		o.Failed = o.Failed || o.Count > 0
		out.Outcomes[i] = *o
	}
	return out
}

// valueAt is one value for a person: text in quotes, what is missing as such.
func valueAt(a arrow.Array, i int) string {
	if a.IsNull(i) {
		return "missing"
	}
	switch a := a.(type) {
	case *array.String:
		return strconv.Quote(display.Shorten(a.Value(i), 40))
	case *array.Float64:
		return strconv.FormatFloat(a.Value(i), 'g', -1, 64)
	}
	if numeric(a.DataType()) {
		return wholeText(whole(a, i), a.DataType())
	}
	return display.Shorten(a.ValueStr(i), 40)
}

func typeText(d arrow.DataType) string { return dataset.TypeName(d) }
