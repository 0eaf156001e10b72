package main

import (
	"fmt"
	"math"
)

type Fn func(float64) float64

func (f Fn) Then(g Fn) Fn { return func(x float64) float64 { return g(f(x)) } }

// In [2]
func compose(fs ...Fn) Fn {
	return func(x float64) float64 {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}
func curry(f func(a, b int) int) func(int) func(int) int {
	return func(a int) func(int) int { return func(b int) int { return f(a, b) } }
}
func main() {
	// In [1]
	double := Fn(func(x float64) float64 { return 2 * x })
	fmt.Println(double.Then(math.Sqrt).Then(double)(8))
	// In [2]
	f := compose(double, math.Floor, func(x float64) float64 { return x - 0.5 })
	fmt.Println(f(1.3), compose()(7))
	// In [3]
	add3 := curry(func(a, b int) int { return a + b })(3)
	sub := curry(func(a, b int) int { return a - b })
	fmt.Println(add3(4), sub(10)(4))
}

// Output:
// 8
// 1.5 7
// 7 6
