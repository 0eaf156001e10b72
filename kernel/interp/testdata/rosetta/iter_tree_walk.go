package main

import (
	"fmt"
	"iter"
)

type Tree struct {
	Left, Right *Tree
	Val         int
}

func (t *Tree) Insert(v int) *Tree {
	if t == nil {
		return &Tree{Val: v}
	}
	if v < t.Val {
		t.Left = t.Left.Insert(v)
	} else {
		t.Right = t.Right.Insert(v)
	}
	return t
}
func (t *Tree) All() iter.Seq[int] {
	return func(yield func(int) bool) { t.push(yield) }
}
func (t *Tree) push(yield func(int) bool) bool {
	if t == nil {
		return true
	}
	return t.Left.push(yield) && yield(t.Val) && t.Right.push(yield)
}

// In [2]
func (t *Tree) Levels() iter.Seq2[int, []int] {
	return func(yield func(int, []int) bool) {
		level := []*Tree{t}
		for depth := 0; len(level) > 0; depth++ {
			var vals []int
			var next []*Tree
			for _, n := range level {
				vals = append(vals, n.Val)
				for _, c := range [...]*Tree{n.Left, n.Right} {
					if c != nil {
						next = append(next, c)
					}
				}
			}
			if !yield(depth, vals) {
				return
			}
			level = next
		}
	}
}
func main() {
	// In [1]
	var root *Tree
	for _, v := range []int{5, 2, 8, 1, 9, 3} {
		root = root.Insert(v)
	}
	for v := range root.All() {
		if v > 8 {
			break
		}
		fmt.Print(v, " ")
	}
	fmt.Println()
	// In [2]
	for d, vs := range root.Levels() {
		fmt.Println(d, vs)
	}
}

// Output:
// 1 2 3 5 8
// 0 [5]
// 1 [2 8]
// 2 [1 3 9]
