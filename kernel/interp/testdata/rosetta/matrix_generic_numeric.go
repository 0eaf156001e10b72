package main

import (
	"fmt"
	"strings"
)

type Num interface {
	~int | ~float32 | ~float64 | ~complex128
}
type Mat[T Num] struct {
	r, c int
	d    []T
}

func M[T Num](rows ...[]T) Mat[T] {
	m := Mat[T]{r: len(rows), c: len(rows[0])}
	for _, row := range rows {
		m.d = append(m.d, row...)
	}
	return m
}
func (m Mat[T]) At(i, j int) *T { return &m.d[i*m.c+j] }
func (m Mat[T]) Mul(o Mat[T]) (Mat[T], error) {
	if m.c != o.r {
		return Mat[T]{}, fmt.Errorf("mul: %dx%d by %dx%d", m.r, m.c, o.r, o.c)
	}
	out := Mat[T]{m.r, o.c, make([]T, m.r*o.c)}
	for i := range m.r {
		for j := range o.c {
			for k := range m.c {
				*out.At(i, j) += *m.At(i, k) * *o.At(k, j)
			}
		}
	}
	return out, nil
}
func Pow[T Num](m Mat[T], n int) Mat[T] {
	res := Mat[T]{m.r, m.c, make([]T, m.r*m.c)}
	for i := range m.r {
		*res.At(i, i) = 1
	}
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			res, _ = res.Mul(m)
		}
		m, _ = m.Mul(m)
	}
	return res
}
func (m Mat[T]) String() string {
	var b strings.Builder
	for i := range m.r {
		fmt.Fprintln(&b, m.d[i*m.c:(i+1)*m.c])
	}
	return b.String()
}
func main() {
	fmt.Print(Pow(M([]int{1, 1}, []int{1, 0}), 50))
	fmt.Print(Pow(M([]float64{0.5, 0.5}, []float64{0.25, 0.75}), 4))
	p, err := M([]complex128{1i, 2}).Mul(M([]complex128{1i}, []complex128{3}))
	fmt.Print(p, err, "\n")
	_, err = M([]int{1, 2}).Mul(M([]int{1, 2}))
	fmt.Println(err)
}

// Output:
// [20365011074 12586269025]
// [12586269025 7778742049]
// [0.3359375 0.6640625]
// [0.33203125 0.66796875]
// [(5+0i)]
//  <nil>
// mul: 1x2 by 1x2
