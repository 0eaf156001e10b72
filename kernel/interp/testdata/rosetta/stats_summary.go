package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

type Summary struct {
	N                        int
	Mean, Std, Min, Med, Max float64
}

func Describe(xs []float64) (s Summary, err error) {
	if len(xs) == 0 {
		return s, errors.New("describe: no values")
	}
	s.N, s.Min, s.Max = len(xs), math.Inf(1), math.Inf(-1)
	for _, x := range xs {
		s.Mean += x / float64(s.N)
		s.Min, s.Max = min(s.Min, x), max(s.Max, x)
	}
	for _, x := range xs {
		s.Std += (x - s.Mean) * (x - s.Mean)
	}
	s.Std = math.Sqrt(s.Std / float64(s.N-1))
	sorted := slices.Sorted(slices.Values(xs))
	if m := s.N / 2; s.N%2 == 0 {
		s.Med = (sorted[m-1] + sorted[m]) / 2
	} else {
		s.Med = sorted[m]
	}
	return
}
func (s Summary) String() string {
	return fmt.Sprintf("n=%d mean=%.3f std=%.3f [%g %g %g]", s.N, s.Mean, s.Std, s.Min, s.Med, s.Max)
}
func corr(x, y []float64) float64 {
	var sx, sy, sxx, syy, sxy, n float64
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxx, syy, sxy = sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
		n++
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}
func main() {
	// In [2]
	x := []float64{2, 4, 4, 4, 5, 5, 7, 9}
	s, err := Describe(x)
	fmt.Println(s, err)
	_, err = Describe(nil)
	fmt.Println(err)
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = -2*v + float64(i%2)
	}
	fmt.Printf("%.4f %+v\n", corr(x, y), struct{ S Summary }{s})
	hist := [4]int{}
	for _, v := range x {
		hist[int(min(v/2.5, 3))]++
	}
	for i, n := range hist {
		fmt.Println(i, strings.Repeat("#", n))
	}
}

// Output:
// n=8 mean=5.000 std=2.138 [2 4.5 9] <nil>
// describe: no values
// -0.9923 {S:n=8 mean=5.000 std=2.138 [2 4.5 9]}
// 0 #
// 1 ###
// 2 ###
// 3 #
