package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

func merge[T cmp.Ordered](a, b []T) []T {
	out := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}
func Sort[T cmp.Ordered](xs []T, depth int) []T {
	if len(xs) < 2 {
		return xs
	}
	mid := len(xs) / 2
	var l, r []T
	if depth > 0 {
		done := make(chan []T)
		go func() { done <- Sort(xs[:mid], depth-1) }()
		r = Sort(xs[mid:], depth-1)
		l = <-done
	} else {
		l, r = Sort(xs[:mid], 0), Sort(xs[mid:], 0)
	}
	return merge(l, r)
}
func quick[T any](xs []T, less func(a, b T) bool) {
	if len(xs) < 2 {
		return
	}
	p, i := xs[len(xs)-1], 0
	for j, x := range xs[:len(xs)-1] {
		if less(x, p) {
			xs[i], xs[j] = xs[j], xs[i]
			i++
		}
	}
	xs[i], xs[len(xs)-1] = xs[len(xs)-1], xs[i]
	quick(xs[:i], less)
	quick(xs[i+1:], less)
}
func main() {
	// In [2]
	r := rand.New(rand.NewPCG(1, 1))
	xs := r.Perm(200)
	s := Sort(xs, 3)
	fmt.Println(slices.IsSorted(s), s[:5], len(s))
	words := strings.Fields("pear fig apple kiwi date")
	fmt.Println(Sort(words, 1))
	quick(words, func(a, b string) bool { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) < 0 })
	fmt.Println(words)
	fl := []float64{2.5, -1, 9}
	quick(fl, func(a, b float64) bool { return a > b })
	fmt.Println(fl)
}

// Output:
// true [0 1 2 3 4] 200
// [apple date fig kiwi pear]
// [fig date kiwi pear apple]
// [9 2.5 -1]
