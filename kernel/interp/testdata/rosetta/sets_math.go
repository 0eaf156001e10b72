package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

type Set[T comparable] map[T]bool

func New[T comparable](xs ...T) Set[T] {
	s := Set[T]{}
	for _, x := range xs {
		s[x] = true
	}
	return s
}
func PowerSet[T cmp.Ordered](s Set[T]) (out []Set[T]) {
	keys := slices.Sorted(maps.Keys(s))
	for mask := range 1 << len(keys) {
		sub := Set[T]{}
		for i, k := range keys {
			if mask&(1<<i) != 0 {
				sub[k] = true
			}
		}
		out = append(out, sub)
	}
	return
}
func Product[A, B comparable](a Set[A], b Set[B]) Set[struct {
	L A
	R B
}] {
	out := Set[struct {
		L A
		R B
	}]{}
	for x := range a {
		for y := range b {
			out[struct {
				L A
				R B
			}{x, y}] = true
		}
	}
	return out
}
func main() {
	ps := PowerSet(New("b", "a"))
	fmt.Println(len(ps), ps)
	p := Product(New(1, 2), New("x"))
	fmt.Println(len(p), p)
}

// Output:
// 4 [map[] map[a:true] map[b:true] map[a:true b:true]]
// 2 map[{1 x}:true {2 x}:true]
