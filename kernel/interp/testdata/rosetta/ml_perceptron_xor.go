package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

type Layer struct {
	W   [][]float64
	B   []float64
	act func(float64) float64
}
type Net []Layer

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}
func (l Layer) Forward(x []float64) []float64 {
	out := make([]float64, len(l.B))
	for i, row := range l.W {
		s := l.B[i]
		for j, w := range row {
			s += w * x[j]
		}
		out[i] = l.act(s)
	}
	return out
}
func (n Net) Forward(x ...float64) []float64 {
	for _, l := range n {
		x = l.Forward(x)
	}
	return x
}
func argmax(xs []float64) (best int) {
	for i := range xs {
		if xs[i] > xs[best] {
			best = i
		}
	}
	return
}
func softmax(xs []float64) []float64 {
	m, sum := slices.Max(xs), 0.0
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = math.Exp(x - m)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
func main() {
	xor := Net{
		{[][]float64{{1, 1}, {-1, -1}}, []float64{-0.5, 1.5}, step},
		{[][]float64{{1, 1}}, []float64{-1.5}, step},
	}
	for i := range 4 {
		a, b := float64(i>>1), float64(i&1)
		fmt.Print(a, b, "=", xor.Forward(a, b)[0], " ")
	}
	fmt.Println()
	fmt.Printf("%.3f %.3f %d\n", sigmoid(0.5), softmax([]float64{1, 2, 3}), argmax([]float64{0.1, 0.7, 0.2}))
	acts := map[string]func(float64) float64{"sigmoid": sigmoid, "tanh": math.Tanh, "relu": func(x float64) float64 { return max(0, x) }}
	for _, k := range slices.Sorted(maps.Keys(acts)) {
		fmt.Printf("%s %.4f %.4f\n", k, acts[k](-1), acts[k](2))
	}
}

// Output:
// 0 0=0 0 1=1 1 0=1 1 1=0
// 0.622 [0.090 0.245 0.665] 1
// relu 0.0000 2.0000
// sigmoid 0.2689 0.8808
// tanh -0.7616 0.9640
