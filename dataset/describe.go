package dataset

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// runs gives each value of a sorted slice once, with how often it occurs.
func runs[T cmp.Ordered](sorted []T) iter.Seq2[T, int64] {
	return func(yield func(T, int64) bool) {
		for i := 0; i < len(sorted); {
			j := i + 1
			for j < len(sorted) && sorted[j] == sorted[i] {
				j++
			}
			if !yield(sorted[i], int64(j-i)) {
				return
			}
			i = j
		}
	}
}

// count is the number of values and the commonest of them, equal counts in the
// values' order.
func count[T cmp.Ordered](values iter.Seq2[T, int64], text func(T) string) (distinct int64, top []Top) {
	type counted struct {
		value T
		n     int64
	}
	var best []counted
	for v, n := range values {
		distinct++
		at, _ := slices.BinarySearchFunc(best, counted{v, n}, func(a, b counted) int {
			return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.value, b.value))
		})
		if at < topValues {
			best = slices.Insert(best, at, counted{v, n})
			best = best[:min(topValues, len(best))]
		}
	}
	top = make([]Top, 0, topValues)
	for _, b := range best {
		top = append(top, Top{text(b.value), b.n})
	}
	return distinct, top
}

// describe takes sorted values, of which there is at least one.
func describe(values []float64) Numbers {
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
