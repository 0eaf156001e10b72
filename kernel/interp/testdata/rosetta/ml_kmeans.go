package main

import (
	"fmt"
	"math"
)

type Point [2]float64

func (p Point) Dist(q Point) (d float64) {
	for i := range p {
		d += (p[i] - q[i]) * (p[i] - q[i])
	}
	return math.Sqrt(d)
}
func kmeans(pts []Point, centers []Point) (assign []int, iters int) {
	assign = make([]int, len(pts))
	for changed := true; changed; iters++ {
		changed = false
		sums := make(map[int]Point)
		counts := map[int]int{}
		for i, p := range pts {
			best := 0
			for c := range centers {
				if p.Dist(centers[c]) < p.Dist(centers[best]) {
					best = c
				}
			}
			if assign[i] != best {
				assign[i], changed = best, true
			}
			s := sums[best]
			for k := range s {
				s[k] += p[k]
			}
			sums[best] = s
			counts[best]++
		}
		for c, s := range sums {
			for k := range s {
				centers[c][k] = s[k] / float64(counts[c])
			}
		}
	}
	return
}
func main() {
	// In [2]
	pts := []Point{{1, 1}, {1.5, 2}, {1, 1.5}, {8, 8}, {9, 9}, {8.5, 9.5}, {1, 9}}
	centers := []Point{pts[0], pts[3], pts[6]}
	a, n := kmeans(pts, centers)
	fmt.Println(a, n)
	for _, c := range centers {
		fmt.Printf("%.2f ", c)
	}
	fmt.Println(Point{3, 4}.Dist(Point{}), pts[0] == Point{1, 1}, map[Point]string{{1, 9}: "far"}[pts[6]])
}

// Output:
// [0 0 0 1 1 1 2] 2
// [1.17 1.50] [8.50 8.83] [1.00 9.00] 5 true far
