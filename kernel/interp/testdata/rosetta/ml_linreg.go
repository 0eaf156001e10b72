package main

import (
	"fmt"
	"math/rand/v2"
)

type Model struct {
	W []float64
	B float64
}
type Batch struct {
	X [][]float64
	Y []float64
}

func (m *Model) Predict(x []float64) float64 {
	s := m.B
	for i, w := range m.W {
		s += w * x[i]
	}
	return s
}
func (m *Model) Step(b Batch, lr float64) (loss float64) {
	gw, gb := make([]float64, len(m.W)), 0.0
	n := float64(len(b.Y))
	for i, x := range b.X {
		e := m.Predict(x) - b.Y[i]
		loss += e * e / n
		for j := range gw {
			gw[j] += 2 * e * x[j] / n
		}
		gb += 2 * e / n
	}
	for j := range m.W {
		m.W[j] -= lr * gw[j]
	}
	m.B -= lr * gb
	return
}

// In [2]
func makeData(n int, seed uint64) (b Batch) {
	r := rand.New(rand.NewPCG(seed, seed))
	for range n {
		x := []float64{r.Float64(), r.Float64()}
		b.X = append(b.X, x)
		b.Y = append(b.Y, 3*x[0]-2*x[1]+0.5)
	}
	return
}
func main() {
	// In [2]
	data := makeData(32, 9)
	m := &Model{W: make([]float64, 2)}
	// In [3]
	first := m.Step(data, 0.1)
	var last float64
	for range 400 {
		last = m.Step(data, 0.3)
	}
	fmt.Printf("%t %.2f %.2f loss<1e-3 %t\n", first > last, m.W, m.B, last < 1e-3)
}

// Output:
// true [3.00 -2.00] 0.50 loss<1e-3 true
