package main

import (
	"cmp"
	"fmt"
	"slices"
)

type DSU struct{ parent, size []int }

func NewDSU(n int) *DSU {
	d := &DSU{make([]int, n), make([]int, n)}
	for i := range d.parent {
		d.parent[i], d.size[i] = i, 1
	}
	return d
}
func (d *DSU) Find(x int) int {
	for d.parent[x] != x {
		d.parent[x] = d.parent[d.parent[x]]
		x = d.parent[x]
	}
	return x
}
func (d *DSU) Union(a, b int) bool {
	a, b = d.Find(a), d.Find(b)
	if a == b {
		return false
	}
	if d.size[a] < d.size[b] {
		a, b = b, a
	}
	d.parent[b] = a
	d.size[a] += d.size[b]
	return true
}

type Edge struct {
	U, V int
	W    float64
}

func main() {
	edges := []Edge{{0, 1, 7}, {0, 3, 5}, {1, 2, 8}, {1, 3, 9}, {2, 4, 5}, {3, 4, 15}, {1, 4, 7}}
	slices.SortFunc(edges, func(a, b Edge) int { return cmp.Compare(a.W, b.W) })
	d := NewDSU(5)
	total := 0.0
	var used []Edge
	for _, e := range edges {
		if d.Union(e.U, e.V) {
			total += e.W
			used = append(used, e)
		}
	}
	fmt.Println(total, len(used), used)
	fmt.Println(d.Find(0) == d.Find(4), d.size[d.Find(2)])
}

// Output:
// 24 4 [{0 3 5} {2 4 5} {0 1 7} {1 4 7}]
// true 5
