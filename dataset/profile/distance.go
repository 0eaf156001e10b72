package profile

import (
	"math"
	"sort"
)

const (
	deciles    = 10
	mostShared = 50 // values of a category that have a bin of their own
	psiSlight  = 0.1
	psiStrong  = 0.25
)

// shares are the shares of the rows of a and b in bins of a's making; see Difference.
func (c *codes) shares(a, b *codes) (p, q []float64) {
	of, n := c.binned(a)
	p, q = make([]float64, n+1), make([]float64, n+1)
	for code, bin := range of {
		p[bin] += float64(a.counts[code]) / float64(len(a.rows))
		q[bin] += float64(b.counts[code]) / float64(len(b.rows))
	}
	p[n] = float64(a.missing()) / float64(len(a.rows))
	q[n] = float64(b.missing()) / float64(len(b.rows))
	return p, q
}

// binned is the bin of each code, of n.
func (c *codes) binned(reference *codes) (of []int, n int) {
	of = make([]int, len(c.counts))
	if c.kind == KindCategory {
		for i := range of {
			of[i] = mostShared
		}
		for i, code := range c.commonestCodes(mostShared) {
			of[code] = i
		}
		return of, mostShared + 1
	}
	values, counts := reference.used()
	if len(values) == 0 { // all in one bin
		return of, 1
	}
	quantiles := newQuantiles(values, counts)
	var bounds []float64 // between bins; a value at one belongs to the bin below
	for i := 1; i < deciles; i++ {
		x := quantiles.at(float64(i) / deciles)
		if len(bounds) == 0 || x > bounds[len(bounds)-1] {
			bounds = append(bounds, x)
		}
	}
	for code, x := range c.numbers {
		of[code] = sort.SearchFloat64s(bounds, x)
	}
	return of, len(bounds) + 1
}

// ks is the statistic of Kolmogorov and Smirnov, of counts by ascending value.
func ks(a, b []int64) (largest float64) {
	n, m := float64(total(a)), float64(total(b))
	x, y := int64(0), int64(0)
	for i := range a {
		x, y = x+a[i], y+b[i]
		largest = max(largest, math.Abs(float64(x)/n-float64(y)/m))
	}
	return largest
}
