package main

import (
	"fmt"
	"strings"
)

func appendTo(s []int) []int { return append(s, 99) }
func main() {
	base := []int{1, 2, 3, 4, 5}
	a := base[1:3]
	b := base[1:3:3]
	fmt.Println(len(a), cap(a), len(b), cap(b))
	appendTo(a)
	fmt.Println(base)
	appendTo(b)
	fmt.Println(base)
	a = append(a, 7)
	b = append(b, 8)
	b[0] = -1
	fmt.Println(base, a, b)
	// In [2]
	var s []int
	caps := map[int]bool{}
	for i := range 100 {
		s = append(s, i)
		caps[cap(s)] = true
	}
	fmt.Println(len(s), len(caps) < 12, s[:0], s[99:], len(s[:0:0]))
	copy(base[1:], base)
	fmt.Println(base, copy(base, []int{9}), base[0])
	n := copy([]byte("xyz"), "ab")
	fmt.Println(n, append([]int(nil), base[3:]...), append(base[:1], base[2:]...))
	// In [3]
	grid := make([][]rune, 2)
	for i := range grid {
		grid[i] = []rune(strings.Repeat(".", 3))
	}
	grid[1][2] = '#'
	for _, row := range grid {
		fmt.Println(string(row))
	}
	var nilS []string
	empty := []string{}
	fmt.Println(nilS == nil, empty == nil, len(nilS), append(nilS, empty...) == nil)
	arr := [5]int{1, 2, 3, 4, 5}
	sl := arr[:]
	sl[0] = 42
	ap := (*[2]int)(sl)
	ap[1] = 43
	clear(sl[3:])
	fmt.Println(arr, [2]int(sl))
}

// Output:
// 2 4 2 2
// [1 2 3 99 5]
// [1 2 3 99 5]
// [1 2 3 7 5] [2 3 7] [-1 3 8]
// 100 true [] [99] 0
// [9 1 2 3 7] 1 9
// 2 [3 7] [9 2 3 7]
// ...
// ..#
// true false 0 true
// [42 43 3 0 0] [42 43]
