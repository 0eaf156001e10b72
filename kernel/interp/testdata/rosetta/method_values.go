package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

type Point struct{ X, Y int }

func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }
func (p *Point) Scale(k int)      { p.X *= k; p.Y *= k }
func (p Point) String() string    { return fmt.Sprintf("(%d,%d)", p.X, p.Y) }

type Op func(Point, Point) Point

func main() {
	p := Point{1, 2}
	add := p.Add
	p.X = 100
	fmt.Println(add(Point{1, 1}), p)
	scale := p.Scale
	scale(2)
	fmt.Println(p)
	// In [2]
	f := Point.Add
	g := (*Point).Scale
	g(&p, 2)
	fmt.Println(f(p, Point{}), p)
	ops := map[string]Op{"add": Point.Add, "sub": func(a, b Point) Point { return Point{a.X - b.X, a.Y - b.Y} }}
	for _, k := range []string{"add", "sub"} {
		fmt.Println(k, ops[k](Point{5, 5}, Point{1, 2}))
	}
	// In [3]
	strs := []fmt.Stringer{p, &p}
	toStr := fmt.Stringer.String
	for _, s := range strs {
		fmt.Print(toStr(s), " ")
	}
	var sb strings.Builder
	write := sb.WriteString
	write("a")
	write("b")
	fmt.Println(sb.String())
	up := strings.NewReplacer("a", "1").Replace
	fmt.Println(slices.Collect(maps.Values(map[int]string{1: up("banana")})))
}

// Output:
// (2,3) (100,2)
// (200,4)
// (400,8) (400,8)
// add (6,7)
// sub (4,3)
// (400,8) (400,8) ab
// [b1n1n1]
