package main

import (
	"fmt"
	"slices"
	"strings"
)

type Pos struct{ R, C int }

var dirs = [...]Pos{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}

func (p Pos) Add(q Pos) Pos { return Pos{p.R + q.R, p.C + q.C} }

type Grid []string

func (g Grid) At(p Pos) (byte, bool) {
	if p.R < 0 || p.R >= len(g) || p.C < 0 || p.C >= len(g[p.R]) {
		return 0, false
	}
	return g[p.R][p.C], true
}
func (g Grid) Find(c byte) (Pos, bool) {
	for r, row := range g {
		if i := strings.IndexByte(row, c); i >= 0 {
			return Pos{r, i}, true
		}
	}
	return Pos{}, false
}
func (g Grid) Shortest(from, to Pos) []Pos {
	prev := map[Pos]Pos{from: from}
	for q := []Pos{from}; len(q) > 0; q = q[1:] {
		cur := q[0]
		if cur == to {
			var path []Pos
			for p := to; ; p = prev[p] {
				path = append(path, p)
				if p == from {
					slices.Reverse(path)
					return path
				}
			}
		}
		for _, d := range dirs {
			n := cur.Add(d)
			if c, ok := g.At(n); ok && c != '#' {
				if _, seen := prev[n]; !seen {
					prev[n] = cur
					q = append(q, n)
				}
			}
		}
	}
	return nil
}
func main() {
	// In [2]
	g := Grid{"S.#.", "..#E", "#...", "...#"}
	s, _ := g.Find('S')
	e, ok := g.Find('E')
	path := g.Shortest(s, e)
	fmt.Println(ok, len(path), path)
	fmt.Printf("%+v %v\n", path[0], g.Shortest(e, Pos{9, 9}) == nil)
}

// Output:
// true 7 [{0 0} {0 1} {1 1} {2 1} {2 2} {2 3} {1 3}]
// {R:0 C:0} true
