package schema

import (
	"math"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"go.yaml.in/yaml/v4"
)

type (
	// Type expects a column's type, by a name of dataset.Types or, for any other,
	// Arrow's. Values of a column that came as another type are read as this one:
	// those that cannot be are the rows that fail, and the other rules see the
	// rest.
	Type struct{ Name string }

	// Missing expects at most this share of missing values. 0 makes each missing
	// value a row that fails.
	Missing struct{ Max float64 }
)

// Kind implements Rule.
func (Type) Kind() string        { return "type" }
func (t Type) String() string    { return t.Name }
func (t Type) write() *yaml.Node { return scalar(t.Name) }

// The checker itself reads the values as the type.
func (Type) start(*opener, []arrow.DataType) (state, error) { return typeState{}, nil }

type typeState struct{ rowState }

func (typeState) batch(*batch) {}

// Kind implements Rule.
func (Missing) Kind() string { return "missing" }

func (m Missing) String() string {
	if m.Max == 0 {
		return "none"
	}
	return "at most " + percent(m.Max)
}

func (m Missing) write() *yaml.Node { return scalar(strconv.FormatFloat(m.Max, 'g', -1, 64)) }

func (m Missing) start(*opener, []arrow.DataType) (state, error) {
	return &missingState{max: m.Max}, nil
}

type missingState struct {
	max     float64
	missing int64
	rows    int64
}

func (s *missingState) batch(b *batch) {
	count := int64(0)
	each := func(i int) {
		if count++; s.max == 0 {
			b.fail(i, nil)
		}
	}
	if b.raw.NullN() > 0 {
		for i := range b.rows {
			if b.raw.IsNull(i) {
				each(i)
			}
		}
	}
	f, ok := b.raw.(*array.Float64)
	if !ok {
		f, ok = b.arrays[0].(*array.Float64) // of float32, say
	}
	if ok {
		for i, v := range f.Float64Values() {
			if math.IsNaN(v) && f.IsValid(i) {
				each(i)
			}
		}
	}
	if s.max > 0 { // a state of the door counts nothing
		s.missing += count
		s.rows += int64(b.rows)
	}
}

func (s *missingState) end(o *Outcome) {
	if s.max == 0 || s.rows == 0 {
		return
	}
	share := float64(s.missing) / float64(s.rows)
	o.Got = percent(share) + " missing"
	if o.Value = &share; share > s.max {
		o.Failed, o.Count = true, s.missing
	}
}

func percent(x float64) string {
	return strconv.FormatFloat(100*x, 'g', 4, 64) + " %"
}
