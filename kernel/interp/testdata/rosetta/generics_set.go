package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type Set[T comparable] map[T]struct{}

func Of[T comparable](xs ...T) Set[T] {
	s := make(Set[T])
	for _, x := range xs {
		s.Add(x)
	}
	return s
}
func (s Set[T]) Add(x T)      { s[x] = struct{}{} }
func (s Set[T]) Has(x T) bool { _, ok := s[x]; return ok }
func (s Set[T]) Len() int     { return len(s) }
func (s Set[T]) Union(o Set[T]) Set[T] {
	out := maps.Clone(s)
	maps.Copy(out, o)
	return out
}
func (s Set[T]) Intersect(o Set[T]) Set[T] {
	out := Set[T]{}
	for x := range s {
		if o.Has(x) {
			out.Add(x)
		}
	}
	return out
}
func Sorted[T cmp.Ordered](s Set[T]) []T { return slices.Sorted(maps.Keys(s)) }
func main() {
	a, b := Of(1, 2, 3), Of(3, 4)
	fmt.Println(Sorted(a.Union(b)), Sorted(a.Intersect(b)), a.Len(), a.Has(9))
	words := Of(strings.Fields("the cat and the hat")...)
	delete(words, "the")
	fmt.Println(Sorted(words), len(words))
	type point struct{ x, y int }
	seen := Of(point{1, 2})
	seen.Add(point{1, 2})
	fmt.Println(seen.Len(), seen)
}

// Output:
// [1 2 3 4] [3] 3 false
// [and cat hat] 3
// 1 map[{1 2}:{}]
