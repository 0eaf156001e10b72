package main

import (
	"fmt"
	"slices"
)

type IDs []int

func (ids IDs) String() string { return fmt.Sprintf("IDs%d", []int(ids)) }

func Filter[S ~[]E, E any](s S, keep func(E) bool) S {
	var out S
	for _, e := range s {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}
func GroupBy[S ~[]E, E any, K comparable](s S, key func(E) K) map[K]S {
	m := make(map[K]S)
	for _, e := range s {
		m[key(e)] = append(m[key(e)], e)
	}
	return m
}
func Partition[S ~[]E, E any](s S, p func(E) bool) (yes, no S) {
	yes = Filter(s, p)
	no = Filter(s, func(e E) bool { return !p(e) })
	return
}
func main() {
	ids := IDs{5, 2, 8, 1}
	even := func(i int) bool { return i%2 == 0 }
	fmt.Println(Filter(ids, even), Filter([]int(ids), even))
	y, n := Partition(ids, even)
	fmt.Println(y, n)
	g := GroupBy(ids, func(i int) string { return map[bool]string{true: "even", false: "odd"}[even(i)] })
	fmt.Println(g["even"], g["odd"], len(g))
	fmt.Println(g)
	slices.Sort(ids)
	fmt.Println(ids, slices.Max(ids))
}

// Output:
// IDs[2 8] [2 8]
// IDs[2 8] IDs[5 1]
// IDs[2 8] IDs[5 1] 2
// map[even:IDs[2 8] odd:IDs[5 1]]
// IDs[1 2 5 8] 8
