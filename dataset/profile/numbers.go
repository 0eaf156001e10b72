package profile

import (
	"math"
	"sort"
	"unicode"
	"unicode/utf8"
)

// finite are the values that are numbers without the infinities, ascending.
func (c *codes) finite() ([]float64, []int64) {
	low, high := 0, len(c.numbers)
	if low < high && math.IsInf(c.numbers[low], -1) {
		low++
	}
	if low < high && math.IsInf(c.numbers[high-1], 1) {
		high--
	}
	return c.numbers[low:high], c.counts[low:high]
}

// quantiles answers type 7 of Hyndman and Fan (1996) on sorted distinct values.
type quantiles struct {
	values []float64
	upTo   []int64 // rows with this value or one before it
}

func newQuantiles(values []float64, counts []int64) quantiles {
	q := quantiles{values, make([]int64, len(counts))}
	n := int64(0)
	for i, c := range counts {
		n += c
		q.upTo[i] = n
	}
	return q
}

func (q quantiles) row(i int64) float64 {
	return q.values[sort.Search(len(q.upTo), func(k int) bool { return q.upTo[k] > i })]
}

func (q quantiles) at(p float64) float64 {
	n := q.upTo[len(q.upTo)-1]
	at := p * float64(n-1)
	low := int64(at)
	a := q.row(low)
	if low+1 >= n {
		return a
	}
	b, part := q.row(low+1), at-float64(low)
	if a == b {
		return a
	}
	return a*(1-part) + b*part // b-a may be more than a float64 holds
}

// numbers takes sorted distinct finite values, of which there is at least one.
func numbers(values []float64, counts []int64) *Numbers {
	q := newQuantiles(values, counts)
	n := &Numbers{
		Min: values[0], P1: q.at(.01), P5: q.at(.05), Q1: q.at(.25), Median: q.at(.5), Q3: q.at(.75),
		P95: q.at(.95), P99: q.at(.99), Max: values[len(values)-1],
	}
	n.moments(values, counts)
	reach := 1.5 * (n.Q3 - n.Q1)
	for i, x := range values {
		switch {
		case x < n.Q1-reach:
			n.Low += counts[i]
		case x > n.Q3+reach:
			n.High += counts[i]
		}
		if x < 0 {
			n.Negative += counts[i]
		}
		if x == 0 {
			n.Zeros = counts[i]
		}
	}
	return n
}

// moments divides by a power of two first, so that no square is too large or small.
func (n *Numbers) moments(values []float64, counts []int64) {
	_, exponent := math.Frexp(max(math.Abs(n.Min), math.Abs(n.Max)))
	scale := math.Ldexp(1, max(-1000, min(1000, -exponent)))
	rows, mean := 0.0, 0.0
	for i, x := range values {
		c := float64(counts[i])
		if c == 0 { // of a sample
			continue
		}
		rows += c
		mean += (x*scale - mean) * c / rows
	}
	var m1, m2, m3, m4 float64
	for i, x := range values {
		c, d := float64(counts[i]), x*scale-mean
		m1, m2, m3, m4 = m1+c*d, m2+c*d*d, m3+c*d*d*d, m4+c*d*d*d*d
	}
	mean += m1 / rows
	n.Mean = mean / scale
	if len(values) == 1 {
		return
	}
	n.Std = math.Sqrt(m2/(rows-1)) / scale
	m2, m3, m4 = m2/rows, m3/rows, m4/rows
	if rows > 2 && m2 > 0 {
		n.Skewness = math.Sqrt(rows*(rows-1)) / (rows - 2) * m3 / math.Pow(m2, 1.5)
	}
	if rows > 3 && m2 > 0 {
		n.Kurtosis = (rows - 1) / ((rows - 2) * (rows - 3)) * ((rows+1)*(m4/(m2*m2)) - 3*(rows-1))
	}
	if math.IsNaN(n.Skewness) || math.IsNaN(n.Kurtosis) { // m2*m2 is 0 for the smallest spreads
		n.Skewness, n.Kurtosis = 0, 0
	}
}

// bins counts sorted finite values in bins of one width: mostBins of them, or one
// for each number where whole numbers span fewer.
func bins(values []float64, counts []int64, whole bool) []Bin {
	list := edges(values[0], values[len(values)-1], whole)
	fill(list, values, counts)
	return list
}

// edges are empty bins from low to high.
func edges(low, high float64, whole bool) []Bin {
	n, width := mostBins, high/mostBins-low/mostBins
	switch {
	case high == low:
		return []Bin{{Low: low, High: high}}
	case whole && high-low < mostBins:
		n, width = int(high-low)+1, 1
	}
	b := make([]Bin, n)
	for i := range b {
		b[i].Low, b[i].High = step(low, width, i), step(low, width, i+1)
	}
	if width != 1 || !whole {
		b[n-1].High = high
	}
	return b
}

// step is low + i*width, also where i*width is more than a float64 holds.
func step(low, width float64, i int) float64 {
	half := float64(i) / 2 * width
	if math.IsInf(half*2, 0) {
		return low + half + half
	}
	return low + float64(i)*width
}

// fill adds counts to bins that reach over all values.
func fill(b []Bin, values []float64, counts []int64) {
	at := 0
	for i, x := range values {
		for at < len(b)-1 && x >= b[at+1].Low {
			at++
		}
		b[at].Count += counts[i]
	}
}

func padded(s string) bool {
	if s == "" {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(first) || unicode.IsSpace(last)
}
