package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

type Graph[N cmp.Ordered] struct{ edges map[N][]N }
type CycleError[N any] struct{ Path []N }

func (e *CycleError[N]) Error() string { return fmt.Sprintf("cycle: %v", e.Path) }
func (g *Graph[N]) Add(from N, to ...N) *Graph[N] {
	if g.edges == nil {
		g.edges = make(map[N][]N)
	}
	g.edges[from] = append(g.edges[from], to...)
	return g
}
func (g *Graph[N]) Sort() (order []N, err error) {
	const (
		white = iota
		grey
		black
	)
	color := map[N]int{}
	var path []N
	var visit func(N) error
	visit = func(n N) error {
		switch color[n] {
		case black:
			return nil
		case grey:
			return &CycleError[N]{append(slices.Clone(path[slices.Index(path, n):]), n)}
		}
		color[n] = grey
		path = append(path, n)
		for _, m := range g.edges[n] {
			if err := visit(m); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		color[n] = black
		order = append(order, n)
		return nil
	}
	for _, n := range slices.Sorted(maps.Keys(g.edges)) {
		if err := visit(n); err != nil {
			return nil, err
		}
	}
	return order, nil
}
func main() {
	g := new(Graph[string]).Add("app", "lib", "log").Add("lib", "core").Add("log", "core", "fmt")
	fmt.Println(g.Sort())
	g.Add("core", "app")
	_, err := g.Sort()
	var ce *CycleError[string]
	fmt.Println(err, errors.As(err, &ce), len(ce.Path))
	n, err := new(Graph[int]).Add(3, 1).Add(2, 3).Sort()
	fmt.Println(n, err)
}

// Output:
// [core lib fmt log app] <nil>
// cycle: [app lib core app] true 4
// [1 3 2] <nil>
