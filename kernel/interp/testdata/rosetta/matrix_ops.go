package main

import (
	"errors"
	"fmt"
	"math"
)

type Matrix [][]float64

func Zeros(r, c int) Matrix {
	m := make(Matrix, r)
	cells := make([]float64, r*c)
	for i := range m {
		m[i] = cells[i*c : (i+1)*c : (i+1)*c]
	}
	return m
}
func Eye(n int) Matrix {
	m := Zeros(n, n)
	for i := range n {
		m[i][i] = 1
	}
	return m
}
func (m Matrix) Mul(o Matrix) Matrix {
	out := Zeros(len(m), len(o[0]))
	for i, row := range m {
		for j := range o[0] {
			for k, a := range row {
				out[i][j] += a * o[k][j]
			}
		}
	}
	return out
}
func (m Matrix) T() Matrix {
	t := Zeros(len(m[0]), len(m))
	for i := range m {
		for j, v := range m[i] {
			t[j][i] = v
		}
	}
	return t
}

// In [2]
func (m Matrix) Solve(b []float64) ([]float64, error) {
	n := len(m)
	a := Zeros(n, n+1)
	for i := range n {
		copy(a[i], m[i])
		a[i][n] = b[i]
	}
	for c := 0; c < n; c++ {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		if a[p][c] == 0 {
			return nil, errors.New("singular")
		}
		a[c], a[p] = a[p], a[c]
		for r := range n {
			if r != c {
				f := a[r][c] / a[c][c]
				for k := c; k <= n; k++ {
					a[r][k] -= f * a[c][k]
				}
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = a[i][n] / a[i][i]
	}
	return x, nil
}
func main() {
	// In [1]
	m := Matrix{{1, 2}, {3, 4}, {5, 6}}
	fmt.Println(m.T(), m.Mul(Eye(2)), m.T().Mul(m))
	// In [2]
	x, err := Matrix{{2, 1, -1}, {-3, -1, 2}, {-2, 1, 2}}.Solve([]float64{8, -11, -3})
	fmt.Printf("%.3f %v\n", x, err)
	// In [3]
	_, err = Matrix{{1, 2}, {2, 4}}.Solve([]float64{1, 2})
	fmt.Println(err)
}

// Output:
// [[1 3 5] [2 4 6]] [[1 2] [3 4] [5 6]] [[35 44] [44 56]]
// [2.000 3.000 -1.000] <nil>
// singular
