package main

import (
	"fmt"
	"slices"
	"strings"
)

func main() {
	s := []int{3, 1, 4, 1, 5, 9, 2, 6}
	t := slices.Clone(s)
	slices.Sort(t)
	fmt.Println(s, t, slices.IsSorted(t))
	fmt.Println(slices.Compact(t), slices.Contains(s, 9), slices.Index(s, 4), slices.Equal(s, t))
	u := slices.Insert([]int{1, 2}, 1, 7, 8)
	u = slices.Delete(u, 0, 1)
	u = slices.Replace(u, 0, 1, 0, 0)
	fmt.Println(u, slices.Repeat([]string{"a"}, 3), slices.Concat(u, []int{5}))
	// In [2]
	v := slices.DeleteFunc(slices.Clone(s), func(x int) bool { return x%2 == 0 })
	slices.Reverse(v)
	fmt.Println(v, slices.Min(v), slices.Max(v))
	pos, ok := slices.BinarySearch([]string{"a", "c"}, "b")
	fmt.Println(pos, ok, slices.ContainsFunc(v, func(x int) bool { return x > 8 }))
	g := slices.Grow([]int(nil), 10)
	fmt.Println(len(g), cap(g) >= 10, len(slices.Clip(s[:2])), cap(slices.Clip(s[:2])))
	// In [3]
	type P struct{ X, Y int }
	ps := []P{{1, 2}, {0, 5}, {1, 1}}
	slices.SortStableFunc(ps, func(a, b P) int { return a.X - b.X })
	fmt.Println(ps, slices.Index(ps, P{1, 1}), slices.Compare([]int{1, 2}, []int{1, 3}))
	fmt.Println(slices.EqualFunc(ps, []int{0, 1, 1}, func(p P, x int) bool { return p.X == x }))
	words := slices.CompactFunc([]string{"a", "A", "b"}, strings.EqualFold)
	fmt.Printf("%q\n", words)
}

// Output:
// [3 1 4 1 5 9 2 6] [1 1 2 3 4 5 6 9] true
// [1 2 3 4 5 6 9] true 2 false
// [0 0 8 2] [a a a] [0 0 8 2 5]
// [9 5 1 1 3] 1 9
// 1 false true
// 0 true 2 2
// [{0 5} {1 2} {1 1}] 2 -1
// true
// ["a" "b"]
