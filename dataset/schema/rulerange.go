package schema

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"go.yaml.in/yaml/v4"
)

// Range expects numbers or times from Min to Max, both among them, written as in
// the YAML; "" is no bound. Whole numbers are compared as such, past 2^53 too.
type Range struct{ Min, Max string }

// Kind implements Rule.
func (Range) Kind() string { return "range" }

func (r Range) String() string { return between(r.Min, r.Max) }

func between(low, high string) string {
	switch {
	case low == "":
		return "at most " + high
	case high == "":
		return "at least " + low
	}
	return low + " to " + high
}

func (r Range) write() *yaml.Node {
	if r.Min != "" && r.Max != "" {
		return list(scalar(r.Min), scalar(r.Max))
	}
	return bounds(r.Min, r.Max)
}

func (r Range) start(_ *opener, types []arrow.DataType) (state, error) {
	switch t := types[0].(type) {
	case *arrow.Int64Type:
		s := &intRange{low: math.MinInt64, high: math.MaxInt64}
		return s, errors.Join(wholeBound(r.Min, &s.low, math.Ceil), wholeBound(r.Max, &s.high, math.Floor))
	case *arrow.Float64Type:
		s := &floatRange{low: math.Inf(-1), high: math.Inf(1)}
		return s, errors.Join(floatBound(r.Min, &s.low), floatBound(r.Max, &s.high))
	case *arrow.Date32Type, *arrow.TimestampType:
		s := &intRange{low: math.MinInt64, high: math.MaxInt64}
		return s, errors.Join(timeBound(r.Min, t, &s.low, 1), timeBound(r.Max, t, &s.high, 0))
	}
	return nil, fmt.Errorf("a range is of numbers or times, not of %s: use set, length or pattern", typeText(types[0]))
}

type (
	intRange struct {
		rowState
		low, high int64
	}
	floatRange struct {
		rowState
		low, high float64
	}
)

func (s *intRange) batch(b *batch) {
	switch a := b.arrays[0].(type) {
	case *array.Int64:
		outside(b, a.Int64Values(), s.low, s.high)
	case *array.Date32:
		outside(b, a.Date32Values(), arrow.Date32(max(s.low, math.MinInt32)), arrow.Date32(min(s.high, math.MaxInt32)))
	case *array.Timestamp:
		outside(b, a.TimestampValues(), arrow.Timestamp(s.low), arrow.Timestamp(s.high))
	}
}

func (s *floatRange) batch(b *batch) {
	if a, ok := b.arrays[0].(*array.Float64); ok {
		outside(b, a.Float64Values(), s.low, s.high)
	}
}

// outside reports values that are not from low to high. What is missing is
// looked at only where its bytes are outside.
func outside[T arrow.Date32 | arrow.Timestamp | int64 | float64](b *batch, values []T, low, high T) {
	for i, v := range values {
		if (v < low || v > high) && b.arrays[0].IsValid(i) {
			b.fail(i, nil)
		}
	}
}

func wholeBound(text string, to *int64, round func(float64) float64) error {
	if text == "" {
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		*to = v
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if f = round(f); err != nil || math.IsNaN(f) {
		return fmt.Errorf("%q is not a number", text)
	}
	switch {
	case f >= math.MaxInt64:
		*to = math.MaxInt64
	case f <= math.MinInt64:
		*to = math.MinInt64
	default:
		*to = int64(f)
	}
	return nil
}

func floatBound(text string, to *float64) error {
	if text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(strings.Replace(text, ".inf", "inf", 1), 64)
	if *to = v; err != nil || math.IsNaN(v) {
		return fmt.Errorf("%q is not a number", text)
	}
	return nil
}

// timeBound is a time in the unit of d; up is 1 to round up.
func timeBound(text string, d arrow.DataType, to *int64, up int64) error {
	if text == "" {
		return nil
	}
	t, err := parseTime(text)
	if err != nil {
		return err
	}
	unit := 24 * time.Hour
	if ts, ok := d.(*arrow.TimestampType); ok {
		unit = ts.Unit.Multiplier()
	}
	if unit >= time.Second {
		per := int64(unit / time.Second)
		*to = floorDiv(t.Unix()+up*(per-1), per)
	} else {
		*to = t.Unix()*int64(time.Second/unit) + int64(t.Nanosecond())/int64(unit)
	}
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time: write 2024-01-31 or 2024-01-31 12:00:00", text)
}
