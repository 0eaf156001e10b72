package main

import (
	"fmt"
	"strings"
)

type Cell struct{ x, y int }
type World map[Cell]struct{}

func Parse(s string) World {
	w := World{}
	for y, line := range strings.Split(s, "\n") {
		for x, c := range line {
			if c == '#' {
				w[Cell{x, y}] = struct{}{}
			}
		}
	}
	return w
}
func (w World) Step() World {
	near := map[Cell]int{}
	for c := range w {
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				if dx != 0 || dy != 0 {
					near[Cell{c.x + dx, c.y + dy}]++
				}
			}
		}
	}
	next := World{}
	for c, n := range near {
		if _, alive := w[c]; n == 3 || alive && n == 2 {
			next[c] = struct{}{}
		}
	}
	return next
}
func (w World) Render(n int) string {
	var b strings.Builder
	for y := range n {
		for x := range n {
			if _, ok := w[Cell{x, y}]; ok {
				b.WriteRune('■')
			} else {
				b.WriteRune('·')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
func main() {
	w := Parse(".#.\n..#\n###")
	for range 4 {
		w = w.Step()
	}
	fmt.Print(w.Render(5))
	fmt.Println(len(w))
}

// Output:
// ·····
// ··■··
// ···■·
// ·■■■·
// ·····
// 5
