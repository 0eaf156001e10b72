package schema

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/hint"
)

type (
	// Unique expects no value twice; with Columns, which only a rule of the table
	// has, no values of these together. A row in which one is missing is not
	// looked at. The first row of a value is good, the others fail.
	Unique struct{ Columns []string }

	// Order expects that values do not fall from row to row, or with Down, that
	// they do not rise; with Strict they may not be equal either. A value is held
	// against the last good one, so that without the rows that fail the order holds.
	Order struct{ Down, Strict bool }

	// Foreign expects each value to be one of Column of another dataset, by name or
	// name@v3. Column "" is the column's own name.
	Foreign struct{ Dataset, Column string }
)

// Kind implements Rule.
func (Unique) Kind() string { return "unique" }

func (u Unique) String() string {
	if len(u.Columns) > 0 {
		return "no " + strings.Join(u.Columns, ", ") + " together twice"
	}
	return "no value twice"
}

func (u Unique) write() *yaml.Node {
	if len(u.Columns) == 0 {
		return scalar("true")
	}
	n := list()
	for _, c := range u.Columns {
		n.Content = append(n.Content, scalar(c))
	}
	return n
}

func (u Unique) start(*opener, []arrow.DataType) (state, error) { return &uniqueState{}, nil }

type uniqueState struct {
	rowState
	seen keySet
	keys []key
}

func (s *uniqueState) batch(b *batch) {
	s.keys = keysOf(s.keys, b.arrays, b.rows)
	for i, k := range s.keys {
		if k == (key{}) {
			continue
		}
		if first, again := s.seen.add(k, b.base+int64(i)); again {
			b.fail(i, func() string { return "as in row " + grouped(first+1) })
		}
	}
}

// orders are the words for an order.
var orders = []struct {
	word  string
	order Order
}{
	{"increasing", Order{}}, {"decreasing", Order{Down: true}},
	{"strictly increasing", Order{Strict: true}}, {"strictly decreasing", Order{Down: true, Strict: true}},
}

// Kind implements Rule.
func (Order) Kind() string { return "order" }

func (o Order) String() string {
	for _, w := range orders {
		if w.order == o {
			return w.word
		}
	}
	return ""
}

func (o Order) write() *yaml.Node { return scalar(o.String()) }

func (o Order) start(_ *opener, types []arrow.DataType) (state, error) {
	switch types[0].ID() {
	case arrow.INT64, arrow.DATE32, arrow.TIMESTAMP, arrow.FLOAT64, arrow.STRING:
		return &orderState{Order: o, row: -1}, nil
	}
	return nil, fmt.Errorf("an order is of numbers, times or text, not of %s", typeText(types[0]))
}

type orderState struct {
	rowState
	Order
	row  int64 // the last good value's; -1: none yet
	last any   // *int64, *float64 or *string
}

func (s *orderState) batch(b *batch) {
	switch a := b.arrays[0].(type) {
	case *array.Float64:
		follow(s, b, a.Value, number)
	case *array.String:
		follow(s, b, func(i int) string { return strings.Clone(a.Value(i)) }, strconv.Quote)
	default:
		follow(s, b, func(i int) int64 { return whole(a, i) }, func(v int64) string { return wholeText(v, a.DataType()) })
	}
}

func follow[T int64 | float64 | string](s *orderState, b *batch, value func(int) T, text func(T) string) {
	last, _ := s.last.(*T)
	if last == nil {
		last = new(T)
		s.last = last
	}
	for i := range b.rows {
		v := value(i)
		if v != v || b.arrays[0].IsNull(i) {
			continue
		}
		wrong := v < *last
		if s.Down {
			wrong = v > *last
		}
		if s.row >= 0 && (wrong || s.Strict && v == *last) {
			b.fail(i, func() string { return fmt.Sprintf("after %s in row %s", text(*last), grouped(s.row+1)) })
			continue
		}
		*last, s.row = v, b.base+int64(i)
	}
}

// Kind implements Rule.
func (Foreign) Kind() string { return "foreign" }

func (f Foreign) String() string {
	if f.Column == "" {
		return "in " + f.Dataset
	}
	return "in " + f.Dataset + ", column " + f.Column
}

func (f Foreign) write() *yaml.Node {
	if f.Column == "" {
		return scalar(f.Dataset)
	}
	return mapping("dataset", scalar(f.Dataset), "column", scalar(f.Column))
}

func (f Foreign) start(o *opener, types []arrow.DataType) (state, error) {
	if o.other == nil {
		return nil, hint.New(fmt.Errorf("there is no store to look %s up in", f.Dataset), "give Options.Other")
	}
	theirs, v, err := o.other(o.ctx, f.Dataset, cmp.Or(f.Column, o.column))
	if err != nil {
		return nil, err
	}
	s := &foreignState{ref: v.Ref()}
	if text(types[0]) != text(theirs.DataType()) {
		return nil, fmt.Errorf("the values are %s, those of %s are %s", typeText(types[0]), v.Ref(), typeText(theirs.DataType()))
	}
	var keys []key
	for _, a := range theirs.Chunks() {
		keys = keysOf(keys, []arrow.Array{a}, a.Len())
		for _, k := range keys {
			if k != (key{}) {
				s.known.add(k, 0)
			}
		}
	}
	return s, nil
}

// text tells what can never be equal.
func text(d arrow.DataType) bool { return d.ID() == arrow.STRING }

type foreignState struct {
	known keySet
	ref   string
}

func (s *foreignState) batch(b *batch) {
	a := b.arrays[0]
	for i := range b.rows {
		if k := keyOf(a, i); k != (key{}) && !s.known.has(k) {
			b.fail(i, nil)
		}
	}
}

func (s *foreignState) end(o *Outcome) { o.Got = "looked up in " + s.ref }
