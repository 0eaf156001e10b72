package main

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

type byLen []string

func (b byLen) Len() int           { return len(b) }
func (b byLen) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLen) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type Matrix [][]float64

func (m Matrix) Len() int           { return len(m) }
func (m Matrix) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m Matrix) Less(i, j int) bool { return slices.Compare(m[i], m[j]) < 0 }
func main() {
	w := strings.Fields("kiwi fig banana apple date")
	sort.Stable(byLen(w))
	fmt.Println(w, sort.IsSorted(byLen(w)))
	sort.Sort(sort.Reverse(byLen(w)))
	fmt.Println(w[0], len(w[len(w)-1]))
	m := Matrix{{2, 1}, {1, 9}, {1, 3, 5}}
	sort.Sort(m)
	fmt.Println(m)
	sort.Sort(sort.Reverse(sort.StringSlice(w)))
	fmt.Println(w, sort.SearchInts([]int{1, 3, 5}, 4), sort.Search(100, func(i int) bool { return i*i >= 50 }))
	x := []float64{3, math.NaN(), 1}
	sort.Float64s(x)
	fmt.Println(x)
}

// Output:
// [fig kiwi date apple banana] true
// banana 3
// [[1 3 5] [1 9] [2 1]]
// [kiwi fig date banana apple] 2 8
// [NaN 1 3]
