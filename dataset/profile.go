package dataset

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
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
	infinite := int64(0)
	counts := map[float64]int64{}
	text := map[float64]string{}
	for _, a := range c.Data().Chunks() {
		for i := range a.Len() {
			x := number(a, i)
			if a.IsNull(i) || math.IsNaN(x) {
				s.Missing++
				continue
			}
			if counts[x]++; counts[x] == 1 {
				text[x] = a.ValueStr(i)
			}
			if math.IsInf(x, 0) {
				infinite++
			} else {
				values = append(values, x)
			}
		}
	}
	s.Distinct = int64(len(counts))
	s.Top = top(counts, func(x float64) string { return text[x] })
	if len(values) > 0 {
		n := describe(values)
		n.Infinite = infinite
		s.Numbers = &n
		s.Bins = bins(values, isInteger(c.DataType()))
	}
}

func (s *ColumnSummary) times(c *arrow.Column) {
	var values []float64
	counts := map[float64]int64{}
	text := map[float64]string{}
	for _, a := range c.Data().Chunks() {
		for i := range a.Len() {
			if a.IsNull(i) {
				s.Missing++
				continue
			}
			x := seconds(a, i)
			if counts[x]++; counts[x] == 1 {
				text[x] = a.ValueStr(i)
			}
			values = append(values, x)
		}
	}
	s.Distinct = int64(len(counts))
	s.Top = top(counts, func(x float64) string { return text[x] })
	if len(values) > 0 {
		s.First, s.Last = text[slices.Min(values)], text[slices.Max(values)]
		s.Bins = bins(values, false)
	}
}

// seconds is a[i] of a time array in seconds since 1970.
func seconds(a arrow.Array, i int) float64 {
	switch a := a.(type) {
	case *array.Date32:
		return float64(a.Value(i)) * 86400
	case *array.Date64:
		return float64(a.Value(i)) / 1000
	case *array.Timestamp:
		return float64(a.Value(i)) * a.DataType().(*arrow.TimestampType).Unit.Multiplier().Seconds()
	}
	return math.NaN()
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
	s.Distinct = int64(len(counts))
	s.Top = top(counts, func(v string) string { return v })
}

// top is the commonest keys, equal counts in the keys' order.
func top[K cmp.Ordered](counts map[K]int64, text func(K) string) []Top {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b K) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	tops := make([]Top, 0, topValues)
	for _, k := range keys[:min(topValues, len(keys))] {
		tops = append(tops, Top{text(k), counts[k]})
	}
	return tops
}

// describe sorts values, of which there is at least one.
func describe(values []float64) Numbers {
	slices.Sort(values)
	n := float64(len(values))
	mean := 0.0
	for i, x := range values {
		mean += (x - mean) / float64(i+1)
	}
	squares := 0.0
	for _, x := range values {
		squares += (x - mean) * (x - mean)
	}
	return Numbers{
		Min: values[0], Q1: quantile(values, 0.25), Median: quantile(values, 0.5), Q3: quantile(values, 0.75),
		Max: values[len(values)-1], Mean: mean, Std: math.Sqrt(squares / max(1, n-1)),
	}
}

// quantile is type 7 of Hyndman and Fan (1996) on sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low+1 == len(sorted) {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// bins counts finite values in bins of one width: mostBins of them, or one for
// each number where whole numbers span fewer.
func bins(values []float64, whole bool) []Bin {
	low, high := slices.Min(values), slices.Max(values)
	n, width := mostBins, high/mostBins-low/mostBins
	switch {
	case high == low:
		return []Bin{{low, high, int64(len(values))}}
	case whole && high-low < mostBins:
		n, width = int(high-low)+1, 1
	}
	b := make([]Bin, n)
	for i := range b {
		b[i].Low, b[i].High = low+float64(i)*width, low+float64(i+1)*width
	}
	for _, x := range values {
		b[min(n-1, max(0, int((x-low)/width)))].Count++
	}
	return b
}
