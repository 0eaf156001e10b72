package main

import (
	"fmt"
	"math"
	"strconv"
)

func newton(f, df func(float64) float64, x float64) (root float64, steps int) {
	for steps = 0; math.Abs(f(x)) > 1e-12 && steps < 100; steps++ {
		x -= f(x) / df(x)
	}
	return x, steps
}
func zeroTen() float64 { return 10 }
func simpson(f func(float64) float64, a, b float64, n int) float64 {
	h, s := (b-a)/float64(n), f(a)+f(b)
	for i := 1; i < n; i++ {
		w := 4.0
		if i%2 == 0 {
			w = 2
		}
		s += w * f(a+float64(i)*h)
	}
	return s * h / 3
}
func main() {
	r, n := newton(func(x float64) float64 { return x*x - 2 }, func(x float64) float64 { return 2 * x }, 1)
	fmt.Printf("%.10f %d\n", r, n)
	fmt.Printf("%.8f %.6f\n", simpson(math.Sin, 0, math.Pi, 100), simpson(func(x float64) float64 { return math.Exp(-x * x) }, -3, 3, 60))
	fmt.Println(0.1+0.2, float32(0.1)+float32(0.2), math.MaxFloat64*zeroTen(), -1/math.Inf(1), math.NaN() == math.NaN())
	zero := 0.0
	fmt.Println(1/zero, -1/zero, zero/zero, math.Signbit(-zero), math.Hypot(3, 4), math.Mod(-7, 3), math.Remainder(7, 4))
	fmt.Println(math.Floor(-1.5), math.Ceil(-1.5), math.Trunc(-1.5), math.RoundToEven(2.5), math.Cbrt(27), math.Pow(2, -1))
	fmt.Println(strconv.FormatFloat(1.0/3, 'g', 5, 64), strconv.FormatFloat(2.5, 'f', -1, 32), math.MaxUint32, math.SmallestNonzeroFloat64)
	x, e := math.Frexp(10)
	i, fr := math.Modf(-3.25)
	fmt.Println(x, e, i, fr, math.Float64bits(1.5)>>51, math.IsInf(math.Log(0), -1))
}

// Output:
// 1.4142135624 5
// 2.00000001 1.772415
// 0.3 0.3 +Inf -0 false
// +Inf -Inf NaN true 5 -1 -1
// -2 -1 -1 2 3 0.5
// 0.33333 2.5 4294967295 5e-324
// 0.625 4 -3 -0.25 2047 true
