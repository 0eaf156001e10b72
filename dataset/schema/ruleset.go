package schema

import (
	"fmt"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/nearest"
)

// Set expects each value to be one of these, written as in the YAML.
type Set struct{ Values []string }

// Kind implements Rule.
func (Set) Kind() string { return "set" }

func (s Set) String() string { return clip(s.Values, 8) }

func (s Set) write() *yaml.Node {
	n := list()
	for _, v := range s.Values {
		n.Content = append(n.Content, scalar(v))
	}
	return n
}

func (s Set) start(_ *opener, types []arrow.DataType) (state, error) {
	switch d := types[0].(type) {
	case *arrow.StringType:
		out := textSet{known: map[string]bool{}, values: s.Values}
		for _, v := range s.Values {
			out.known[v] = true
		}
		return &out, nil
	case *arrow.Int64Type, *arrow.Date32Type, *arrow.TimestampType, *arrow.BooleanType:
		out := intSet{known: map[int64]bool{}}
		for _, v := range s.Values {
			x, err := wholeValue(v, d)
			if err != nil {
				return nil, err
			}
			out.known[x] = true
		}
		return &out, nil
	case *arrow.Float64Type:
		out := floatSet{known: map[float64]bool{}}
		for _, v := range s.Values {
			var x float64
			if err := floatBound(v, &x); err != nil {
				return nil, err
			}
			out.known[x] = true
		}
		return &out, nil
	}
	return nil, fmt.Errorf("a set is of text, numbers, times or true and false, not of %s", typeText(types[0]))
}

// wholeValue reads what is kept as a whole number.
func wholeValue(text string, d arrow.DataType) (x int64, err error) {
	switch d.ID() {
	case arrow.INT64:
		if x, err = strconv.ParseInt(text, 10, 64); err != nil {
			return 0, fmt.Errorf("%q is not a whole number", text)
		}
	case arrow.BOOL:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return 0, fmt.Errorf("%q is not true or false", text)
		}
		if on {
			x = 1
		}
	default:
		err = timeBound(text, d, &x, 0)
	}
	return x, err
}

type (
	textSet struct {
		rowState
		known  map[string]bool
		values []string
	}
	intSet struct {
		rowState
		known map[int64]bool
	}
	floatSet struct {
		rowState
		known map[float64]bool
	}
)

func (s *textSet) batch(b *batch) {
	a, ok := b.arrays[0].(*array.String)
	if !ok {
		return
	}
	for i := range a.Len() {
		if v := a.Value(i); !s.known[v] && a.IsValid(i) {
			b.fail(i, func() string { return s.like(v) })
		}
	}
}

// like names the value that was likely meant.
func (s *textSet) like(v string) string {
	if len(s.values) > 200 || len(v) > 50 {
		return ""
	}
	if near := nearest.Of(v, s.values, 1); len(near) > 0 {
		return "like " + strconv.Quote(near[0])
	}
	return ""
}

func (s *intSet) batch(b *batch) {
	a := b.arrays[0]
	for i := range a.Len() {
		if a.IsValid(i) && !s.known[whole(a, i)] {
			b.fail(i, nil)
		}
	}
}

func (s *floatSet) batch(b *batch) {
	a, ok := b.arrays[0].(*array.Float64)
	if !ok {
		return
	}
	for i, v := range a.Float64Values() {
		if !s.known[v] && v == v && a.IsValid(i) {
			b.fail(i, nil)
		}
	}
}

// whole is a[i] of an array of whole numbers, times, or truths.
func whole(a arrow.Array, i int) int64 {
	switch a := a.(type) {
	case *array.Int64:
		return a.Value(i)
	case *array.Date32:
		return int64(a.Value(i))
	case *array.Timestamp:
		return int64(a.Value(i))
	case *array.Boolean:
		if a.Value(i) {
			return 1
		}
	}
	return 0
}
