package main

import (
	"fmt"
	"strings"
)

type Board struct {
	n            int
	cols, d1, d2 []bool
	rows         []int
	solutions    int
	first        []int
}

func (b *Board) solve(r int) {
	if r == b.n {
		if b.solutions++; b.first == nil {
			b.first = append(b.first, b.rows...)
		}
		return
	}
	for c := range b.n {
		if b.cols[c] || b.d1[r+c] || b.d2[r-c+b.n] {
			continue
		}
		b.cols[c], b.d1[r+c], b.d2[r-c+b.n] = true, true, true
		b.rows = append(b.rows, c)
		b.solve(r + 1)
		b.rows = b.rows[:len(b.rows)-1]
		b.cols[c], b.d1[r+c], b.d2[r-c+b.n] = false, false, false
	}
}
func permutations[T any](xs []T) (out [][]T) {
	var rec func(int)
	rec = func(k int) {
		if k == len(xs) {
			out = append(out, append([]T{}, xs...))
			return
		}
		for i := k; i < len(xs); i++ {
			xs[k], xs[i] = xs[i], xs[k]
			rec(k + 1)
			xs[k], xs[i] = xs[i], xs[k]
		}
	}
	rec(0)
	return
}
func main() {
	// In [2]
	n := 6
	b := &Board{n: n, cols: make([]bool, n), d1: make([]bool, 2*n), d2: make([]bool, 2*n+1)}
	b.solve(0)
	fmt.Println(b.solutions, b.first)
	for _, c := range b.first {
		fmt.Println(strings.Repeat(". ", c) + "Q " + strings.Repeat(". ", n-c-1))
	}
	fmt.Println(permutations([]string{"a", "b", "c"}), len(permutations([]int{1, 2, 3, 4})))
}

// Output:
// 4 [1 3 5 0 2 4]
// . Q . . . .
// . . . Q . .
// . . . . . Q
// Q . . . . .
// . . Q . . .
// . . . . Q .
// [[a b c] [a c b] [b a c] [b c a] [c b a] [c a b]] 24
