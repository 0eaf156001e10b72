package main

import "fmt"

func id[X any](x X) X { return x }

func main() {
	g4 := true
	g3 := map[[3]string]int{}
	g2 := []string{"a"}
	g3, g4, g2 = []map[[3]string]int{map[[3]string]int{[3]string{"a"}: 1, id([3]string{"q", "r"}): -7}, g3}[1], (bool)([...]bool{2: g4}[1] || id[bool](g4)), [][]string{g2, append(id[[]string](g2), g2...)}[1]
	fmt.Println(g3, g4, g2)
	g4, g2 = (bool)([...]bool{2: g4}[1] || id[bool](g4)), [][]string{g2, append(id[[]string](g2), g2...)}[1]
	fmt.Println(g3, g4, g2)
	g4, g2 = [...]bool{2: g4}[1] || id[bool](g4), g2
	fmt.Println(g3, g4, g2)
}

// Output:
// map[] true [a a]
// map[] true [a a a a]
// map[] true [a a a a]
