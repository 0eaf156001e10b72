package main

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
func Filter[T any](seq iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for v := range seq {
			if keep(v) && !yield(v) {
				return
			}
		}
	}
}
func Map[T, U any](seq iter.Seq[T], f func(T) U) iter.Seq[U] {
	return func(yield func(U) bool) {
		seq(func(v T) bool { return yield(f(v)) })
	}
}
func Take[T any](seq iter.Seq[T], n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		if n <= 0 {
			return
		}
		i := 0
		for v := range seq {
			if !yield(v) {
				return
			}
			if i++; i >= n {
				return
			}
		}
	}
}
func main() {
	odd := Filter(Count(100), func(i int) bool { return i%2 == 1 })
	fmt.Println(slices.Collect(Take(odd, 5)))
	for s := range Map(Take(odd, 3), func(i int) string { return strings.Repeat("*", i) }) {
		fmt.Println(s)
	}
	fmt.Println(slices.Sorted(Map(Count(4), func(i int) int { return -i * i })))
}

// Output:
// [1 3 5 7 9]
// *
// ***
// *****
// [-9 -4 -1 0]
