package schema

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"go.yaml.in/yaml/v4"
)

type (
	// Distance expects a column's values to be distributed as those of the same
	// column of another version are: the distance by Measure (one of Measures, ""
	// for that of the column's type) is at most Max. It is a size, not a p-value,
	// so that a million rows do not fail over a difference that nobody could see. It
	// keeps 8 bytes a row of a column of numbers.
	Distance struct {
		To      string // a dataset's name, or name@v3
		Measure string
		Max     float64
	}

	// Rows expects Min to Max rows; a negative Max is no bound.
	Rows struct{ Min, Max int64 }
)

// Kind implements Rule.
func (Distance) Kind() string { return "distance" }

func (d Distance) String() string {
	return fmt.Sprintf("%s to %s at most %s", d.named(), d.To, number(d.Max))
}

func (d Distance) named() string {
	if d.Measure == "" {
		return "distance"
	}
	return d.Measure
}

func (d Distance) write() *yaml.Node {
	n := mapping("to", scalar(d.To))
	if d.Measure != "" {
		n.Content = append(n.Content, mapping("measure", scalar(d.Measure)).Content...)
	}
	n.Content = append(n.Content, mapping("max", scalar(number(d.Max))).Content...)
	return n
}

func (d Distance) start(o *opener, types []arrow.DataType) (state, error) {
	name := d.Measure
	numbers := numeric(types[0])
	if name == "" {
		name = "js"
		if numbers {
			name = "ks"
		}
	}
	m := measure(name)
	if m == nil {
		return nil, fmt.Errorf("no measure %q", name)
	}
	if m.Numbers && !numbers {
		return nil, fmt.Errorf("%s is between numbers or times, not between %s: use js, psi or linf", name, typeText(types[0]))
	}
	if o.other == nil {
		return nil, fmt.Errorf("there is no store to look %s up in: give Options.Other", d.To)
	}
	theirs, v, err := o.other(o.ctx, d.To, o.column)
	if err != nil {
		return nil, err
	}
	if numeric(theirs.DataType()) != numbers {
		return nil, fmt.Errorf("the values are %s, those of %s are %s", typeText(types[0]), v.Ref(), typeText(theirs.DataType()))
	}
	s := &distanceState{m: m, max: d.Max, ref: v.Ref(), numbers: numbers}
	for _, a := range theirs.Chunks() {
		s.theirs.add(a, numbers)
	}
	slices.Sort(s.theirs.values)
	return s, nil
}

type distanceState struct {
	m            *Measure
	max          float64
	ref          string
	numbers      bool
	ours, theirs sample
}

func (s *distanceState) batch(b *batch) { s.ours.add(b.arrays[0], s.numbers) }

func (s *distanceState) end(o *Outcome) {
	if s.ours.n == 0 || s.theirs.n == 0 {
		o.Got = "no values to compare"
		return
	}
	slices.Sort(s.ours.values)
	v := s.m.between(s.theirs, s.ours)
	o.Got = s.m.Name + " " + strconv.FormatFloat(v, 'g', 4, 64) + " to " + s.ref
	o.Value, o.Failed = &v, !(v <= s.max)
}

// Kind implements Rule.
func (Rows) Kind() string { return "rows" }

func (r Rows) String() string {
	if r.Max < 0 {
		return between(grouped(r.Min), "")
	}
	return between(grouped(r.Min), grouped(r.Max))
}

func (r Rows) write() *yaml.Node {
	if r.Max < 0 {
		return bounds(strconv.FormatInt(r.Min, 10), "")
	}
	return list(scalar(strconv.FormatInt(r.Min, 10)), scalar(strconv.FormatInt(r.Max, 10)))
}

func (r Rows) start(*opener, []arrow.DataType) (state, error) { return &rowsState{Rows: r}, nil }

type rowsState struct {
	Rows
	n int64
}

func (s *rowsState) batch(b *batch) { s.n += int64(b.rows) }

func (s *rowsState) end(o *Outcome) {
	o.Got = plural(s.n, "row")
	o.Failed = s.n < s.Min || s.Max >= 0 && s.n > s.Max
}
