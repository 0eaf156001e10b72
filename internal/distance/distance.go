// Package distance measures how far two distributions are apart. Both are shares
// of the same bins, in the same order, that add up to 1.
package distance

import "math"

// leastShare stands for a share of 0 in the population stability index.
const leastShare = 1e-4

// JensenShannon is the square root of the divergence of Lin (1991) to base 2, from 0
// to 1.
func JensenShannon(p, q []float64) float64 {
	sum := 0.0
	for i := range p {
		m := (p[i] + q[i]) / 2
		for _, x := range []float64{p[i], q[i]} {
			if x > 0 {
				sum += x * math.Log2(x/m) / 2
			}
		}
	}
	return math.Sqrt(max(0, min(1, sum)))
}

// Stability is the population stability index, with 0.0001 for a share of 0.
func Stability(p, q []float64) float64 {
	sum := 0.0
	for i := range p {
		a, b := max(p[i], leastShare), max(q[i], leastShare)
		sum += (b - a) * math.Log(b/a)
	}
	return sum
}
