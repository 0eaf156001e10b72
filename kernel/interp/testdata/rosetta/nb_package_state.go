package main

import (
	"fmt"
	"math"
)

var (
	registry = map[string]func(float64) float64{}
	order    []string
)

func register(name string, f func(float64) float64) {
	if _, dup := registry[name]; dup {
		panic("dup " + name)
	}
	registry[name] = f
	order = append(order, name)
}
func main() {
	// In [2]
	register("sq", func(x float64) float64 { return x * x })
	register("sqrt", math.Sqrt)
	for _, n := range order {
		fmt.Println(n, registry[n](4))
	}
	// In [3]
	err := func() (err any) {
		defer func() { err = recover() }()
		register("sq", nil)
		return
	}()
	fmt.Println(err, len(registry), order)
}

// Output:
// sq 16
// sqrt 2
// dup sq 2 [sq sqrt]
