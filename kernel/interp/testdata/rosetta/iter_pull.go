package main

import (
	"fmt"
	"iter"
	"slices"
)

func Zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		nextA, stopA := iter.Pull(a)
		defer stopA()
		nextB, stopB := iter.Pull(b)
		defer stopB()
		for {
			x, ok := nextA()
			y, ok2 := nextB()
			if !ok || !ok2 || !yield(x, y) {
				return
			}
		}
	}
}

// In [2]
func Primes() iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("primes done")
		var found []int
	next:
		for n := 2; ; n++ {
			for _, p := range found {
				if n%p == 0 {
					continue next
				}
			}
			found = append(found, n)
			if !yield(n) {
				return
			}
		}
	}
}
func main() {
	// In [2]
	for p, w := range Zip(Primes(), slices.Values([]string{"a", "b", "c"})) {
		fmt.Println(p, w)
	}
	// In [3]
	next, stop := iter.Pull2(slices.All([]string{"x", "y"}))
	i, v, ok := next()
	fmt.Println(i, v, ok)
	stop()
	i, v, ok = next()
	fmt.Printf("%d %q %t\n", i, v, ok)
}

// Output:
// 2 a
// 3 b
// 5 c
// primes done
// 0 x true
// 0 "" false
