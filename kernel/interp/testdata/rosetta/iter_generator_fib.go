package main

import (
	"fmt"
	"iter"
	"slices"
)

type State struct{ a, b int }

func Unfold[S, T any](s S, f func(S) (T, S, bool)) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			v, next, ok := f(s)
			if !ok || !yield(v) {
				return
			}
			s = next
		}
	}
}
func Reduce[T, A any](seq iter.Seq[T], acc A, f func(A, T) A) A {
	for v := range seq {
		acc = f(acc, v)
	}
	return acc
}
func main() {
	// In [2]
	fib := Unfold(State{0, 1}, func(s State) (int, State, bool) {
		return s.a, State{s.b, s.a + s.b}, s.a < 100
	})
	fmt.Println(slices.Collect(fib))
	fmt.Println(Reduce(fib, "", func(acc string, n int) string { return fmt.Sprint(acc, n, ";") }))
	bits := Unfold(37, func(n int) (int, int, bool) { return n & 1, n >> 1, n > 0 })
	fmt.Println(slices.Collect(bits), Reduce(bits, 0, func(a, b int) int { return a + b }))
}

// Output:
// [0 1 1 2 3 5 8 13 21 34 55 89]
//
// [1 0 1 0 0 1] 0
