package schema

import (
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/internal/distance"
)

// A Measure is a distance between two distributions.
type Measure struct {
	Name    string
	Short   string
	Numbers bool // between numbers and times alone; the others also between words
	between func(reference, other sample) float64
}

// Measures are all of them. Those between shares (js, psi, linf) take numbers in
// ten bins that have equal shares of the reference, open at both ends.
func Measures() []Measure {
	return []Measure{
		{"ks", "Kolmogorov-Smirnov, 0 to 1; of numbers and times", true, ks},
		{"wasserstein", "earth mover's, in the column's unit (seconds for times)", true, wasserstein},
		{"js", "Jensen-Shannon distance, base 2, 0 to 1", false, byShares(distance.JensenShannon)},
		{"psi", "population stability index; a share of 0 counts as 0.0001", false, byShares(distance.Stability)},
		{"linf", "the largest difference of one value's shares, 0 to 1", false, byShares(largest)},
	}
}

func measure(name string) *Measure {
	for _, m := range Measures() {
		if m.Name == name {
			return &m
		}
	}
	return nil
}

// A sample is the values of one column, without the missing and the infinite:
// numbers, which are sorted before they are compared, or counts of words.
type sample struct {
	n      int64
	values []float64
	counts map[string]int64
}

func numeric(d arrow.DataType) bool {
	switch d.ID() {
	case arrow.INT64, arrow.FLOAT64, arrow.DATE32, arrow.TIMESTAMP:
		return true
	}
	return false
}

func (s *sample) add(a arrow.Array, numbers bool) {
	scale := 1.0
	switch d := a.DataType().(type) {
	case *arrow.Date32Type:
		scale = 86400
	case *arrow.TimestampType:
		scale = d.Unit.Multiplier().Seconds()
	}
	if s.counts == nil && !numbers {
		s.counts = map[string]int64{}
	}
	for i := range a.Len() {
		if a.IsNull(i) {
			continue
		}
		if !numbers {
			s.n++
			s.counts[a.ValueStr(i)]++
			continue
		}
		v := 0.0
		if f, ok := a.(*array.Float64); ok {
			v = f.Value(i)
		} else {
			v = float64(whole(a, i)) * scale
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.n++
			s.values = append(s.values, v)
		}
	}
}

// walk calls f with each stretch between neighbouring values of both samples and
// how much of each lies at or below its beginning.
func walk(a, b sample, f func(width, belowA, belowB float64)) {
	na, nb := float64(len(a.values)), float64(len(b.values))
	for i, j := 0, 0; i < len(a.values) || j < len(b.values); {
		at := math.Inf(1)
		if i < len(a.values) {
			at = a.values[i]
		}
		if j < len(b.values) {
			at = min(at, b.values[j])
		}
		for i < len(a.values) && a.values[i] == at {
			i++
		}
		for j < len(b.values) && b.values[j] == at {
			j++
		}
		next := math.Inf(1)
		if i < len(a.values) {
			next = a.values[i]
		}
		if j < len(b.values) {
			next = min(next, b.values[j])
		}
		f(next-at, float64(i)/na, float64(j)/nb)
	}
}

func ks(a, b sample) float64 {
	most := 0.0
	walk(a, b, func(_, fa, fb float64) { most = max(most, math.Abs(fa-fb)) })
	return most
}

func wasserstein(a, b sample) float64 {
	area := 0.0
	walk(a, b, func(width, fa, fb float64) {
		if fa != fb { // the last stretch has no end, and nothing in it
			area += width * math.Abs(fa-fb)
		}
	})
	return area
}

// byShares is a measure between the shares of words, or of numbers in bins.
func byShares(f func(p, q []float64) float64) func(a, b sample) float64 {
	return func(a, b sample) float64 {
		if a.counts == nil {
			return f(binned(a, edges(a)), binned(b, edges(a)))
		}
		words := map[string]bool{}
		for w := range a.counts {
			words[w] = true
		}
		for w := range b.counts {
			words[w] = true
		}
		list := make([]string, 0, len(words))
		for w := range words {
			list = append(list, w)
		}
		slices.Sort(list) // so that the sums do not depend on the map's order
		p, q := make([]float64, len(list)), make([]float64, len(list))
		for i, w := range list {
			p[i], q[i] = float64(a.counts[w])/float64(a.n), float64(b.counts[w])/float64(b.n)
		}
		return f(p, q)
	}
}

// edges are the deciles of the sample, as numpy.quantile gives them, each once.
func edges(s sample) []float64 {
	var list []float64
	for k := 1; k < 10; k++ {
		at := float64(k) / 10 * float64(len(s.values)-1)
		low := int(at)
		v := s.values[low]
		if low+1 < len(s.values) {
			v += (at - float64(low)) * (s.values[low+1] - v)
		}
		list = append(list, v)
	}
	return slices.Compact(list)
}

// binned are the shares of a sorted sample below the first edge, from each edge
// to the next, and from the last on.
func binned(s sample, edges []float64) []float64 {
	out := make([]float64, len(edges)+1)
	before := 0
	for i, e := range append(edges[:len(edges):len(edges)], math.Inf(1)) {
		at, _ := slices.BinarySearch(s.values, e)
		out[i] = float64(at-before) / float64(len(s.values))
		before = at
	}
	return out
}

func largest(p, q []float64) float64 {
	most := 0.0
	for i := range p {
		most = max(most, math.Abs(p[i]-q[i]))
	}
	return most
}
