package main

import (
	"cmp"
	"fmt"
)

type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64
}
type Float interface{ ~float32 | ~float64 }
type Number interface{ Integer | Float }

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}
func Mean[T Number](xs []T) float64      { return float64(Sum(xs...)) / float64(len(xs)) }
func Clamp[T cmp.Ordered](x, lo, hi T) T { return max(lo, min(x, hi)) }
func Abs[T Number](x T) T {
	if x < 0 {
		return -x
	}
	return x
}
func Convert[To, From Number](xs []From) []To {
	out := make([]To, len(xs))
	for i, x := range xs {
		out[i] = To(x)
	}
	return out
}

type Celsius float64

func main() {
	fmt.Println(Sum(1, 2, 3), Sum[int8](100, 27, 1), Sum(0.5, 1), Sum[Celsius]())
	fmt.Println(Mean([]int32{1, 2, 4}), Mean([]Celsius{20.5, 21.5}))
	fmt.Println(Clamp(15, 0, 10), Clamp("m", "a", "f"), Clamp(Celsius(-3), 0, 5))
	fmt.Println(Abs(-3), Abs(-2.5), Abs(Celsius(-1)))
	fmt.Println(Convert[int]([]float64{1.9, -2.9}), Convert[float64]([]int{1, 2}))
	fmt.Printf("%T %T\n", Abs(Celsius(1)), Convert[int16]([]int{1}))
}

// Output:
// 6 -128 1.5 0
// 2.3333333333333335 21
// 10 f 0
// 3 2.5 1
// [1 -2] [1 2]
// main.Celsius []int16
