package dataset

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
)

// The kinds of column that a profile tells apart.
const (
	KindNumber   = "number"
	KindCategory = "category" // text, true or false, and all other types
	KindTime     = "time"     // dates and timestamps
)

const (
	topValues = 5  // of each column
	mostBins  = 10 // of each histogram
)

type (
	// A Summary says what is in a table. It implements display.Displayer.
	Summary struct {
		Name    string          `json:"name,omitempty"` // a title; may be set by the caller
		Rows    int64           `json:"rows"`
		Missing int64           `json:"missing"` // over all columns
		Columns []ColumnSummary `json:"columns"`
	}

	// ColumnSummary is one column. NaN counts as missing.
	ColumnSummary struct {
		Name     string   `json:"name"`
		Type     string   `json:"type"` // as ColumnOptions.Type names it, else Arrow's name
		Kind     string   `json:"kind"`
		Missing  int64    `json:"missing"`
		Distinct int64    `json:"distinct"`          // values, without the missing
		Numbers  *Numbers `json:"numbers,omitempty"` // of a number column with finite values
		First    string   `json:"first,omitempty"`   // the earliest of a time column
		Last     string   `json:"last,omitempty"`
		Top      []Top    `json:"top"`            // the commonest values, by count then value
		Bins     []Bin    `json:"bins,omitempty"` // of a number or time column
	}

	// Numbers describe the finite values of a column. Std has n-1 in its
	// divisor, and is 0 for one value; quantiles are interpolated between
	// neighbours, as numpy and pandas do by default.
	Numbers struct {
		Min      float64 `json:"min"`
		Q1       float64 `json:"q1"`
		Median   float64 `json:"median"`
		Q3       float64 `json:"q3"`
		Max      float64 `json:"max"`
		Mean     float64 `json:"mean"`
		Std      float64 `json:"std"`
		Infinite int64   `json:"infinite,omitempty"` // values left out of all the above
	}

	// Top is one value and how often it occurs.
	Top struct {
		Value string `json:"value"`
		Count int64  `json:"count"`
	}

	// A Bin counts the values in [Low, High); the last bin has its High too.
	// Times are in seconds since 1970.
	Bin struct {
		Low   float64 `json:"low"`
		High  float64 `json:"high"`
		Count int64   `json:"count"`
	}
)

// Profile looks at every value of t.
func Profile(t arrow.Table) *Summary {
	s := &Summary{Rows: t.NumRows(), Columns: make([]ColumnSummary, t.NumCols())}
	for i := range s.Columns {
		s.Columns[i] = profile(t.Column(i))
		s.Missing += s.Columns[i].Missing
	}
	return s
}

func profile(c *arrow.Column) ColumnSummary {
	s := ColumnSummary{Name: c.Name(), Type: typeName(c.DataType()), Kind: KindCategory}
	switch {
	case isNumber(c.DataType()):
		s.Kind = KindNumber
		s.numbers(c)
	case isTime(c.DataType()):
		s.Kind = KindTime
		s.times(c)
	default:
		s.categories(c)
	}
	return s
}

func typeName(d arrow.DataType) string {
	switch d.ID() {
	case arrow.BOOL:
		return "bool"
	case arrow.STRING:
		return "string"
	case arrow.DATE32:
		return "date"
	case arrow.TIMESTAMP:
		return "timestamp"
	}
	return d.String()
}

func isTime(d arrow.DataType) bool {
	switch d.ID() {
	case arrow.DATE32, arrow.DATE64, arrow.TIMESTAMP:
		return true
	}
	return false
}

func (s *ColumnSummary) numbers(c *arrow.Column) {
	var values []float64
	var whole []int64 // of an integer column: a float64 has not room for all of them
	infinite := int64(0)
	for _, a := range c.Data().Chunks() {
		for i := range a.Len() {
			x := number(a, i)
			if a.IsNull(i) || math.IsNaN(x) {
				s.Missing++
				continue
			}
			if isInteger(a.DataType()) {
				whole = append(whole, integer(a, i))
			}
			if math.IsInf(x, 0) {
				infinite++
			}
			values = append(values, x)
		}
	}
	slices.Sort(values)
	if whole != nil {
		slices.Sort(whole)
		s.Distinct, s.Top = count(runs(whole), func(v int64) string { return strconv.FormatInt(v, 10) })
	} else {
		s.Distinct, s.Top = count(runs(values), func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) })
	}
	for len(values) > 0 && math.IsInf(values[0], -1) {
		values = values[1:]
	}
	for len(values) > 0 && math.IsInf(values[len(values)-1], 1) {
		values = values[:len(values)-1]
	}
	if len(values) > 0 {
		n := describe(values)
		n.Infinite = infinite
		s.Numbers = &n
		s.Bins = bins(values, whole != nil)
	}
}

func (s *ColumnSummary) times(c *arrow.Column) {
	var stamps []int64
	for _, a := range c.Data().Chunks() {
		for i := range a.Len() {
			if a.IsNull(i) {
				s.Missing++
			} else {
				stamps = append(stamps, stamp(a, i))
			}
		}
	}
	if len(stamps) == 0 {
		s.Top = []Top{}
		return
	}
	slices.Sort(stamps)
	text := stampText(c.DataType())
	s.Distinct, s.Top = count(runs(stamps), text)
	s.First, s.Last = text(stamps[0]), text(stamps[len(stamps)-1])
	values := make([]float64, len(stamps))
	for i, v := range stamps {
		values[i] = float64(v) * stampUnit(c.DataType()).Seconds()
	}
	s.Bins = bins(values, false)
}

func (s *ColumnSummary) categories(c *arrow.Column) {
	counts := map[string]int64{}
	for _, a := range c.Data().Chunks() {
		for i := range a.Len() {
			if a.IsNull(i) {
				s.Missing++
				continue
			}
			counts[a.ValueStr(i)]++
		}
	}
	s.Distinct, s.Top = count(maps.All(counts), func(v string) string { return v })
}
