package main

import "fmt"

type Coord struct{ X, Y int }
type Key struct {
	Coord
	Kind  string
	inner [2]bool
}
type Iface struct{ V any }

func main() {
	a, b := Key{Coord{1, 2}, "k", [2]bool{true}}, Key{Coord{1, 2}, "k", [2]bool{true, false}}
	fmt.Println(a == b, a != Key{}, &a == &b)
	m := map[Key]int{a: 1}
	m[b]++
	fmt.Println(m[a], len(m), m)
	counts := map[[2]string]int{}
	for _, p := range [][2]string{{"a", "b"}, {"b", "a"}, {"a", "b"}} {
		counts[p]++
	}
	fmt.Println(counts)
	// In [2]
	fmt.Println(Iface{1} == Iface{1}, Iface{1} == Iface{int64(1)}, Iface{Coord{}} == Iface{Coord{}}, Iface{"a"} == Iface{nil})
	im := map[any]string{1: "int", "1": "string", 1.0: "float", Coord{}: "coord", [1]int{1}: "array", true: "bool"}
	fmt.Println(len(im), im[1], im["1"], im[float64(1)], im[Coord{0, 0}], im[[1]int{1}], im[int8(1)] == "")
	// In [3]
	anon := struct{ X, Y int }{1, 2}
	fmt.Println(anon == Coord{1, 2}, Coord(anon) == a.Coord)
	ptrs := map[*Coord]bool{&a.Coord: true}
	fmt.Println(ptrs[&a.Coord], ptrs[&b.Coord])
	type Celsius float64
	temps := map[Celsius][]Coord{36.6: {{1, 1}}}
	temps[36.6] = append(temps[36.6], Coord{2, 2})
	fmt.Println(temps)
}

// Output:
// true true false
// 2 1 map[{{1 2} k [true false]}:2]
// map[[a b]:2 [b a]:1]
// true false true false
// 6 int string float coord array true
// true true
// true false
// map[36.6:[{1 1} {2 2}]]
