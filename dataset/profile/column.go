package profile

import (
	"cmp"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
)

const (
	topValues = 10 // of each column
	mostBins  = 20 // of each histogram
	leastID   = 20 // values that a column needs to look like an id
)

type (
	// A Column is one column. NaN counts as missing, and is counted too.
	Column struct {
		Name     string   `json:"name"`
		Type     string   `json:"type"` // as dataset.ColumnOptions.Type names it, else Arrow's name
		Kind     string   `json:"kind"`
		Missing  int64    `json:"missing"`           // nulls and NaNs
		NaN      int64    `json:"nan,omitempty"`     // of them
		Distinct int64    `json:"distinct"`          // values, without the missing
		ID       bool     `json:"id,omitempty"`      // see isID
		Numbers  *Numbers `json:"numbers,omitempty"` // of a number column with finite values
		Times    *Times   `json:"times,omitempty"`   // of a time column with values
		Lengths  *Lengths `json:"lengths,omitempty"` // of a string column with values
		Top      []Count  `json:"top"`               // the 10 commonest values, by count then value
		Bins     []Bin    `json:"bins,omitempty"`    // of a number or time column
	}

	// Numbers describe the finite values of a column. Std has n-1 in its divisor;
	// skewness and kurtosis (of a normal distribution 0) are the adjusted
	// Fisher-Pearson ones, as pandas has them, and 0 where there are fewer than 3
	// and 4 values or one value only. Quantiles are interpolated between
	// neighbours, as numpy and pandas do by default. Outliers lie further than
	// 1.5 (Q3-Q1) outside the quartiles (Tukey, 1977).
	Numbers struct {
		Min      float64 `json:"min"`
		P1       float64 `json:"p1"`
		P5       float64 `json:"p5"`
		Q1       float64 `json:"q1"`
		Median   float64 `json:"median"`
		Q3       float64 `json:"q3"`
		P95      float64 `json:"p95"`
		P99      float64 `json:"p99"`
		Max      float64 `json:"max"`
		Mean     float64 `json:"mean"`
		Std      float64 `json:"std"`
		Skewness float64 `json:"skewness"`
		Kurtosis float64 `json:"kurtosis"`
		Zeros    int64   `json:"zeros"`
		Negative int64   `json:"negative"`
		Low      int64   `json:"outliers_low"`
		High     int64   `json:"outliers_high"`
		Infinite int64   `json:"infinite,omitempty"` // values left out of all the above
	}

	// Times describe a time column. A gap lies between neighbours of the sorted
	// distinct times.
	Times struct {
		First     string        `json:"first"`
		Last      string        `json:"last"`
		Ascending bool          `json:"ascending"`  // no row is earlier than a row before it
		Typical   time.Duration `json:"typical_ns"` // the median gap; 0 for one time
		Longest   time.Duration `json:"longest_ns"` // at most 292 years, as a Duration is
		From      string        `json:"longest_from,omitempty"`
		To        string        `json:"longest_to,omitempty"`
		Wide      int64         `json:"wide"` // gaps longer than twice the typical one
	}

	// Lengths are of text, in code points.
	Lengths struct {
		Min    int     `json:"min"`
		Median float64 `json:"median"`
		Mean   float64 `json:"mean"`
		Max    int     `json:"max"`
		Empty  int64   `json:"empty"`  // texts without any character
		Padded int64   `json:"padded"` // texts that begin or end in white space
	}

	// A Count is one value and how often it occurs.
	Count struct {
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

func describe(col *arrow.Column, c *codes) Column {
	s := Column{
		Name: col.Name(), Type: dataset.TypeName(col.DataType()), Kind: c.kind,
		Missing: c.null + c.nan, NaN: c.nan, Distinct: int64(c.distinct()), Top: c.top(topValues),
	}
	s.ID = c.isID(col)
	if c.present == 0 {
		return s
	}
	switch {
	case c.kind == KindNumber:
		finite, counts := c.finite()
		if len(finite) > 0 {
			s.Numbers = numbers(finite, counts)
			s.Numbers.Infinite = c.present - total(counts)
			s.Bins = bins(finite, counts, c.whole != nil)
		}
	case c.kind == KindTime:
		s.Times = c.times()
		s.Bins = bins(c.numbers, c.counts, false)
	case col.DataType().ID() == arrow.STRING || col.DataType().ID() == arrow.LARGE_STRING:
		s.Lengths = c.lengths()
	}
	return s
}

func total(counts []int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// idName is a name that an id has: id, user_id, orderKey.
var idName = regexp.MustCompile(`(?i)(^|[_ .-])(id|ids|key|uuid|guid|index)$|[a-z](Id|ID|Key)$`)

// isID reports whether a column looks like an id: of 20 rows or more each has a
// value of its own, and that is text, or a whole number of a dense range (less
// than twice as wide as the rows are many) or of a column with an id's name.
func (c *codes) isID(col *arrow.Column) bool {
	if c.present < leastID || int(c.present) != len(c.rows) || c.distinct() != len(c.rows) {
		return false
	}
	if col.DataType().ID() == arrow.STRING {
		return true
	}
	if !arrow.IsInteger(col.DataType().ID()) {
		return false
	}
	dense := c.numbers[len(c.numbers)-1]-c.numbers[0] < 2*float64(len(c.rows))
	return dense || idName.MatchString(col.Name())
}

// commonestCodes are the n commonest values, equal counts in the values' order.
func (c *codes) commonestCodes(n int) []int {
	order := func(a, b int) int {
		if d := cmp.Compare(c.counts[b], c.counts[a]); d != 0 || c.texts == nil {
			return cmp.Or(d, cmp.Compare(a, b))
		}
		return cmp.Compare(c.texts[a], c.texts[b])
	}
	best := make([]int, 0, n+1)
	for code := range c.counts {
		if len(best) == n && order(code, best[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, code, order)
		best = slices.Insert(best, at, code)
		best = best[:min(n, len(best))]
	}
	return best
}

// top is commonestCodes with their values.
func (c *codes) top(n int) []Count {
	best := c.commonestCodes(n)
	list := make([]Count, len(best))
	for i, code := range best {
		list[i] = Count{c.text(code), c.counts[code]}
	}
	return list
}

func (c *codes) lengths() *Lengths {
	l := &Lengths{}
	byLength := map[int]int64{}
	for code, s := range c.texts {
		n := utf8.RuneCountInString(s)
		byLength[n] += c.counts[code]
		if n == 0 {
			l.Empty = c.counts[code]
		}
		if padded(s) {
			l.Padded += c.counts[code]
		}
	}
	lengths := make([]float64, 0, len(byLength))
	for n := range byLength {
		lengths = append(lengths, float64(n))
	}
	slices.Sort(lengths)
	counts := make([]int64, len(lengths))
	for i, n := range lengths {
		counts[i] = byLength[int(n)]
		l.Mean += n * float64(counts[i]) / float64(c.present)
	}
	l.Min, l.Max = int(lengths[0]), int(lengths[len(lengths)-1])
	l.Median = newQuantiles(lengths, counts).at(0.5)
	return l
}

func (c *codes) times() *Times {
	last := len(c.whole) - 1
	t := &Times{First: c.text(0), Last: c.text(last), Ascending: true}
	before := int32(0)
	for _, code := range c.rows {
		if code < 0 {
			continue
		}
		if code < before {
			t.Ascending = false
			break
		}
		before = code
	}
	if last == 0 {
		return t
	}
	gaps := make([]time.Duration, last)
	for i := range gaps {
		gaps[i] = span(c.whole[i], c.whole[i+1], unitOf(c.unit))
		if gaps[i] > t.Longest {
			t.Longest, t.From, t.To = gaps[i], c.text(i), c.text(i+1)
		}
	}
	slices.Sort(gaps)
	low, high := gaps[(last-1)/2], gaps[last/2]
	t.Typical = low + (high-low)/2
	wide, _ := slices.BinarySearchFunc(gaps, t.Typical, func(g, typical time.Duration) int {
		if g-typical > typical {
			return 1
		}
		return -1
	})
	t.Wide = int64(last - wide)
	return t
}

// span is from a to b, which is later, and the longest Duration when that is too short.
func span(a, b int64, unit time.Duration) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	n := uint64(b) - uint64(a)
	if n > uint64(longest/unit) {
		return longest
	}
	return time.Duration(n) * unit
}
