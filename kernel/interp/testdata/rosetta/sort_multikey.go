package main

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
)

type Student struct {
	Name  string
	Grade float64
	Year  int
}

func main() {
	ss := []Student{{"Dan", 3.5, 2}, {"Amy", 3.9, 1}, {"Bob", 3.5, 1}, {"Cat", 3.9, 2}}
	slices.SortFunc(ss, func(a, b Student) int {
		return cmp.Or(-cmp.Compare(a.Grade, b.Grade), cmp.Compare(a.Year, b.Year), strings.Compare(a.Name, b.Name))
	})
	fmt.Println(ss)
	// In [2]
	sort.SliceStable(ss, func(i, j int) bool { return ss[i].Year < ss[j].Year })
	for _, s := range ss {
		fmt.Printf("%-4s%5.1f%3d\n", s.Name, s.Grade, s.Year)
	}
	i, found := slices.BinarySearchFunc(ss, 2, func(s Student, y int) int { return s.Year - y })
	fmt.Println(i, found)
	best := slices.MaxFunc(ss, func(a, b Student) int { return cmp.Compare(len(a.Name)*a.Year, len(b.Name)*b.Year) })
	fmt.Println(best, slices.IndexFunc(ss, func(s Student) bool { return s.Name == "Cat" }))
	idx := slices.Collect(func(yield func(int) bool) {
		for i := range ss {
			if !yield(i) {
				return
			}
		}
	})
	slices.SortFunc(idx, func(i, j int) int { return cmp.Compare(ss[i].Name, ss[j].Name) })
	fmt.Println(idx)
}

// Output:
// [{Amy 3.9 1} {Cat 3.9 2} {Bob 3.5 1} {Dan 3.5 2}]
// Amy   3.9  1
// Bob   3.5  1
// Cat   3.9  2
// Dan   3.5  2
// 2 true
// {Cat 3.9 2} 2
// [0 1 2 3]
